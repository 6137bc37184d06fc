"""Pictures without what cameras write beside them: place, serial numbers, thumbnails. The pixels stay as they are."""

from __future__ import annotations

import struct

from django.utils.translation import gettext as _

from .errors import Malformed

PNG = b"\x89PNG\r\n\x1a\n"
# What a PNG needs to be drawn; everything else may say who took it, where and when.
PNG_DRAWN = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP"}
WEBP_SAYS = {b"EXIF", b"XMP "}
WEBP_SAYS_BITS = 0x0C  # the flags in VP8X that announce both


def stripped(content: bytes) -> bytes:
    """A JPEG, PNG or WebP without metadata. Raises Malformed if it is damaged or something else."""
    try:
        if content.startswith(b"\xff\xd8"):
            return _jpeg(content)
        if content.startswith(PNG):
            return _png(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
    except (struct.error, IndexError) as error:
        raise Malformed(_("照片已损坏，请重新拍。")) from error
    raise Malformed(_("只收 JPEG、PNG、WebP 照片。"))


def _jpeg(content: bytes) -> bytes:
    """Drops APP1 to APP15 (but Adobe's colours, APP14) and comments; from the first scan on all is picture."""
    out, at = [content[:2]], 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xDA:
            end = content.rindex(b"\xff\xd9") + 2 if b"\xff\xd9" in content[at:] else len(content)
            return b"".join([*out, content[at:end]])
        (size,) = struct.unpack(">H", content[at + 2 : at + 4])
        if size < 2 or at + 2 + size > len(content):
            break
        if not (0xE1 <= marker <= 0xEF and marker != 0xEE) and marker != 0xFE:
            out.append(content[at : at + 2 + size])
        at += 2 + size
    raise Malformed(_("照片已损坏，请重新拍。"))


def _png(content: bytes) -> bytes:
    out, at = [PNG], len(PNG)
    while at < len(content):
        size, name = struct.unpack(">I4s", content[at : at + 8])
        if at + 12 + size > len(content):
            break
        if name in PNG_DRAWN:
            out.append(content[at : at + 12 + size])
        at += 12 + size
        if name == b"IEND":
            return b"".join(out)
    raise Malformed(_("照片已损坏，请重新拍。"))


def _webp(content: bytes) -> bytes:
    out, at = [], 12
    while at + 8 <= len(content):
        name, size = struct.unpack("<4sI", content[at : at + 8])
        end = at + 8 + size + size % 2
        if at + 8 + size > len(content):
            raise Malformed(_("照片已损坏，请重新拍。"))
        piece = content[at:end]
        if name == b"VP8X":
            piece = piece[:8] + bytes([piece[8] & ~WEBP_SAYS_BITS]) + piece[9:]
        if name not in WEBP_SAYS:
            out.append(piece)
        at = end
    body = b"WEBP" + b"".join(out)
    return b"RIFF" + struct.pack("<I", len(body)) + body
