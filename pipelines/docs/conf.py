"""Settings of Sphinx: how the documentation is made into HTML. What stands in it is decided in `__main__`."""

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

from pipelines import __version__
from pipelines.docs import front

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
html_show_sphinx = False
html_static_path = ["static"]
html_css_files = ["docs.css"]
html_theme_options = {"top_of_page_buttons": [], "footer_icons": []}
pygments_style = "tango"
highlight_options = {"stripall": False}


def setup(app: Sphinx) -> None:
    """Diagrams are shown as they are written: drawing them would fetch a program from elsewhere."""
    app.add_lexer("mermaid", TextLexer)
