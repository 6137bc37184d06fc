"""Files as departments really send them, and as nobody should: made by code, each with what must come of it."""
