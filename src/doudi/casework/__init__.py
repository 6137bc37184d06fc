"""From the first word to a determination: one workflow for every programme, on the law's own clocks."""
