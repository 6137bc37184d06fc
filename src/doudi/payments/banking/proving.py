"""A file just written is read again before anybody gets it, and must say what it was written from.

Most files are proven column by column, without making anything of their rows: the cells are such that no reader could
take them for something else, they add up, and their digest is the one that was made on the way into the file. A file
that leaves the slightest doubt is read as the bank reads it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from itertools import islice

from django.utils.translation import gettext as _

from .reading import LARGEST_FILE, MOST_ROWS, BadFile, read_sent
from .sheets import SENT, Cells, Digesting, Face, blocks

_AMOUNTS = re.compile(r"(?:[0-9]{1,16}\.[0-9]{2}\n)+")
_MOST_DIGITS, _LONGEST_NUMBER = 9, 60


def prove(content: bytes, face: Face, digest: str, key: bytes) -> None:
    """BadFile unless this file for the bank reads as what it was written from."""
    if _is_plain(content) and _holds(content, face, digest, key):
        return
    sheet = read_sent(content, key)
    if sheet.face != face:
        raise BadFile(2, _("文件内容与控制总数不符，没有生成，请告诉系统管理员。"))


def _is_plain(content: bytes) -> bool:
    return len(content) <= LARGEST_FILE and content[:2] != b"PK" and b"\0" not in content


def _holds(content: bytes, face: Face, digest: str, key: bytes) -> bool:
    if face.kind is not SENT or face.count > MOST_ROWS - 10:
        return False
    try:
        with io.TextIOWrapper(io.BytesIO(content), encoding=_encoding(content), newline="") as text:
            rows = csv.reader(text)
            head = list(islice(rows, 3))
            made, count, fen = Digesting(face.kind, face.batch, face.day, key), 0, 0
            for block in blocks(islice(rows, face.count)):
                if (sum_of := _sum(block)) is None:
                    return False
                made.add(block)
                count, fen = count + len(block), fen + sum_of
            said = [*head, *islice(rows, 10)]
    except (UnicodeError, csv.Error):
        return False
    wanted = [list(row) for row in (*face.head(), *face.end(digest))]
    return said == wanted and (count, fen) == (face.count, face.fen) and made.hex() == digest


def _encoding(content: bytes) -> str:
    """As any reader finds it out: no title in GBK is UTF-8."""
    try:
        content.split(b"\n", 1)[0].decode("utf-8-sig")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _sum(block: Sequence[Cells]) -> int | None:
    """What the rows add up to; None if a cell of theirs could be read as something else than it says."""
    if {len(row) for row in block} != {len(SENT.columns)}:
        return None
    sequences, holders, numbers, amounts, purposes, remarks = zip(*block, strict=True)
    digits, codes = "".join(sequences), "".join(numbers)
    if not (digits.isascii() and digits.isdigit() and _all_of(sequences, _MOST_DIGITS)):
        return None
    if not (codes.isascii() and codes.isalnum() and _all_of(numbers, _LONGEST_NUMBER)):
        return None
    if any("'" in "".join(column) for column in (holders, purposes, remarks)):  # said in front of a cell, it is dropped
        return None
    column = "\n".join(amounts) + "\n"
    return sum(map(int, column.replace(".", "").split())) if _AMOUNTS.fullmatch(column) else None


def _all_of(cells: Sequence[str], longest: int) -> bool:
    return bool(min(cells, key=len)) and len(max(cells, key=len)) <= longest
