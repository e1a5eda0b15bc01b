"""The small store that is attacked: one county of three townships, two offices, two years, eight returns; and
installations that have come so far with it, each made once for a given code.

`prepared(stage)` is where a copy is taken from; nobody works in it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.home import PROJECT, Home
from tests import loaded
from tests.faults import keyed, planting
from tests.faults.running import BUILD
from tests.histories import WITHOUT_LIMITS
from tests.unit.validation.trial import documents as trial

COUNTY = "110101"
TOWNS = ("110101001", "110101002", "110101003")
YEARS = ("2003", "2004")
KINDS = ("all", "drugs", "other")
_AREAS = "".join(f"{town},{COUNTY},township,Town {number},{number}镇\n" for number, town in enumerate(TOWNS, 1))
_DUE = "due: {every: year, days_after_end: 31, areas: [county], from: "
CHANGES = WITHOUT_LIMITS | {
    "codelists/area.csv": f"code,parent,level,name_en,name_zh\n{COUNTY},,county,East County,东县\n{_AREAS}",
    "returns/police/crime.yaml": WITHOUT_LIMITS["returns/police/crime.yaml"].replace(
        "areas: [county, township]", "areas: [county]"
    ),
}
"""What differs from the documents of `trial`: the third township, figures of any size, the county alone reports."""


def documents(folder: Path) -> Path:
    """Writes the documents into a folder."""
    trial(folder, CHANGES, without=("corrections/misread.yaml",))
    programme = folder / "programme.yaml"
    pattern = 'file_names: ["{table}_{unit}_{period}_{prepared_on}"]\n'
    programme.write_text(programme.read_text(encoding="utf-8") + pattern, encoding="utf-8")
    return folder


def crime(year: str, more: int = 0) -> bytes:
    """A return of the police: every kind in the county and its townships. `more` changes all figures."""
    base, lines = int(year) % 7 + more, ["area_code,kind,recorded,cleared"]
    for times, area in enumerate((*TOWNS, COUNTY), 1):
        parts = {kind: (times * (base + number) * 10, times * (base + number) * 6) for number, kind in enumerate(KINDS)}
        parts["all"] = tuple(map(sum, zip(parts["drugs"], parts["other"], strict=True)))
        lines += [f"{area},{kind},{recorded},{cleared}" for kind, (recorded, cleared) in parts.items()]
    return ("\n".join(lines) + "\n").encode()


def caseload(year: str, more: int = 0) -> bytes:
    """A return of the courts."""
    return f"area_code,accepted\n{COUNTY},{30 + int(year) % 7 + more}\n".encode()


def lay(folder: Path, years: tuple[str, ...] = YEARS, more: int = 0, day: str = "20") -> list[Path]:
    """Lays a return of each office and year into a folder, prepared in the January after its year."""
    made: list[Path] = []
    for year in years:
        for table, data in (("crime", crime(year, more)), ("caseload", caseload(year, more))):
            made.append(folder / f"{table}_{COUNTY}_{year}_{int(year) + 1}-01-{day}.csv")
            made[-1].write_bytes(data)
    return made


def settings(home: Home) -> dict[str, str]:
    """The environment of a command on an installation: no other setting of ours."""
    ours = {"YEARBOOK_HOME": str(home.root), "YEARBOOK_CONTRACTS": str(home.contracts), "PYTHONPATH": str(PROJECT)}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("YEARBOOK_", "DAGSTER_", "DBT_"))}
    return kept | ours | {"DO_NOT_TRACK": "1"}


def command(home: Home, *words: str, seconds: float = 600) -> subprocess.CompletedProcess[str]:
    """`yearbook` with these words on an installation; never raises for its exit code."""
    return subprocess.run(
        [*loaded.words("pipelines.cli"), *words],
        env=settings(home), cwd=home.root.parent, capture_output=True, text=True, timeout=seconds,
    )  # fmt: skip


def ran(home: Home) -> dict[str, Any]:
    """`yearbook run`, which must release or find nothing new. Raises AssertionError with its words."""
    done = command(home, "run", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def _waiting(home: Home) -> None:
    """The four returns of the first preparation lie in the inbox."""
    lay(home.inbox)


def _released(home: Home) -> None:
    """They are released as the first candidate."""
    lay(home.inbox)
    assert ran(home)["last_run"]["outcome"] == "released"


def _published(home: Home) -> None:
    """The first candidate is an edition too; then corrected returns of all lie in the inbox."""
    _copy("released", home)
    done = command(home, "publish", "--by", "Li Wei", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    lay(home.inbox, more=1, day="25")


def _newer(home: Home) -> None:
    """The first candidate is an edition, and the returns of one more year are released as a newer candidate."""
    _copy("published", home)
    for path in home.inbox.iterdir():
        path.unlink()
    lay(home.inbox, years=("2005",))
    assert ran(home)["last_run"]["outcome"] == "released"


def _pending(home: Home) -> None:
    """The same, but the corrected returns were delivered already, and wait for a run."""
    from pipelines.landing import inbox

    _copy("published", home)
    for path in sorted(home.inbox.iterdir()):
        inbox.receive(home, path, {}, "deliver")
        path.unlink()


STAGES: dict[str, Callable[[Home], None]] = {
    "waiting": _waiting, "released": _released, "published": _published, "newer": _newer,
    "pending": _pending,
}  # fmt: skip
"""How far an installation has come -> what takes it there."""


def prepared(stage: str) -> Home:
    """An installation that has come so far, made by whoever asks first; others wait for it. Only to be copied."""
    key = keyed.code(keyed.PREPARED)
    folder = BUILD / "made" / key
    folder.mkdir(parents=True, exist_ok=True)
    found = Home(folder / stage / "home", folder / stage / "documents")
    with (folder / f"{stage}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / stage).exists():
            planting.only_sound(stage)
            making = folder / f"{stage}.making"
            shutil.rmtree(making, ignore_errors=True)
            documents(making / "documents")
            STAGES[stage](Home(making / "home", making / "documents").create())
            assert keyed.now(keyed.PREPARED) == key, f"The code changed while {stage} was made: give it again."
            making.rename(folder / stage)
    return found


def copy(stage: str, folder: Path) -> Home:
    """A copy of an installation that has come so far, its documents beside it. Raises what making it raises."""
    home = Home(folder / "home", folder / "documents")
    shutil.copytree(prepared(stage).contracts, home.contracts)
    _copy(stage, home)
    return home


def _copy(stage: str, home: Home) -> None:
    """Copied with its links, times and modes: `cp` knows them all."""
    shutil.rmtree(home.root, ignore_errors=True)
    subprocess.run(["cp", "-a", str(prepared(stage).root), str(home.root)], check=True)
