"""Who reads files that no work of theirs explains: found from the log, put before the security administrator."""
