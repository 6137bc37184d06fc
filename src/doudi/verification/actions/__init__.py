"""Writes: signing, consenting, pledging, asking, judging what came back."""
