"""`SHA256SUMS`: the hash of every file of a release as `sha256sum -c` reads it, for whoever has no Yearbook.

It covers all but itself and the manifest, which is made after it and holds it to its hash: `yearbook release verify`
stays the check that nothing was changed on purpose.
"""

from __future__ import annotations

from pipelines.release.forms.facts import Facts

FILE = "SHA256SUMS"


def write(facts: Facts) -> None:
    """Writes the sums of the files that stand in the folder: the last form of all."""
    lines = [f"{file['sha256']}  {name}\n" for name, file in facts.source.files().items()]
    (facts.source.folder / FILE).write_text("".join(lines), encoding="utf-8", newline="\n")
