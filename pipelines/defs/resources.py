"""What assets are given: the run with the writer's lock, and dbt. Nothing else: a module with a `definitions` function
is read for that function alone.
"""

import dagster as dg

from pipelines.defs.shared import RunResource
from pipelines.defs.warehouse import Dbt
from pipelines.warehouse import build


@dg.definitions
def resources() -> dg.Definitions:
    """The resources by name; and that the steps of a run share one process, hence one run folder and one lock, also
    where it is started from the page of an asset.
    """
    python, *words = build.program()
    project = str(build.PROJECT)
    dbt = Dbt(project_dir=project, profiles_dir=project, dbt_executable=python, global_config_flags=[*words])
    return dg.Definitions(resources={"run": RunResource(), "dbt": dbt}, executor=dg.in_process_executor)
