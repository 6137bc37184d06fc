"""Verification of household economic status: consent, request, sources' answers, report, objection.

No live consent, no question (decision 0064): `actions/consents` and `signing` first, then `requests`, `answering`,
`reporting`, `judging`. `connectors/port` is what a source must keep; the provincial network and the simulator are two
of them. `queries/comparing` puts answers beside what was declared.
"""
