"""A file as departments send it → tables of cells. What it is says its content, whatever its name says.

Nothing is unpacked or decoded before it has been measured: what would fill the memory is refused first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
LARGEST_FILE = 1024 * MEGABYTE
MOST_ROWS = 3_000_000
MOST_COLUMNS = 200
_SUFFIXES = {"xlsx": (".xlsx",), "xls": (".xls", ".et"), "csv": (".csv", ".txt", ".tsv"), "json": (".json", ".jsonl")}
_FOREIGN = {
    b"%PDF": "PDF", b"\xff\xd8\xff": "图片", b"\x89PNG": "图片", b"GIF8": "图片", b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包", b"MZ": "程序", b"\x7fELF": "程序", b"{\\rtf": "文档", b"SQLite": "数据库",
}  # fmt: skip

Cell = Any


class Unreadable(Exception):
    """The file cannot be read at all; the message says what to do."""


@dataclass(frozen=True)
class Lines:
    """Lines of text, cut at a sign. `read` begins anew each time. Where nothing is `quoted` a quote is a character."""

    read: Callable[[], Iterator[str]]
    sign: str
    quoted: bool = True


@dataclass(frozen=True)
class Table:
    """One sheet, or the whole of a text file. `rows` begins anew each time; the first row has the number `first`."""

    name: str
    rows: Callable[[], Iterator[list[Cell]]]
    first: int = 1
    lines: Lines | None = None
    """The same rows as lines of text, for tables whose lines can be cut by the column."""
    whole: bool = True
    """Whether the file ends as a complete file does; a text without its last line break may have been cut."""


@dataclass(frozen=True)
class File:
    """What was opened: its kind by content, its tables, and remarks for the sender."""

    kind: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()


def open_file(path: Path, name: str) -> File:
    """Open a file that calls itself `name`. Raises Unreadable."""
    size = path.stat().st_size
    if size == 0:
        raise Unreadable(_("文件是空的，请重新导出。"))
    if size > LARGEST_FILE:
        raise Unreadable(_("文件超过 %(n)d MB，请按月份或乡镇拆分。") % {"n": LARGEST_FILE // MEGABYTE})
    with path.open("rb") as stream:
        head = stream.read(8192)
    kind, tables = _by_content(path, head, PurePosixPath(name.lower()).suffix)
    return File(kind, tables, _remarks(kind, name))


def _by_content(path: Path, head: bytes, suffix: str) -> tuple[str, tuple[Table, ...]]:
    from . import text, workbook

    if head.startswith(b"PK"):
        return "xlsx", workbook.open_xlsx(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls", workbook.open_xls(path)
    _refuse_foreign(head)
    if text.looks_like_json(head):
        return "json", text.open_json(path)
    return "csv", text.open_csv(path)


def _refuse_foreign(head: bytes) -> None:
    for beginning, what in _FOREIGN.items():
        if head.startswith(beginning):
            raise Unreadable(_("这是%(what)s，不是表格。请上传 xlsx、xls、csv 或 json。") % {"what": what})
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"<"):
        raise Unreadable(
            _("这是网页或 XML 格式的文件（有的系统把它叫作 xls）。请用 Excel 或 WPS 打开，另存为 xlsx 后再上传。")
        )


def _remarks(kind: str, name: str) -> tuple[str, ...]:
    suffix = PurePosixPath(name.lower()).suffix
    if suffix in _SUFFIXES[kind]:
        return ()
    told = {"name": suffix or _("无"), "kind": kind}
    return (_("扩展名是“%(name)s”，内容是 %(kind)s，已按内容读取。") % told,)
