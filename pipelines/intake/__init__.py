"""Intake: a delivered file in, a verdict and a receipt out.

Here belong the content-addressed store of delivered bytes, what a file says it is, reading CSV and XLSX, the
gate that holds it against its contract, the killable child process all of this runs in, and receipts. Nothing
here looks at earlier submissions, writes to the register, or imports pandas, DuckDB, dbt, Dagster or Great
Expectations; pyarrow is imported only where accepted figures are written.
"""
