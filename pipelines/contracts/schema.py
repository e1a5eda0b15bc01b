"""JSON Schemas made from the models, so that an editor completes and checks documents. Never edited by hand.

`python -m pipelines.contracts.schema FOLDER` writes them; a test holds the tracked copies equal to the
models.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pipelines.contracts.area_events import AreaEvent
from pipelines.contracts.breaks import Break
from pipelines.contracts.corrections import Correction
from pipelines.contracts.indicators import Indicator, Targets
from pipelines.contracts.programme import Calendar, Programme
from pipelines.contracts.returns import Return

MODELS = {
    "programme": Programme,
    "calendar": Calendar,
    "return": Return,
    "indicator": Indicator,
    "targets": Targets,
    "area_event": AreaEvent,
    "break": Break,
    "correction": Correction,
}


def schemas() -> dict[str, str]:
    """File name -> text of each schema."""
    return {
        f"{name}.schema.json": json.dumps(model.model_json_schema(by_alias=True), indent=2, ensure_ascii=False) + "\n"
        for name, model in MODELS.items()
    }


def write(folder: Path) -> None:
    """Writes all schemas into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
