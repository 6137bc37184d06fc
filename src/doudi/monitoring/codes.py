"""Keys and codes that reading and writing share."""

from __future__ import annotations

from doudi.privacy.cipher import keyring

LEAD = "lead_"
"""What the keys of leads begin with, where indicators are counted; the reporter follows."""


def code_digest(code: str) -> str:
    """The keyed digest of a reply code, however it was typed. A change of index keys leaves it as it is."""
    typed = "".join(c for c in code.upper() if c.isalnum())
    return keyring().digest(f"lead code {typed}".encode())
