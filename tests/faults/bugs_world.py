"""Bugs of what the disk, the clock, neighbours, readers and time meet. As those of `bugs`: name -> section, the bounded
trials that must break, and which text of which module becomes what.
"""

from __future__ import annotations

Edits = tuple[tuple[str, str, str], ...]

BUGS: dict[str, tuple[str, tuple[str, ...], Edits]] = {
    "a gate is open on an empty frame": (
        "damage",
        ("rows lost",),
        (
            (
                "pipelines.validation.run",
                "        if not self.taken and not any(year.rows for year in self.found.values()):\n"
                '            raise CheckError("There are no rows to look at.")\n',
                "",
            ),
            ("pipelines.validation.run", "    if not found.rows:\n", "    if False:\n"),
            (
                "pipelines.validation.gate",
                "result.decided <= result.rows and result.rows > 0 and",
                "result.decided <= result.rows and",
            ),
        ),
    ),
    "hashes of published files are not compared": (
        "damage",
        ("published flipped 0", "published zeroed 0"),
        (("pipelines.release.verify", '        elif found[name] != said["files"][name]:\n', "        elif False:\n"),),
    ),
    "the digest of a manifest is not compared with the register's": (
        "damage",
        ("forged",),
        (("pipelines.release.verify", '    if recorded not in (None, said["digest"]):\n', "    if False:\n"),),
    ),
    "a batch is not compared with the register": (
        "damage",
        ("read flipped 0",),
        (("pipelines.landing.batches", '        elif file_digest(file) != row["sha256"]:\n', "        elif False:\n"),),
    ),
    "rows of the register are not held against their seals": (
        "damage",
        ("read changed 0", "read named 0", "read renamed 0"),
        (("pipelines.landing.seals", "    if seal and seal != _seal(table, row):\n", "    if False:\n"),),
    ),
    "a delivery is judged whatever the register says of it since": (
        "damage",
        ("read renamed 0",),
        (
            (
                "pipelines.landing.waiting",
                "> last)):\n        yield from seals.held(register.delivery, found)\n",
                "> last)):\n        yield from found\n",
            ),
            (
                "pipelines.landing.waiting",
                "at_once):\n        yield from seals.held(register.delivery, found)\n",
                "at_once):\n        yield from found\n",
            ),
        ),
    ),
    "bytes that were damaged in the store stay there when they are sent again": (
        "damage",
        ("pending flipped 0",),
        (("pipelines.intake.store", "        if not _is_whole(final, sha256):", "        if False:"),),
    ),
    "a delivery whose bytes are lost stops all others": (
        "damage",
        ("pending gone 0",),
        (
            (
                "pipelines.landing.take_in",
                '_stored(self.home, row["sha256"]),\n',
                'store.find(self.home, row["sha256"]),\n',
            ),
        ),
    ),
    "a batch that the register does not know is always one of a killed run": (
        "damage",
        ("older",),
        (("pipelines.landing.older", "    if lying and (unknown :=", "    if False and (unknown :="),),
    ),
    "what others lay beside the batches is removed": (
        "damage",
        ("pending gone 0",),
        (
            (
                "pipelines.landing.batches",
                " if _OURS.fullmatch(file.name) and not file.is_dir())",
                " if not file.is_dir())",
            ),
        ),
    ),
    "a new register takes the place of a lost one": (
        "damage",
        ("read gone 3",),
        (("pipelines.landing.register", "    if wrong := older.fault(", "    if wrong := None and older.fault("),),
    ),
    "the kept build is used without a look at its digest": (
        "damage",
        ("run kept-build forged 0",),
        (
            (
                "pipelines.warehouse.again",
                '        if file_digest(warehouse) != facts["warehouse"]:\n',
                "        if False:\n",
            ),
        ),
    ),
    "a run's id does not name its process": (
        "clock",
        ("ids standing",),
        (("pipelines.runs", "-{os.getpid():05d}", "-00000"),),
    ),
    "folders of runs are kept by their names": (
        "clock",
        ("ids back",),
        (
            (
                "pipelines.runs",
                '    kept = {row["run_id"] for row in history.last(run.home, KEEP)}\n',
                "    kept = set(sorted(path.name for path in run.home.runs.iterdir())[-KEEP:])\n",
            ),
        ),
    ),
    "any clock is believed": (
        "clock",
        ("wrong",),
        (("pipelines.runs", "        clocks.check(home)\n        run_id", "        run_id"),),
    ),
    "the last run is the one with the latest id": (
        "clock",
        ("runs back-a-year",),
        (
            (
                "pipelines.landing.history",
                'sa.literal_column("run.rowid").desc()',
                'sa.literal_column("run.run_id").desc()',
            ),
        ),
    ),
    "two may hold the writer's lock": (
        "together",
        ("start run+run+deliver+query 0",),
        (
            (
                "pipelines.locks",
                "_lock(handle, fcntl.LOCK_SH if beside else fcntl.LOCK_EX)",
                "_lock(handle, fcntl.LOCK_SH)",
            ),
        ),
    ),
    "who only reads the register waits for whoever writes": (
        "together",
        ("held",),
        (
            (
                "pipelines.landing.engine",
                "for table in metadata.sorted_tables):\n        return\n",
                "for table in metadata.sorted_tables):\n        pass\n",
            ),
        ),
    ),
    "a pointer is swapped in two steps": (
        "readers",
        ("part 0 of 8 republishes",),
        (
            (
                "pipelines.release.pointer",
                "    temporary.replace(home.releases / name)\n",
                "    (home.releases / name).unlink(missing_ok=True)\n    __import__('time').sleep(0.3)\n"
                "    temporary.replace(home.releases / name)\n",
            ),
        ),
    ),
    "files of the release before are changed in place": (
        "readers",
        ("part 0 of 8 republishes",),
        (
            (
                "pipelines.release.prune",
                "    found = list_releases(home)\n",
                "    found = list_releases(home)\n    for old in found[1:2]:\n"
                "        for name in ('yearbook.duckdb', 'csv/mart_indicator.csv'):\n"
                "            file = home.releases / 'versions' / old['release_id'] / name\n"
                "            file.chmod(0o644)\n            file.write_bytes(file.read_bytes()[:-1])\n",
            ),
        ),
    ),
    "a time is written in the zone of the process": (
        "same",
        ("threads 4, seed 7, zone, language",),
        (
            (
                "pipelines.landing.register",
                "    moment = datetime.now(UTC)\n",
                "    moment = datetime.now().astimezone()\n",
            ),
        ),
    ),
    "today is that of the process, not of the calendar": (
        "clock",
        ("runs back-a-year",),
        (
            (
                "pipelines.warehouse.inputs",
                "datetime.now(ZoneInfo(catalog.calendar.time_zone)).date()",
                "datetime.now().date()",
            ),
        ),
    ),
    "rows are laid in the order of arrival": (
        "same",
        ("order shuffled",),
        (("pipelines.release.build", 'from {source} order by {order(found[name])}")', 'from {source}")'),),
    ),
    "the log of the last run is only added to": (
        "nights",
        ("3 nights from corrected",),
        (("pipelines.defs.execute", '    with log.open("w", encoding', '    with log.open("a", encoding'),),
    ),
    "a temporary folder is left behind": (
        "nights",
        ("3 nights from corrected",),
        (
            (
                "pipelines.landing.take_in",
                "    taken = Taken()\n",
                "    __import__('tempfile').mkdtemp()\n    taken = Taken()\n",
            ),
        ),
    ),
}
