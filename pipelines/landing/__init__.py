"""Landing: accepted figures as append-only Parquet, and the register that says which of it counts.

Here belong the register (one row per delivery, submission, batch, run and release), the batch files, and the step that
takes pending deliveries through the gate into both. How a file is read is intake's business; dbt decides which
submission is in force.
"""
