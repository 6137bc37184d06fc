"""Personal data: encrypted fields, blind index, masking, the data map, and the second wall (row-level security)."""
