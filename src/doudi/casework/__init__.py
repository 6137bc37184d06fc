"""From the first word to a determination: one workflow for every programme, on the law's own clocks.

The tables that decide come first: `programmes` (how they differ), `stages` and `moves` (what may follow what, by whom,
under which guards), `limits` (how long, by which clause). Then the way of a case through `actions`: `intake`,
`accepting`, `verifying`, `visits`, `opinions`, `notices`, `determining`, `entitling`; `relief` is the short way of an
emergency. `clocks` counts, `reviews` begins again what was decided once. `queries` read, `printing` makes the papers.
"""
