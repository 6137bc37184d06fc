"""Money: ledger, funds, payment runs, bank answers, recoveries, reserve funds, price subsidy, emergency cash.

All money moves through `actions/posting`, double entry that the database itself keeps (decision 0069). The month:
`actions/runs/` builds a list with its reasons, gates, is signed by three people and locks; `bank` sends, `returns`
hears, `recoveries` takes back. `reserve` and `relief` are the township's purse and its emergencies, `subsidy_*` the
price-linked subsidy. `kinds` has the states, `banking/` the file format and the port. See docs/reference/payments.md.
"""
