"""What other departments owe: referrals with least data, answered in two clicks or by sheet, and chased.

`entitlements` is the table of what can be asked of whom, `moves` the states. `queries/unmet` finds needs nobody has
sent; `actions/sending`, `answering`, `returning` (a sheet read back), `escalating`. What a department sees is one row
(decision 0095). See docs/reference/services.md.
"""
