"""Writes: receive, map, land, refuse, take back; keys; decisions about doubtful pairs."""
