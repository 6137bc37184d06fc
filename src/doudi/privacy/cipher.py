"""SM4-GCM field encryption with key ids, and a keyed blind index for equality search.

A sealed value is `key id (1 byte) | nonce (12) | ciphertext and tag`. The field's name is bound to it as associated
data, so a value cannot be moved into another column. The blind index is HMAC-SM3 cut to 16 bytes: equal values have
equal indexes, and without the key an index says nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

NONCE_BYTES = 12
TAG_BYTES = 16
INDEX_BYTES = 16


class Keyring:
    """Field keys by id, the index key, and which field key new values use."""

    def __init__(self, material: dict[str, Any]) -> None:
        self.active = int(material["active"])
        self._fields = {int(k): bytes.fromhex(v) for k, v in material["fields"].items()}
        # Checked once: a file for the bank opens a hundred thousand values.
        self._sm4 = {key_id: algorithms.SM4(key) for key_id, key in self._fields.items()}
        self._index = hmac.HMAC(bytes.fromhex(material["index"]), hashes.SM3())
        # Digests in the audit log must stay provable when the index key changes, so they may have a key of their own.
        self._digest = hmac.HMAC(bytes.fromhex(material.get("digest", material["index"])), hashes.SM3())
        self.seal_seed = bytes.fromhex(material["seal"])
        if self.active not in self._fields:
            raise ValueError(f"key ring: the active key {self.active} is not among the field keys")

    def seal(self, text: str, *, purpose: str) -> bytes:
        """Encrypt `text` under the active key, bound to `purpose` (the field's name)."""
        nonce = os.urandom(NONCE_BYTES)
        encryptor = Cipher(self._sm4[self.active], modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(purpose.encode())
        body = encryptor.update(text.encode()) + encryptor.finalize()
        return bytes([self.active]) + nonce + body + encryptor.tag

    def seal_many(self, texts: Iterable[str], *, purpose: str) -> list[bytes]:
        """`seal` for a whole column, about half as long per value; for imports and the demo county."""
        texts = list(texts)
        algorithm, gcm, cipher = self._sm4[self.active], modes.GCM, Cipher
        head, bound, nonces = bytes([self.active]), purpose.encode(), os.urandom(NONCE_BYTES * len(texts))
        sealed = []
        for start, text in zip(range(0, len(nonces), NONCE_BYTES), texts, strict=True):
            nonce = nonces[start : start + NONCE_BYTES]
            encryptor = cipher(algorithm, gcm(nonce)).encryptor()
            encryptor.authenticate_additional_data(bound)
            body = encryptor.update(text.encode())
            encryptor.finalize()  # GCM is a stream: nothing is left to come but the tag
            sealed.append(head + nonce + body + encryptor.tag)
        return sealed

    def open(self, sealed: bytes, *, purpose: str) -> str:
        """Decrypt; raises cryptography's InvalidTag if the value was changed or belongs to another field."""
        sealed = bytes(sealed)
        nonce, body, tag = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES : -TAG_BYTES], sealed[-TAG_BYTES:]
        decryptor = Cipher(self._sm4[sealed[0]], modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(purpose.encode())
        text = decryptor.update(body)
        decryptor.finalize()  # GCM is a stream: nothing is left to come, but the tag is checked here
        return text.decode()

    def open_many(self, sealed: Iterable[bytes], *, purpose: str) -> list[str]:
        """`open` for a whole column, about two thirds as long per value; for the files of the bank."""
        bound, gcm, texts = purpose.encode(), modes.GCM, []
        ciphers: dict[int, Cipher[modes.GCM]] = {}
        for value in map(bytes, sealed):
            if (cipher := ciphers.get(value[0])) is None:
                cipher = ciphers[value[0]] = Cipher(self._sm4[value[0]], gcm(bytes(NONCE_BYTES)))
            # The same cipher with another nonce: making one anew would only check the key once more.
            cipher.mode = gcm(value[1 : 1 + NONCE_BYTES], value[-TAG_BYTES:])
            decryptor = cipher.decryptor()
            decryptor.authenticate_additional_data(bound)
            text = decryptor.update(value[1 + NONCE_BYTES : -TAG_BYTES])
            decryptor.finalize()  # as above: the tag is checked here
            texts.append(text.decode())
        return texts

    def index(self, text: str, *, purpose: str) -> bytes:
        """The blind index of `text` within `purpose`: 16 bytes, for equality only."""
        return _mac(self._index, f"{purpose}\0{text}".encode())[:INDEX_BYTES]

    def index_many(self, texts: Iterable[str], *, purpose: str) -> list[bytes]:
        """`index` for a whole column."""
        base = self._index.copy()
        base.update(f"{purpose}\0".encode())
        return [_mac(base, text.encode())[:INDEX_BYTES] for text in texts]

    def digest(self, payload: bytes) -> str:
        """Keyed SM3 digest as hex, for records that must prove a state without revealing it."""
        return _mac(self._digest, b"digest\0" + payload).hex()

    def content_mac(self) -> hmac.HMAC:
        """A keyed digest to be fed piece by piece: names equal files without saying what is in them."""
        mac = self._digest.copy()
        mac.update(b"content\0")
        return mac

    def file_key(self, key_id: int, salt: bytes) -> bytes:
        """The key of one file, derived from a field key and the file's own salt. KeyError: unknown key id."""
        return _mac(hmac.HMAC(self._fields[key_id], hashes.SM3()), b"file\0" + salt)[:16]


def _mac(keyed: hmac.HMAC, payload: bytes) -> bytes:
    mac = keyed.copy()  # copying a keyed context costs half of keying a new one
    mac.update(payload)
    return mac.finalize()


_made: tuple[object, Keyring] | None = None


def keyring() -> Keyring:
    """The key ring of this process (made again when the settings name another, as tests do)."""
    global _made
    material = settings.DOUDI_KEYRING
    if _made is None or _made[0] is not material:
        _made = (material, Keyring(material))
    return _made[1]
