"""From signs in departments' data to one visit a household, and what came of it.

`indicators/` is pure: declarations over columns, evaluated over the county. `rounds` runs them at night and after a
file, `actions/raising` merges findings into one task a household (decision 0086), `assigning` sends somebody,
`visits` takes what they found, `disposing` settles it in one of ten ways. `queries/ledger` counts how often each
indicator was right; `actions/indicators` changes a threshold by two people. `leads` come from anybody. To add an
indicator: docs/how-to/add-an-indicator.md.
"""
