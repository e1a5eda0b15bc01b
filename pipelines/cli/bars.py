"""Stages as bars on a terminal. Imported only where there is one: what shows a line in a log needs none of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TaskID, TextColumn
from rich.text import Text

from pipelines.cli.common import spoken

ENOUGH, SECONDS = 3, 2.0
"""What must have been counted, and for how long, before it says something of the time that remains."""
WIDE = 110
"""Columns of a terminal from which on there is room for bars beside the words."""


class _Mark(SpinnerColumn):
    """Turning while a stage lasts, then how it ended."""

    def render(self, task: Task) -> RenderableType:
        mark = task.fields["mark"]
        return Text.from_markup(mark) if mark else super().render(task)


class _Bar(BarColumn):
    """Nothing where nothing is counted: a bar that only moves says nothing."""

    def render(self, task: Task) -> RenderableType:  # pyright: ignore[reportIncompatibleMethodOverride]
        return super().render(task) if task.fields["what"] else Text()


class _Counts(ProgressColumn):
    def render(self, task: Task) -> RenderableType:
        what = task.fields["what"]
        return Text(f"{task.completed:,.0f} of {task.total or 0:,.0f} {what}" if what else "")


class _Times(ProgressColumn):
    """How long the stage has lasted; and what remains of the count, at its pace of the last half minute."""

    max_refresh = 0.5

    def render(self, task: Task) -> RenderableType:
        ended = task.fields["ended"]
        passed = (ended or time.monotonic()) - task.fields["began"]
        left = task.time_remaining if task.fields["what"] and not ended else None
        honest = left and task.completed >= ENOUGH and passed >= SECONDS
        return Text(f"{spoken(passed):>5}{f'  {spoken(left)} left' if left and honest else ''}", style="dim")


class Bars:
    """The stages of a command, a line each (see `following.Stages`)."""

    def __init__(self, shown: Progress):
        self._shown = shown
        self._now: TaskID | None = None

    def begin(self, title: str) -> None:
        """A line for a stage."""
        self.end()
        began = time.monotonic()
        self._now = self._shown.add_task(escape(title), total=None, what="", began=began, ended=0.0, mark="")

    def end(self, well: bool = True) -> None:
        """Marks the stage as done, or not."""
        if self._now is not None:
            mark = "[green]✓[/green]" if well else "[red]✗[/red]"
            self._shown.update(self._now, ended=time.monotonic(), mark=mark)
        self._now = None

    def count(self, what: str, done: int, of: int) -> None:
        """Shows a count of the stage; another one takes its place."""
        if self._now is None:
            return
        another = self._shown.tasks[self._now].fields["what"] != what
        self._shown.update(self._now, total=of, completed=done, what=what)
        if another:  # the pace of one count says nothing of the next
            self._shown.reset(self._now, total=of, completed=done)


@contextmanager
def bars(stream: IO[str], stay: bool) -> Iterator[Bars]:
    """Bars on a terminal until the end of the block, and after it if they are to stay."""
    screen = Console(file=stream, highlight=False)
    columns = [_Mark(), TextColumn("{task.description}"), _Bar(bar_width=20), _Counts(), _Times()]
    if screen.width < WIDE:
        del columns[2]
    with Progress(*columns, console=screen, redirect_stdout=False, transient=not stay) as shown:
        yield Bars(shown)
