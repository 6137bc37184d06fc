"""How people are named between the systems: a keyed digest of the resident ID, and the token of the other system.

Both sides hold the exchange key and compute HMAC-SM3 over the number; neither sends a number. The key is derived from
the digest key, which outlives a change of the others (decision 0043), so nothing more has to be kept; knowing it says
nothing about our own keys.
"""

from __future__ import annotations

import secrets
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, hmac

from doudi.privacy.cipher import keyring

DIGEST_BYTES = 16


def exchange_key(county: str) -> bytes:
    """The key that both sides hold."""
    return bytes.fromhex(keyring().digest(f"exchange\0{county}".encode()))[:DIGEST_BYTES]


def digest_of(resident_id: str, key: bytes) -> str:
    """A person as the other side knows them: 32 hex digits."""
    mac = _mac(key).copy()
    mac.update(resident_id.encode())
    return mac.finalize()[:DIGEST_BYTES].hex()


@lru_cache(maxsize=8)
def _mac(key: bytes) -> hmac.HMAC:
    return hmac.HMAC(key, hashes.SM3())


def new_token() -> str:
    """What the other system presents; shown once, kept as an index only."""
    return secrets.token_urlsafe(32)


def token_index(token: str) -> bytes:
    """What is kept of a token."""
    return bytes.fromhex(keyring().digest(f"exchange token\0{token}".encode()))
