"""A file as people send it → rows of cells: xlsx, xls or csv, in UTF-8 or GBK, numbers as text and the reverse."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 300 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 200

Cell = str | float | int | bool | date | None


class Unreadable(Exception):
    """The file cannot be read at all; the message says what to do."""


def read_cells(content: bytes, *, most_rows: int = MOST_ROWS, largest: int = LARGEST_FILE) -> list[list[Any]]:
    """All rows of the first sheet that has any. Unreadable if it is no table, or too large."""
    if len(content) > largest:
        raise Unreadable(_("文件超过 20 MB，请按村拆分后分别导入。"))
    if not content.strip():
        raise Unreadable(_("文件是空的，请重新选择。"))
    packed = content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
    rows = _workbook(content) if packed else _text(content)
    if len(rows) > most_rows:
        raise Unreadable(_("文件超过 %(n)s 行，请按村拆分后分别导入。") % {"n": most_rows})
    wide = any(len(row) > MOST_COLUMNS for row in rows)
    return [row[:MOST_COLUMNS] for row in rows] if wide else rows


def _workbook(content: bytes) -> list[list[Any]]:
    _check_unpacked_size(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if any(cell not in ("", None) for row in rows for cell in row):
                return rows
    except (CalamineError, OSError, ValueError, RuntimeError) as error:
        raise Unreadable(_("文件打不开：可能已损坏或设了密码，请另存为 xlsx 后重试。")) from error
    raise Unreadable(_("文件是空的，请重新选择。"))


def _check_unpacked_size(content: bytes) -> None:
    """A small archive may unpack into something that fills the memory."""
    if content[:2] != b"PK":
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile as error:
        raise Unreadable(_("文件打不开：可能已损坏或设了密码，请另存为 xlsx 后重试。")) from error
    if size > LARGEST_UNPACKED:
        raise Unreadable(_("文件展开后过大，请按村拆分后分别导入。"))


def _text(content: bytes) -> list[list[Any]]:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;，", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Unreadable(_("文件不是规范的 csv，请另存为 xlsx 后重试。")) from error


def _decoded(content: bytes) -> str:
    if b"\0" in content[:4096] and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable(_("这不是表格文件，请上传 xlsx 或 csv。"))
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("文件编码无法识别，请另存为 xlsx 或 UTF-8 的 csv 后重试。"))


def as_text(cell: Any) -> str:
    """What a person reads in the cell: whole numbers without '.0', no apostrophe or =\"…\" that forces text."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("是") if cell else _("否")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    text = cell.isoformat() if isinstance(cell, date) else str(cell).strip()
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1].strip()
    return text.removeprefix("'").strip()
