"""Pictures as cameras and pads make them, byte by byte."""

from __future__ import annotations

import struct
import zlib


def png(seed: int = 0, extra: bytes = b"") -> bytes:
    """A picture with ink in it, and with what else is put beside the pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\x00" + bytes((seed + x * y) % 256 for x in range(40)) for y in range(20))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 20, 8, 0, 0, 0, 0))
    said = chunk(b"tEXt", extra) if extra else b""
    return b"\x89PNG\r\n\x1a\n" + head + said + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def jpeg(secret: bytes = b"GPS 24.41 98.58") -> bytes:
    """A JPEG as a camera writes it: EXIF with a position, a comment, a scan, and something after the end."""

    def segment(marker: int, data: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data

    return (
        b"\xff\xd8" + segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
        + segment(0xE1, b"Exif\x00\x00" + secret) + segment(0xFE, secret) + segment(0xDB, bytes(65))
        + segment(0xC0, b"\x08\x00\x08\x00\x08\x01\x01\x11\x00") + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
        + b"\x12\x34\x56\xff\xd9" + secret
    )  # fmt: skip
