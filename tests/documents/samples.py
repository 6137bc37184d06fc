"""Small files of every kind, made on the spot."""

from __future__ import annotations

import io
import zipfile
import zlib

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 300 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 300
WEBP = b"RIFF\x24\x01\x00\x00WEBPVP8 " + b"\x00" * 300
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def zipped(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def xlsx(**extra: bytes) -> bytes:
    parts = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
    return zipped(parts | {name.replace("__", "/").replace("_bin", ".bin"): c for name, c in extra.items()})


def bomb() -> bytes:
    """A workbook that would unpack to 300 MB from a few hundred kilobytes."""
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece, size = b"\0" * 1_000_000, 300
    packed = b"".join(pack.compress(piece) for _ in range(size)) + pack.flush()
    small = xlsx(xl__x=b"")
    assert b"xl/x" in small
    return _with_large_entry(packed, size * len(piece))


def _with_large_entry(packed: bytes, unpacked: int) -> bytes:
    parts = {"[Content_Types].xml": b"", "xl/workbook.xml": b""}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.writestr("xl/sheet.xml", packed)
        entry = archive.getinfo("xl/sheet.xml")
        entry.file_size, entry.compress_type = unpacked, zipfile.ZIP_DEFLATED
    return out.getvalue()
