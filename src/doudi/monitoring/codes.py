"""Keys and codes that reading and writing share."""

from __future__ import annotations

from doudi.privacy.fields import blind

LEAD = "lead_"
"""What the keys of leads begin with, where indicators are counted; the reporter follows."""


def code_index(code: str) -> bytes:
    """The index of a reply code, however it was typed."""
    return blind("".join(c for c in code.upper() if c.isalnum()), purpose="lead_code")
