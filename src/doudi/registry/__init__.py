"""People, households and what is known about them: dated, sourced, appended and superseded, never edited.

`models/dated` explains the two clocks (decision 0004). `actions` write: `people`, `households`, `members`,
`evidence`, `statuses`, `merging`; `department_facts` is the door of feeds. `facts/` reads it all for the rulebook, one
household or the whole county, and says which source is believed. `queries` read for pages, `search` finds anybody.
"""
