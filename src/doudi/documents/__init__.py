"""Files that prove something: encrypted at rest, known by their bytes; and the printed forms."""
