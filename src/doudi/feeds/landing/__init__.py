"""From a file to facts: kept sealed, read, matched to people, held against what the source said before, written."""
