"""`python -m pipelines.docs`: the documentation as HTML, offline. Prints where it lies; exits with Sphinx's code.

The pages of the repository keep their places, so that their links hold in both; the reference is written beside them,
of the documents in YEARBOOK_CONTRACTS.
A warning is an error: a link that leads nowhere, a heading that is not there, a docstring that cannot be read.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

from pipelines.contracts import ContractError, load
from pipelines.docs import api, commands, front, reference
from pipelines.home import PROJECT, Home

PAGES = ("README.md", "data_contracts/*.md", "pipelines/docs/*.md", "tests/real_data/*/*.md")
"""The pages of the repository, and beside them what they lead to."""
BESIDE = (
    "LICENSE",
    "data_contracts/programme.yaml",
    "pipelines/deploy/*.conf",
    "pipelines/docs/*.svg",
    "tests/flow/regain.py",
)


def main(build: Path) -> int:
    """Makes `build`/docs from everything there is. The exit code of Sphinx."""
    source, made = build / "docs_source", build / "docs"
    shutil.rmtree(source, ignore_errors=True)
    shutil.rmtree(made, ignore_errors=True)
    for pattern in (*PAGES, *BESIDE):
        for path in sorted(PROJECT.glob(pattern)):
            target = source / path.relative_to(PROJECT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
            if path.suffix == ".md":
                target.write_text(front.folded(path.read_text(encoding="utf-8")), encoding="utf-8")
    try:
        catalog = load(Home.from_environment().contracts)
    except ContractError as error:
        print(error, file=sys.stderr)
        return 1
    pages = {**commands.pages(), **reference.pages(catalog), **api.pages()}
    pages[front.PAGE] = front.page((source / f"{front.PAGE}.md").read_text(encoding="utf-8"), pages)
    for name, text in pages.items():
        path = source / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    words = ["-q", "-b", "html", "-W", "--keep-going", "-j", "auto", "-c", str(Path(__file__).parent)]
    code = build_main([*words, "-d", str(build / "docs_trees"), str(source), str(made)])
    (made / "index.html").write_text(front.ENTRY, encoding="utf-8")
    if code == 0:
        print(f"The documentation is in {made / 'index.html'}")
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "build"))
