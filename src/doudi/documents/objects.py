"""The store: encrypted objects named by the keyed digest of their content, so that equal files lie there once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from doudi.privacy import sealed_files
from doudi.privacy.cipher import keyring

READ_BYTES = 1024 * 1024


def folder() -> Path:
    """The folder of all objects."""
    return Path(settings.DOUDI_DATA_DIR) / "objects"


def path_of(digest: str) -> Path:
    """Where an object lies. ValueError for anything that is not a digest."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ValueError("not a digest")
    return folder() / digest[:2] / digest[2:]


def put(source: BinaryIO) -> tuple[str, int]:
    """Store a stream unless it is there already; returns its digest and size."""
    mac, size = keyring().content_mac(), 0
    source.seek(0)
    while piece := source.read(READ_BYTES):
        mac.update(piece)
        size += len(piece)
    digest = mac.finalize().hex()
    path = path_of(digest)
    if path.exists():
        os.utime(path)  # young again: the sweep leaves young objects alone, their row may not be committed yet
    else:
        source.seek(0)
        sealed_files.write(source, path, purpose=digest)
    return digest, size


def read(digest: str) -> Iterator[bytes]:
    """The content piece by piece. Raises sealed_files.Tampered, FileNotFoundError."""
    return sealed_files.read(path_of(digest), purpose=digest)


def reseal(digest: str) -> bool:
    """Encrypt an object again under the active key; False if it already is. Only its key changes, not its name."""
    path = path_of(digest)
    if sealed_files.key_id_of(path) == keyring().active:
        return False
    sealed_files.write(_Pieces(read(digest)), path, purpose=digest)
    return True


class _Pieces:
    """An iterator of pieces as something with `read(n)`."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        out, self._rest = self._rest[:size], self._rest[size:]
        return out
