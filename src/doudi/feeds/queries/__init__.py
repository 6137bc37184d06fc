"""Reads: batches, freshness, doubtful pairs."""
