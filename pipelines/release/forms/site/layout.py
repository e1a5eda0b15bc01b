"""Lays pages out: Jinja templates with everything escaped, whatever a document says; the look and the scripts.

Tables are laid out here and not by a library for tables: those that there are take numbers, and print them anew, where
the text of the marts is what is published; and their styles stand in every page.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipelines.messages import LANGUAGES
from pipelines.release.forms import contact
from pipelines.release.forms.site.page import Page
from pipelines.release.forms.source import Source
from pipelines.release.forms.words import Words

ASSETS = ("site.css", "site.js", "draw.js")
MENU = {
    "overview": "index.html", "indicators": "indicators/index.html", "areas": "areas/index.html",
    "offices": "offices/index.html", "quality": "quality.html", "revisions": "revisions.html",
    "methods": "methods.html", "downloads": "downloads.html",
}  # fmt: skip
"""part -> the page that it begins with."""
TAGS = {"en": "en", "zh": "zh-Hans"}
"""language -> its tag in BCP 47."""


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("pipelines.release.forms.site"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return made


class Layout:
    """The templates, with what every page of a release says."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def page(self, page: Page, words: Words) -> str:
        """A page as HTML."""
        programme, said = self._source.catalog.programme, self._source.said
        others = [(other, TAGS[other], f"{page.root}{other}/{page.path}") for other in LANGUAGES]
        return _templates().get_template(page.template).render(
            page=page, say=words.say, language=words.language, tag=TAGS[words.language], others=others, menu=MENU,
            home=page.home, root=page.root, programme=programme,
            publisher=words.label(programme.publisher), contact=contact.parts(programme, words.language),
            yearbook=words.label(programme.title), release=said,
            created=said["created"][:10], **page.values,
        )  # fmt: skip

    def root(self) -> str:
        """The page that leads to the language of the programme."""
        programme = self._source.catalog.programme
        return (
            _templates()
            .get_template("root.html")
            .render(language=programme.language, tag=TAGS[programme.language], titles=programme.title, tags=TAGS)
        )

    def asset(self, name: str) -> str:
        """A file that every page shares."""
        return files("pipelines.release.forms.site").joinpath("assets", name).read_text(encoding="utf-8")
