"""People, households and what is known about them: dated, sourced, appended and superseded, never edited."""
