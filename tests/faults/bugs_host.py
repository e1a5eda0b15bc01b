"""Planted bugs of how returns are received and questions answered; `bugs` takes them over.

name -> (section, bounded trials that break, edits: module, text that stands there once, what it becomes).
"""

from __future__ import annotations

Planted = tuple[str, tuple[str, ...], tuple[tuple[str, str, str], ...]]

STORE, PREFLIGHT, WORKER = "pipelines.intake.store", "pipelines.intake.preflight", "pipelines.intake.worker"
MARKUP, CELLS = "pipelines.intake.markup", "pipelines.intake.cells"
CONTAINER = "pipelines.intake.container"
SESSION, QUERY = "pipelines.release.session", "pipelines.release.query"

BUGS: dict[str, Planted] = {
    "links in the inbox are followed": (
        "hostile", ("inbox",),
        ((STORE, "os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK", "os.O_RDONLY | os.O_NONBLOCK"),),
    ),
    "a newer file laid in the place of one that was taken is removed": (
        "hostile", ("meanwhile",),
        (("pipelines.landing.inbox", "        if _seen(path.name, place) != before:", "        if False:"),),
    ),
    "a file that changes while it is copied is taken": (
        "hostile", ("meanwhile",),
        (
            (
                STORE,
                "if (size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or size != after.st_size:",
                "if False:",
            ),
        ),
    ),
    "links in the place of folders of the inbox are followed": (
        "hostile", ("meanwhile",),
        (("pipelines.landing.opened", "_FOLDER | os.O_NOFOLLOW, dir_fd", "_FOLDER, dir_fd"),),
    ),
    "who reads a file may use any memory": (
        "hostile", ("heavy",), ((WORKER, '        (resource.RLIMIT_AS, limits["memory"]),\n', ""),),
    ),
    "who reads a file may take any time": (
        "hostile", ("slow",),
        (
            ("pipelines.intake.child", "json.loads(self._line(self._limits.seconds))", "json.loads(self._line(3600))"),
            (WORKER, "    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, resource.RLIM_INFINITY))\n", ""),
        ),
    ),
    "stored bytes are not hashed before reading": (
        "hostile", ("changed in the store",),
        ((WORKER, '.hexdigest() != one["sha256"]:\n', ".hexdigest() == 0:\n"),),
    ),
    "what is only asked of may be anything": (
        "hostile", ("asked of beforehand",),
        (("pipelines.cli.deliveries", "        if problem := store.problem(file):", "        if problem := None:"),),
    ),
    "what ended a reader is always the file": (
        "hostile", ("its reader is killed", "its reader stands still"),
        (("pipelines.intake.judge", "if before or (death.accident and", "if before or (False and"),),
    ),
    "a return without rows is let through": (
        "hostile", ("text",), (("pipelines.intake.sheets", "    if not slices and not faults:\n", "    if False:\n"),),
    ),
    "a formula is written back as one": (
        "hostile", ("cells",),
        (
            ("pipelines.intake.marked", "write_string(row, column, text[", "write(row, column, text["),
            ("pipelines.intake.paper", '"strings_to_formulas": False', '"strings_to_formulas": True'),
        ),
    ),
    "document types are let through": (
        "hostile", ("sheets",),
        (
            (PREFLIGHT, "    if any(mark in data for mark in _DOCTYPES):\n", "    if False:\n"),
            (MARKUP, "    parser.StartDoctypeDeclHandler = _doctype\n", ""),
        ),
    ),
    "far cells are let through": (
        "hostile", ("sheets",), ((CELLS, "    if row * column > MAX_CELLS:", "    if False:"),),
    ),
    "zips may unpack to anything": (
        "hostile", ("zips",),
        ((PREFLIGHT, "member.file_size > MAX_RATIO * max(member.compress_size, 1)", "member.file_size < 0"),),
    ),
    "ends of a zip may name two directories": (
        "hostile", ("zips",), ((CONTAINER, "    _one_directory(stream, len(found))\n", ""),),
    ),
    "parts may have two names": (
        "hostile", ("zips",), ((CONTAINER, " or _OTHER_NAME in _fields(part.extra)", ""),),
    ),
    "more may unpack than a part says": (
        "hostile", ("heavy",), ((CONTAINER, "    part.file_size = size + 1 ", "    part.file_size = size "),),
    ),
    "cells are taken wherever they stand": (
        "hostile", ("sheets",), ((CELLS, "            if self._depth != _IN_ROW:\n", "            if False:\n"),),
    ),
    "a number is whatever is stored as one": (
        "hostile", ("sheets",), ((CELLS, "not whole and not _NUMBER.fullmatch(said)", "False"),),
    ),
    "texts are known by their name alone": (
        "hostile", ("sheets",), ((PREFLIGHT, 'its == kind} != {part} & parts.keys():', "its == kind} == 0:"),),
    ),
    "parts are known by their names alone": (
        "hostile", ("sheets",), ((PREFLIGHT, '    if name.lower() == "[content_types].xml":\n', "    if False:\n"),),
    ),
    "rejected bytes are kept with the accepted": (
        "hostile", ("text",),
        (
            (
                "pipelines.landing.take_in",
                'self.to_keep.update(verdict.sha256 for _, verdict in judged if verdict.verdict == "accepted")',
                "self.to_keep.update(verdict.sha256 for _, verdict in judged)",
            ),
        ),
    ),
    "letters that look alike are alike": (
        "hostile", ("text",),
        (
            (
                "pipelines.intake.text", '    return "".join(unicodedata.normalize("NFKC", text).casefold().split())\n',
                '    text = text.translate(str.maketrans("\u0430\u043e\u03b1", "aoa"))\n'
                '    return "".join(unicodedata.normalize("NFKC", text).casefold().split())\n',
            ),
        ),
    ),
    "4.5 is taken as a count": (
        "hostile", ("cells",),
        (
            (
                "pipelines.intake.numbers", '            return "number_decimal" if mark not in self._separators else',
                '            return int(float(text)) if mark not in self._separators else',
            ),
        ),
    ),
    "a name steers a terminal": (
        "hostile", ("inbox",),
        (("pipelines.landing.inbox", "visible(printable(str(path.relative_to(home.inbox))), _NAME)",
          "str(path)[len(str(home.inbox)) + 1 :]"),),
    ),
    "any groups of digits are thousands": (
        "fuzzed", ("csv 0",), (("pipelines.intake.numbers", "[0-9]{{3}})+\")", "[0-9]{{1,3}})+\")"),),
    ),
    "workbooks need not be well-formed": (
        "fuzzed", ("workbook 0",), ((MARKUP, "    parser.Parse(data, True)\n", ""),),
    ),
    "the first of two values is enough": (
        "hostile", ("cells",),
        ((CELLS, "        if self._valued:\n            raise _twice(self._sheet, self._last)\n", ""),),
    ),
    "a question may open files": (
        "questions", ("files 0",), ((SESSION, '"set enable_external_access = false"', '"set threads = 2"'),),
    ),
    "a question may use any memory": (
        "questions", ("rows that outgrow the process",),
        ((SESSION, '_bound(resource.RLIMIT_AS, request["memory"], request["memory"])', 'request["memory"]'),),
    ),
    "a question may use the processor for ever": (
        "questions", ("a clock that never rings",),
        ((SESSION, "_CPU, int(seconds * 2) + 5, int(seconds * 2) + 10)", "_CORE, 0, 0)"),),
    ),
    "a question needs all the memory that it may use": (
        "questions", ("less memory than a question may use",),
        ((SESSION, "(bound if most == resource.RLIM_INFINITY else min(bound, most) for", "(bound for"),),
    ),
    "an answer may be of any size": ("questions", ("answers 0",), ((QUERY, "ANSWER = 64 * 2**20", "ANSWER = 2**32"),)),
    "a question is given what its asker knows": (
        "questions", ("what the process knows",),
        ((QUERY, '    environment = {"PATH"', '    environment = os.environ | {"PATH"'),),
    ),
}  # fmt: skip
