"""What can go wrong with a backup or a restore, said to the person who can act."""

from __future__ import annotations


class Trouble(RuntimeError):
    """Cannot go on; the message says what is wrong and what to do. Nothing was changed that a second try would mind."""
