"""Settings of Sphinx: how the documentation is made into HTML. What stands in it is decided in `__main__`."""

from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

from pipelines import __version__
from pipelines.docs import front
from pipelines.docs.searching import Words

project = "Yearbook"
release = version = __version__
extensions = ["myst_parser"]
master_doc = front.PAGE
language = "en"
nitpicky = False
suppress_warnings = ["myst.header"]
"""Pages of the repository begin where they please; everything else that is wrong ends the build."""

myst_enable_extensions = ["attrs_block"]
myst_heading_anchors = 4
myst_links_external_new_tab = False

html_theme = "furo"
html_title = f"Yearbook {version}"
html_copy_source = html_show_sourcelink = False
html_show_sphinx = html_show_copyright = html_use_index = False
html_show_search_summary = False
"""A summary would be fetched from each page, which no browser does for files on a disk."""
html_search_language = Words.lang
html_search_scorer = str(Path(__file__).with_name("scorer.js"))
html_static_path = ["static"]
html_css_files = ["docs.css"]
html_theme_options = {"top_of_page_buttons": [], "footer_icons": []}
pygments_style = "tango"
highlight_options = {"stripall": False}


def setup(app: Sphinx) -> None:
    """Diagrams are shown as they are written: drawing them would fetch a program from elsewhere."""
    app.add_search_language(Words)
    app.add_lexer("mermaid", TextLexer)
