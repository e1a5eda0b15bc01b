"""The manifest of a release: what it holds, from what it was made, and a digest of itself. Only its form; no
figures.

A release without a manifest does not exist: the manifest is written last, after everything it names is
durable.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipelines import progress
from pipelines.home import file_digest

FORMAT = 2
"""2 says how tables are `hashed`; one of 1 was written when all were sorted lines (`content`), and is still read."""
FILE = "manifest.json"
WITHDRAWN = "withdrawn.json"
"""Laid into the folder of an edition that was withdrawn: the one file that may come after the manifest."""


class ReleaseError(Exception):
    """A release cannot be made, found or read. The message is a sentence."""


def text(content: dict[str, Any]) -> bytes:
    """The one form in which a manifest with this content is written, its digest added."""
    bare = {key: value for key, value in content.items() if key != "digest"}
    canonical = json.dumps(bare, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return (json.dumps(bare | {"digest": digest}, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def read(folder: Path) -> dict[str, Any]:
    """The manifest in a release's folder. Raises ReleaseError when it is missing or not as it was written."""
    file = folder / FILE
    try:
        data = file.read_bytes()
        content = json.loads(data)
    except FileNotFoundError:
        raise ReleaseError(f"{folder.name} has no manifest: it was never finished.") from None
    except (OSError, ValueError) as error:
        raise ReleaseError(f"The manifest of {folder.name} cannot be read: {error}.") from None
    if not isinstance(content, dict) or content.get("format") not in (1, FORMAT):
        raise ReleaseError(f"The manifest of {folder.name} is not of format {FORMAT} or an earlier one.")
    if text(content) != data or content.get("release_id") != folder.name:
        raise ReleaseError(f"The manifest of {folder.name} was changed after it was written.")
    return content


def files(folder: Path, known: Mapping[str, dict[str, Any]] = MappingProxyType({})) -> dict[str, dict[str, Any]]:
    """relative path -> {bytes, sha256} of every file below a folder but the manifest (and a withdrawal), in order. What
    is `known` of a file is taken for true.
    """
    found: dict[str, dict[str, Any]] = {}
    entries = sorted(folder.rglob("*"))
    for path in entries:
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise ReleaseError(f"{path.relative_to(folder)} is neither a file nor a folder.")
    named = [path for path in entries if path.is_file() and path not in (folder / FILE, folder / WITHDRAWN)]
    for path in progress.counted("files hashed", named):
        name = path.relative_to(folder).as_posix()
        if name in known:
            found[name] = known[name]
            continue
        found[name] = {"bytes": path.stat().st_size, "sha256": file_digest(path)}
    return found


def note(file: Path) -> dict[str, str] | None:
    """{by, at, reason} of a withdrawal, None where there is none."""
    try:
        said = json.loads(file.read_bytes())
        return {key: str(said[key]) for key in ("by", "at", "reason")}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        return {"by": "", "at": "", "reason": f"the note cannot be read ({error})"}
