"""Departments' data from a file to facts of the registry.

A source is data: `contracts/sources/*.yaml`. The way of a file: `actions/receiving` → `reading/` (sheets, headings,
cells, checks) → `linkage/` (rows without a number) → `landing/` (what changed, and only that, becomes a fact) →
listeners in `arrivals`. `models/batches` holds the states and moves. What is doubtful waits for a person in
`actions/pairs`. See docs/reference/feeds.md; to add a source, docs/how-to/add-a-department-feed.md.
"""
