"""Reads: what a phone takes along."""
