"""Encrypted files, written and read piece by piece so that a large one never lies in memory.

Format: `DDF1 | key id (1) | salt (16) | piece …`, a piece being up to 1 MiB of SM4-GCM ciphertext and its 16-byte tag.
The key is derived from the field key and the salt, so it serves one file only; the nonce of a piece is its number and
whether it is the last one. A changed, missing, swapped or appended piece, a cut tail and a file that was given another
name (`purpose` is bound to every piece) all fail to open.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .cipher import TAG_BYTES, keyring

MAGIC = b"DDF1"
SALT_BYTES = 16
HEADER_BYTES = len(MAGIC) + 1 + SALT_BYTES
PIECE_BYTES = 1024 * 1024


class Readable(Protocol):
    """Anything with `read(n)`, such as an open file or an upload."""

    def read(self, size: int = -1, /) -> bytes: ...


class Tampered(Exception):
    """The file on disk is not what was written: changed, cut, or belonging to something else."""


def write(source: Readable, target: Path, *, purpose: str) -> int:
    """Encrypt a stream into `target`, whole or not at all; returns the id of the key used."""
    keys = keyring()
    salt = os.urandom(SALT_BYTES)
    key = keys.file_key(keys.active, salt)
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, prefix=".new-", delete=False) as out:
        try:
            out.write(MAGIC + bytes([keys.active]) + salt)
            _write_pieces(source, out, key, purpose)
            out.flush()
            os.fsync(out.fileno())
            os.replace(out.name, target)
        except BaseException:
            Path(out.name).unlink(missing_ok=True)
            raise
    _fsync_folder(target.parent)
    return keys.active


def read(path: Path, *, purpose: str) -> Iterator[bytes]:
    """Decrypt piece by piece. Each piece is proven before it is handed out. Raises Tampered, FileNotFoundError."""
    with path.open("rb") as source:
        header = source.read(HEADER_BYTES)
        if len(header) != HEADER_BYTES or not header.startswith(MAGIC):
            raise Tampered(path.name)
        key = keyring().file_key(header[len(MAGIC)], header[len(MAGIC) + 1 :])
        piece = source.read(PIECE_BYTES + TAG_BYTES)
        number = 0
        while True:
            following = source.read(PIECE_BYTES + TAG_BYTES)
            yield _open_piece(piece, key, number, not following, purpose, path.name)
            if not following:
                return
            piece, number = following, number + 1


def key_id_of(path: Path) -> int:
    """Which field key a file was written under, for key rotation."""
    with path.open("rb") as source:
        return source.read(HEADER_BYTES)[len(MAGIC)]


def _write_pieces(source: Readable, out: IO[bytes], key: bytes, purpose: str) -> None:
    piece, number = source.read(PIECE_BYTES), 0
    while True:
        following = source.read(PIECE_BYTES) if piece else b""
        encryptor = Cipher(algorithms.SM4(key), modes.GCM(_nonce(number, not following))).encryptor()
        encryptor.authenticate_additional_data(purpose.encode())
        out.write(encryptor.update(piece) + encryptor.finalize() + encryptor.tag)
        if not following:
            return
        piece, number = following, number + 1


def _open_piece(piece: bytes, key: bytes, number: int, last: bool, purpose: str, name: str) -> bytes:
    if len(piece) < TAG_BYTES:
        raise Tampered(name)
    body, tag = piece[:-TAG_BYTES], piece[-TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(_nonce(number, last), tag)).decryptor()
    decryptor.authenticate_additional_data(purpose.encode())
    try:
        return decryptor.update(body) + decryptor.finalize()
    except InvalidTag:
        raise Tampered(name) from None


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
