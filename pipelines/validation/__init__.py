"""Validation: the documents' truths about figures, held by Great Expectations over the private build, year by
year.

Here belong the rules derived from the documents, the frames they look at, their results (kept as JSON, failing rows
as CSV), which of them persons explained, and the gate that a release asks again. Joins and keys are dbt's to test; a
single file is the intake's to judge. A check that cannot run has failed. Nothing heavy is imported before a rule is
run.
"""

from pipelines.validation.gate import gate
from pipelines.validation.kept import read_results
from pipelines.validation.results import Result, Results, Summary
from pipelines.validation.rules import Rule, rules
from pipelines.validation.run import run_rules

__all__ = ["Result", "Results", "Rule", "Summary", "gate", "read_results", "rules", "run_rules"]
