"""The dbt command, run in the folder whose `dbt/` is its target, whoever starts it and wherever: Dagster starts dbt in
the project's own folder. Nothing else: what dbt is asked is `build`'s business.
"""

from __future__ import annotations

import os
from pathlib import Path


def main() -> None:
    """dbt with the words of this command line; ends the process with dbt's exit code."""
    from dbt.cli.main import cli

    os.chdir(Path(os.environ["DBT_TARGET_PATH"]).parent)
    cli()


if __name__ == "__main__":
    main()
