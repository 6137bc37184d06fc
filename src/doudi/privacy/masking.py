"""How personal data looks when nobody has given a reason to see it."""

from __future__ import annotations


def mask_resident_id(number: str | None) -> str:
    """First 6 and last 4 characters; the birth date in between is hidden."""
    return f"{number[:6]}********{number[-4:]}" if number else "—"


def mask_phone(number: str | None) -> str:
    """First 3 and last 4 digits."""
    return f"{number[:3]}****{number[-4:]}" if number and len(number) >= 8 else ("****" if number else "—")


def mask_name(name: str) -> str:
    """Surname kept, the rest starred; for notices and statistics."""
    return name[:1] + "*" * max(len(name) - 1, 1)
