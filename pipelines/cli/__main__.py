"""`python -m pipelines.cli`: the same command where the script is not installed."""

from pipelines.cli import main

main()
