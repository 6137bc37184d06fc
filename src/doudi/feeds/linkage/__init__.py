"""Matching rows without an ID number to registered people; pure, no database."""

from .matching import Linked, link

__all__ = ["Linked", "link"]
