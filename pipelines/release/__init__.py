"""Release: from a validated private build to an audited, immutable folder that a pointer names.

Here belong building, auditing, publishing, signing off, withdrawing, reading, verifying, computing again, comparing,
tracing, querying and pruning releases. A release is complete or absent; a reader never sees a mixture; a failed run
changes nothing a reader can see. One host, local POSIX disk. Whether figures are right was decided before (validation,
dbt); the gates are asked again, never trusted from memory.
"""
