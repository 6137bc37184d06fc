"""Reads of the registry. Every query about people starts from `visible`."""
