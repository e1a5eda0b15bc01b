"""The dbt command, run in the folder whose `dbt/` is its target, whoever starts it and wherever: Dagster starts dbt in
the project's own folder. Nothing else: what dbt is asked is `build`'s business.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager

_SMALL = (EventLevel.DEBUG, EventLevel.TEST)


class Heard(EventManager):
    """What dbt says, if any of its logs listens: 25 times a model or test it would make lines and throw them away."""

    def fire_event(self, e: BaseEvent, level: EventLevel | None = None, *rest: Any, **more: Any) -> None:
        """Warnings and errors always count; they may end the command."""
        if (level or e.level_tag()) not in _SMALL or any(log.level in _SMALL for log in self.loggers):
            super().fire_event(e, level, *rest, **more)


def main() -> None:
    """dbt with the words of this command line; ends the process with dbt's exit code."""
    gc.disable()  # it keeps most of what it makes, and ends soon: 0.2 to 0.3 s of CPU for 50 MB
    from dbt.cli.main import cli

    os.chdir(Path(os.environ["DBT_TARGET_PATH"]).parent)
    ctx_set_event_manager(Heard())  # pyright: ignore[reportArgumentType]
    cli()


if __name__ == "__main__":
    main()
