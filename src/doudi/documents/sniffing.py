"""What a file is by its bytes, whatever it calls itself; and what is refused, with a sentence that says what to do."""

from __future__ import annotations

import codecs
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

import filetype
from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
HEAD_BYTES = 8192
TAIL_BYTES = 64 * 1024 + 22
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Allowed:
    """One allowed kind of file."""

    media_type: str
    suffixes: tuple[str, ...]
    most_megabytes: int


JPEG = Allowed("image/jpeg", (".jpg", ".jpeg"), 10)
PNG = Allowed("image/png", (".png",), 10)
WEBP = Allowed("image/webp", (".webp",), 10)
PDF = Allowed("application/pdf", (".pdf",), 20)
XLSX = Allowed(XLSX_TYPE, (".xlsx",), 50)
CSV = Allowed("text/csv", (".csv",), 50)
TXT = Allowed("text/plain", (".txt",), 50)
ALLOWED = (JPEG, PNG, WEBP, PDF, XLSX, CSV, TXT)
IMAGES = (JPEG, PNG, WEBP)
# Voice notes of a visit. Only where they are asked for by name: no page for papers takes them.
WEBM = Allowed("audio/webm", (".webm",), 1)
OGG = Allowed("audio/ogg", (".ogg",), 1)
M4A = Allowed("audio/mp4", (".m4a",), 1)
VOICES = (WEBM, OGG, M4A)
_VOICE_MIMES = {"video/webm": WEBM, "audio/webm": WEBM, "audio/ogg": OGG, "audio/mp4": M4A, "video/mp4": M4A}

UNPACKED_MEGABYTES = 800
UNPACKED_RATIO = 150
ZIP_ENTRIES = 5000


class Refused(ValueError):
    """The file is not accepted; the text says why and what to do."""


def recognise(source: BinaryIO, name: str, also: tuple[Allowed, ...] = ()) -> Allowed:
    """Which allowed kind a file is; `also` what else is taken here. Raises Refused. The stream is left at its start."""
    size = source.seek(0, 2)
    source.seek(0)
    if size == 0:
        raise Refused(_("文件是空的，请重新选择"))
    head = source.read(HEAD_BYTES)
    suffix = PurePosixPath(name.lower()).suffix
    kind = _voice(head, also) or _by_bytes(source, head, suffix)
    if suffix not in kind.suffixes:
        raise Refused(
            _("扩展名是“%(suffix)s”，内容却是 %(kind)s 文件，请用原文件重新上传")
            % {"suffix": suffix or _("无"), "kind": kind.suffixes[0][1:].upper()}
        )
    if size > kind.most_megabytes * MEGABYTE:
        raise Refused(
            _("文件 %(size)d MB，超过 %(most)d MB 的上限，请压缩或分成几个文件")
            % {"size": -(-size // MEGABYTE), "most": kind.most_megabytes}
        )
    if kind is not XLSX:
        _refuse_hidden_archive(source, size)
    source.seek(0)
    return kind


def clean_name(name: str) -> str:
    """A safe file name: no folders, no control or direction marks, at most 100 characters."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    name = re.sub(r'[<>:"|?*]', "_", name).strip(" .")
    path = PurePosixPath(name or _("未命名"))
    return path.stem[: 100 - len(path.suffix[:10])] + path.suffix[:10]


def _voice(head: bytes, also: tuple[Allowed, ...]) -> Allowed | None:
    kind = _VOICE_MIMES.get(filetype.guess_mime(head) or "") if also else None
    return kind if kind in also else None


def _by_bytes(source: BinaryIO, head: bytes, suffix: str) -> Allowed:
    for kind in (*IMAGES, PDF):
        if filetype.guess_mime(head) == kind.media_type:
            return kind
    if head.startswith(b"PK\x03\x04"):
        check_workbook(source)
        return XLSX
    if filetype.guess(head) is not None or head.startswith((b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"#!")):
        raise Refused(_("不接收这种文件，请上传图片（jpg、png、webp）、pdf、xlsx、csv 或 txt"))
    _check_text(source)
    return CSV if suffix == ".csv" else TXT


def check_workbook(source: BinaryIO) -> None:
    """Refuse an archive that is no xlsx, is damaged, locked or has macros, or would unpack into too much."""
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            _refuse_bomb(entries, source.seek(0, 2))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(_("表格文件已损坏，请用 Excel 或 WPS 另存为 xlsx 后再上传")) from error
    names = {entry.filename.lower() for entry in entries}
    if not {"[content_types].xml", "xl/workbook.xml"} <= names:
        raise Refused(_("这不是 xlsx 表格。压缩包和其他 Office 文件不接收，请另存为 xlsx"))
    if any(n.endswith("vbaproject.bin") or "macrosheets" in n or "activex" in n for n in names):
        raise Refused(_("表格里有宏，不接收。请另存为不带宏的 xlsx"))
    if any(".." in PurePosixPath(n).parts or n.startswith("/") for n in names):
        raise Refused(_("表格文件已损坏，请用 Excel 或 WPS 另存为 xlsx 后再上传"))


def _refuse_bomb(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Declared sizes only: nothing is unpacked to find out. Overlapping entries would hide more than is declared."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    too_large = unpacked > UNPACKED_MEGABYTES * MEGABYTE
    too_dense = unpacked > 20 * MEGABYTE and unpacked > size * UNPACKED_RATIO
    if too_large or too_dense or packed > size or len(entries) > ZIP_ENTRIES:
        raise Refused(_("表格解开后过大，不接收。请删去空行空列，或分成几个文件"))
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused(_("表格有密码，请取消密码后再上传"))


def _check_text(source: BinaryIO) -> None:
    source.seek(0)
    first = source.read(HEAD_BYTES)
    start = first.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<", b"%pdf", b"{\\rtf")) or re.search(rb"<(script|html|svg|iframe|!doctype)", first.lower()):
        raise Refused(_("不接收网页、SVG 和脚本，请上传 csv 或 txt"))
    if not (_decodes(source, "utf-8-sig") or _decodes(source, "gb18030")):
        raise Refused(_("认不出这是什么文件。表格请另存为 xlsx，或存为 UTF-8、GBK 编码的 csv"))


def _decodes(source: BinaryIO, encoding: str) -> bool:
    source.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := source.read(MEGABYTE):
            if re.search(r"[\x00-\x08\x0e-\x1f]", decoder.decode(piece)):
                return False
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_hidden_archive(source: BinaryIO, size: int) -> None:
    """An image or PDF that is an archive as well (read from its end) is two files in one."""
    source.seek(max(size - TAIL_BYTES, 0))
    if b"PK\x05\x06" in source.read():
        raise Refused(_("文件里夹带了压缩包，不接收。请重新拍照或扫描"))
