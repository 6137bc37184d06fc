"""Reads a workbook in its own process and hands its sheets over as lines. Run as a script; imports nothing of ours.

A damaged or hostile workbook can make any parser ask for a terabyte, or give up in a way that ends its process. Here
that ends this process only, which may have no more memory and time than the largest workbook that is accepted needs.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, datetime, time
from typing import Any, TextIO

NEXT_SHEET, NEXT_CELL = "\x1e", "\x1f"
LOCKED, BROKEN = 3, 4
MOST_SHEETS = 100
_MEMORY = 3 * 1024**3
_SECONDS = 600
_SIGNS = dict.fromkeys(map(ord, "\x1e\x1f\r\n"), " ")


def as_text(cell: Any) -> str:
    """What stands in the cell, as text; numbers so that nothing is rounded further than the file has done."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        # Fifteen digits is all that a spreadsheet keeps: a longer number is shown as what it is, a rounded one.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def hand_over(path: str, out: TextIO) -> int:
    """Write every sheet that holds anything. The answer is the exit code."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    try:
        book = CalamineWorkbook.from_path(path)
        plain = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        for name in plain[:MOST_SHEETS]:
            _write(name, book.get_sheet_by_name(name), out)
    except PasswordError:
        return LOCKED
    except (CalamineError, OSError, ValueError, RuntimeError):
        return BROKEN
    return 0


def _write(name: str, sheet: Any, out: TextIO) -> None:
    if sheet.start is None or not sheet.height:
        return
    left = NEXT_CELL * sheet.start[1]
    out.write(f"{NEXT_SHEET}{json.dumps({'name': name, 'first': sheet.start[0] + 1})}\n")
    for row in sheet.iter_rows():
        cells = (cell if type(cell) is str else as_text(cell) for cell in row)
        line = NEXT_CELL.join(cell if cell.isprintable() else cell.translate(_SIGNS) for cell in cells)
        out.write(f"{left}{line}\n")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    sys.exit(hand_over(sys.argv[1], sys.stdout))
