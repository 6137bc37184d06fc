"""Practice: made-up families, the steps of the office, every answer checked by the rulebook and the clocks.

`generate` makes a family, `desk` is what the trainee has before them, `tasks/` one step each with its check. It
touches no real data: an import contract sees to it (decision 0068).
"""
