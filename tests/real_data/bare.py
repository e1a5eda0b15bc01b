"""The `yearbook` command, its releases without the pages, workbooks and messages that nobody here reads.

    python -m tests.real_data.bare WORDS...

A module of its own, since DuckDB takes a program without a file (`python -c`) for a person and draws progress for it.
"""

from __future__ import annotations

from pipelines.cli import main
from pipelines.release import forms

forms.FORMS = ()
main()
