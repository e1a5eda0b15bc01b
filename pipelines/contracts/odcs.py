"""The documents as contracts of the Open Data Contract Standard (ODCS) v3.1, for the tools that know it.

One contract per return table (`odcs_return`) and one for the published marts (`odcs_marts`), as text and as
files. What a contract says is theirs; here belong only its place, its form as YAML and the small words that they
share. An export is a copy: nothing of ours ever reads it back.

Why ODCS is not the source instead of our own YAML stands in data_contracts/README.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from pipelines.contracts import odcs_marts, odcs_return
from pipelines.contracts.catalog import Catalog
from pipelines.contracts.odcs_words import Contract, ExportError

SUFFIX = ".odcs.yaml"


def contracts(catalog: Catalog, project: Path) -> dict[str, Contract]:
    """Relative path -> contract. `project` is the dbt project, whose YAML describes the marts."""
    found = {
        f"returns/{table.office}/{table.table}{SUFFIX}": odcs_return.contract(catalog, table)
        for table in catalog.returns.values()
    }
    return found | {f"marts{SUFFIX}": odcs_marts.contract(catalog, project)}


def text(contract: Contract) -> str:
    """A contract as YAML: fields in the order given, no anchors, the same bytes every time."""
    return yaml.dump(contract, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)


def write(catalog: Catalog, project: Path, folder: Path) -> tuple[list[Path], list[Path]]:
    """Writes every contract below `folder`.

    Returns the files written, and contracts of the folder that this export does not know (a return that is no
    more): they are left alone. Raises ExportError with a sentence.
    """
    texts = {folder / place: text(contract) for place, contract in contracts(catalog, project).items()}
    try:
        above = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not above.is_dir():
            raise ExportError(f"{above} is a file; name a folder to write into, it is made when it is not there.")
        for path, content in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="\n")
        others = [path for path in sorted(folder.rglob(f"*{SUFFIX}")) if path not in texts]
    except OSError as error:
        raise ExportError(f"{error.filename} cannot be written ({error.strerror}); name another folder.") from None
    return list(texts), others


class _Plain(yaml.SafeDumper):
    """Writes a list that stands in two places twice, rather than as an anchor and an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
