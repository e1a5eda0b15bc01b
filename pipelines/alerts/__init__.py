"""Alerts: what is wrong after a run, told once to whoever answers for it, and told again when it is mended.

    findings (`collect`)  ->  ledger (`ledger`, `store`)  ->  one digest per destination (`digest`)
    ->  outbox (`outbox`)  ->  mail, webhook, chat (`send`)

`watch` runs the whole of it, for the command line and for Dagster alike. Nothing here checks a figure or judges a file:
that was done; a finding only repeats what results, receipts and the register say. What is sent names areas, measures,
files and cells, never a person, never a value of an unknown column.
"""
