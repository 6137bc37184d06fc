"""The forms of monitoring: of tasks, of leads, of indicators."""
