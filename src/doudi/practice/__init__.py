"""Practice: made-up families, the steps of the office, every answer checked by the rulebook and the clocks."""
