"""Reads of the rulebook's pages."""
