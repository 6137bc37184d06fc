"""Workbooks: xlsx and xls. Measured before they are opened, because a small archive may unpack into everything.

A formula gives the value that was last computed; nothing is ever computed here.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from doudi.documents import sniffing

from . import sheets
from .opening import MEGABYTE, MOST_COLUMNS, Cell, Lines, Table, Unreadable

MOST_CELLS = 30_000_000
LARGEST_XLS = 100 * MEGABYTE
LONGEST_SECONDS = 600
# Where a row, a cell beyond column Z or a cell far below names its place; the cells in between match nothing.
_PLACES = r"""r=["'](?:([A-Z]{2,})(\d+)|[A-Z](\d{%d,})|(\d+))["']"""
_NEAR, _FAR = (re.compile((_PLACES % digits).encode()) for digits in (6, 7))
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OPENS_NOT = "表格打不开：可能已损坏，或没有传完。请用 Excel 或 WPS 另存为 xlsx 后重试。"
_LOCKED_SAYS = "表格有密码。请取消密码、另存为 xlsx 后再上传。"


def open_xlsx(path: Path) -> tuple[Table, ...]:
    """The sheets of a workbook that holds what it declares and no more. Raises Unreadable."""
    try:
        with path.open("rb") as stream:
            sniffing.check_workbook(stream)
    except sniffing.Refused as refused:
        raise Unreadable(f"{refused}。") from refused
    _measure(path)
    return _sheets(path)


def open_xls(path: Path) -> tuple[Table, ...]:
    """The sheets of an old workbook. Raises Unreadable."""
    if path.stat().st_size > LARGEST_XLS:
        raise Unreadable(_("xls 文件超过 %(n)d MB，请另存为 xlsx。") % {"n": LARGEST_XLS // MEGABYTE})
    if _LOCKED in path.read_bytes():
        raise Unreadable(_(_LOCKED_SAYS))
    return _sheets(path)


def _measure(path: Path) -> None:
    """Read every part to its end, without keeping it: sizes that lie, broken parts, cells that are far apart."""
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as part:
                    _measure_part(part, entry.filename.lower())
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise Unreadable(_(_OPENS_NOT)) from error


def _measure_part(part: IO[bytes], name: str) -> None:
    is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
    rest, rows, columns = b"", 1, 26
    while piece := part.read(MEGABYTE):
        if name.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in piece or b"<!ENTITY" in piece):
            raise Unreadable(_("表格里夹带了不该有的内容，不接收。请用 Excel 或 WPS 另存为 xlsx。"))
        if is_sheet:
            rest += piece
            rows, columns = _reach(rest, rows, columns)
            rest = rest[-200:]
            _refuse_wide(rows, columns)


def _reach(piece: bytes, rows: int, columns: int) -> tuple[int, int]:
    """The furthest row and column named so far. A cell may lie beyond the row it stands in."""
    for letters, *numbers in (_NEAR if rows < 100_000 else _FAR).findall(piece):
        rows = max(rows, *(int(number[:9]) for number in numbers if number), 1)
        columns = max(columns, _column(letters[:4])) if letters else columns
    return rows, columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _refuse_wide(rows: int, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise Unreadable(_("表格宽到第 %(n)d 列，远处有多余的格子。请删去空列后再上传。") % {"n": columns})
    if rows * columns > MOST_CELLS:
        raise Unreadable(_("表格有 %(n)d 行，远处有多余的格子，或数据过多。请删去空行，或分成几个文件。") % {"n": rows})


def _sheets(path: Path) -> tuple[Table, ...]:
    """The sheets, read by another process: what a damaged file makes of a parser dies there."""
    command = [sys.executable, "-P", "-X", "utf8", sheets.__file__, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=LONGEST_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise Unreadable(_(_OPENS_NOT)) from error
    if done.returncode != 0:
        raise Unreadable(_(_LOCKED_SAYS if done.returncode == sheets.LOCKED else _OPENS_NOT))
    tables = tuple(_table(part) for part in done.stdout.split(sheets.NEXT_SHEET.encode())[1:])
    if not tables:
        raise Unreadable(_("表格是空的，请重新导出。"))
    return tables


def _table(part: bytes) -> Table:
    """One sheet as it was handed over: a line about itself, then its rows."""
    told = json.loads(part[: part.index(b"\n")])

    def lines() -> Iterator[str]:
        text = io.TextIOWrapper(io.BytesIO(part), encoding="utf-8", newline="\n")
        next(text)
        return text

    def rows() -> Iterator[list[Cell]]:
        return (line.removesuffix("\n").split(sheets.NEXT_CELL) for line in lines())

    return Table(told["name"], rows, first=told["first"], lines=Lines(lines, sheets.NEXT_CELL, quoted=False))
