"""Writes the old workbook format (BIFF8 in a compound file) as far as tests need it: texts on one sheet."""

from __future__ import annotations

import struct
from collections.abc import Sequence

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def as_xls(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows of texts as an xls file."""
    return _compound(_workbook(rows))


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _workbook(rows: Sequence[Sequence[str]]) -> bytes:
    name = "Sheet1"
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    bound = 4 + 4 + 1 + 1 + 1 + 1 + len(name)
    sheet_at = len(begin) + bound + 4
    bound_sheet = _record(0x0085, struct.pack("<IBBBB", sheet_at, 0, 0, len(name), 0) + name.encode("latin-1"))
    return begin + bound_sheet + _record(0x000A) + _sheet(rows)


def _sheet(rows: Sequence[Sequence[str]]) -> bytes:
    height, width = len(rows), max(map(len, rows))
    records = [
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)),
        _record(0x0200, struct.pack("<IIHHH", 0, height, 0, width, 0)),
    ]
    for line, row in enumerate(rows):
        for place, text in enumerate(row):
            if text:
                cell = struct.pack("<HHHHB", line, place, 0, len(text), 1) + text.encode("utf-16-le")
                records.append(_record(0x0204, cell))
    return b"".join([*records, _record(0x000A)])


def _compound(stream: bytes) -> bytes:
    """One stream in sectors of 512 bytes: header, table of sectors, directory, stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    count = len(stream) // SECTOR
    table = [FAT, END, *range(3, 2 + count), END]
    fat = struct.pack("<128I", *table, *[FREE] * (128 - len(table)))
    root = _entry("Root Entry", 5, child=1, start=END, size=0)
    book = _entry("Workbook", 2, child=FREE, start=2, size=len(stream))
    directory = (root + book).ljust(SECTOR, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<109I", 0, *[FREE] * 108)
    return header + fat + directory + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, FREE, FREE, child)
    return head + b"\0" * 36 + struct.pack("<IQ", start, size)
