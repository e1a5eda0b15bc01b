"""The yearbook as a static site in `site/` of a release: pages for people, in every language, without a server.

Here belongs what a page shows: a module a kind of page (`overview`, `indicator`, `area`, `office`, `about`) makes its
pages as data; `templates/` lays them out, `assets/` is their look and what moves in a browser; `write` puts all into
the folder. What is read of a release, and in what words it is said, is one for all forms (`facts`, `words`). No figure
is computed or rounded here, no address of the outside is loaded, and nothing depends on the clock: the same release
gives the same bytes.
"""

from pipelines.release.forms.site.write import FOLDER, write

__all__ = ["FOLDER", "write"]
