"""Writes of casework: every one a verb, on the record, through the one table of moves."""
