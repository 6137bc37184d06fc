"""The two marks a view can carry; a view with neither is closed (see middleware)."""

from __future__ import annotations

from doudi.console.access import public, requires

__all__ = ["public", "requires"]
