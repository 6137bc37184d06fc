"""Matching rows without an ID number to registered people; pure, no database."""

from .matching import Linked, link
from .places import located

__all__ = ["Linked", "link", "located"]
