"""The forms of feeds."""
