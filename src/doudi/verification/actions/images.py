"""A signature image as it comes from the pad: looked at before it is decoded, and never kept if nothing is on it."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib

from django.utils.translation import gettext as _

from doudi.registry.actions.refusal import Refused, refuse

from ..limits import SIGNATURE_BYTES, SIGNATURE_PIXELS

HEAD = "data:image/png;base64,"
LONGEST = len(HEAD) + -(-SIGNATURE_BYTES // 3) * 4
MAGIC = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # samples a pixel by PNG colour type


def png_of(data_url: str) -> bytes:
    """The PNG in a data URL. Refused: too large (by its length, before decoding), no PNG, damaged, or empty."""
    if len(data_url) > LONGEST:
        raise _no(
            _("签名图片超过 %(n)s KB，没有保存。请清除后重新签名，或改为录入姓名。") % {"n": SIGNATURE_BYTES // 1024}
        )
    if not data_url.startswith(HEAD):
        raise _no(_("签名图片应为 PNG 格式（不接收 SVG），请在签名框里重新签名，或改为录入姓名。"))
    try:
        image = base64.b64decode(data_url[len(HEAD) :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise _damaged() from error
    if len(image) > SIGNATURE_BYTES:
        raise _no(
            _("签名图片超过 %(n)s KB，没有保存。请清除后重新签名，或改为录入姓名。") % {"n": SIGNATURE_BYTES // 1024}
        )
    if not _has_ink(image):
        raise _no(_("签名框里还没有签名，请签名后再提交，或改为录入姓名。"))
    return image


def _no(message: str) -> Refused:
    return refuse("sign_image", message)


def _damaged() -> Refused:
    return _no(_("签名图片已损坏，没有保存。请清除后重新签名。"))


def _has_ink(image: bytes) -> bool:
    """Whether any line of the picture says anything; unpacks at most what its declared size needs."""
    if not image.startswith(MAGIC) or image[12:16] != b"IHDR" or len(image) < 33:
        raise _damaged()
    width, height, depth, colour = struct.unpack(">IIBB", image[16:26])
    if not (0 < width <= SIGNATURE_PIXELS and 0 < height <= SIGNATURE_PIXELS) or depth != 8 or colour not in CHANNELS:
        raise _no(_("签名图片的尺寸或格式不对（长宽最多 %(n)s 像素），请重新签名。") % {"n": SIGNATURE_PIXELS})
    row = 1 + width * CHANNELS[colour]
    try:
        raw = zlib.decompressobj().decompress(_packed(image), row * height + 1)
    except (zlib.error, struct.error) as error:
        raise _damaged() from error
    if len(raw) != row * height:
        raise _damaged()
    lines = {raw[i + 1 : i + row] for i in range(0, len(raw), row)}
    return not all(_is_plain(line, CHANNELS[colour]) for line in lines)


def _is_plain(line: bytes, channels: int) -> bool:
    """A line of one colour, as PNG writes it: like the line above, one pixel repeated, or one pixel and no change."""
    return not any(line) or line == line[:channels] * (len(line) // channels) or not any(line[channels:])


def _packed(image: bytes) -> bytes:
    """The compressed picture: the contents of all IDAT chunks."""
    parts, at = [], len(MAGIC)
    while at + 8 <= len(image):
        size, name = struct.unpack(">I4s", image[at : at + 8])
        if name == b"IDAT":
            parts.append(image[at + 8 : at + 8 + size])
        at += 12 + size
    return b"".join(parts)
