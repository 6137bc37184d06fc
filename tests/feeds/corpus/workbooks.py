"""Workbooks: real ones with their habits, and those that are made to fill the memory or to deceive."""

from __future__ import annotations

import io
import zipfile
from datetime import date

from .case import BILLS, HEADINGS, MAN, Case, as_xlsx, reads, refused, spoilt
from .oldbook import as_xls

ALL = [HEADINGS, *BILLS]
GOOD = reads(3)
NAME = "医保结算10月.xlsx"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _typed() -> list[list[object]]:
    """Dates as dates, amounts as numbers, as a spreadsheet has them."""
    rows: list[list[object]] = [list(HEADINGS)]
    for row in BILLS:
        born, settled = (date.fromisoformat(row[place]) for place in (4, 5))
        rows.append([*row[:4], born, settled, row[6], float(row[7]), *row[8:]])
    return rows


def _changed(place: int, cell: object) -> bytes:
    rows = _typed()
    rows[2][place] = cell
    return as_xlsx(rows)


def rezipped(content: bytes, change: dict[str, bytes], **options: object) -> bytes:
    """A workbook with parts exchanged or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *change}:
            new.writestr(name, change[name] if name in change else old.read(name))
    return stream.getvalue()


def bomb() -> bytes:
    """Two hundred megabytes of blanks in a workbook of two hundred kilobytes."""
    return rezipped(as_xlsx(ALL), {"xl/worksheets/sheet2.xml": b" " * 200 * 1024 * 1024})


def lying() -> bytes:
    """A part that says it is small and unpacks into more."""
    content = bytearray(rezipped(as_xlsx(ALL), {"xl/media/a.xml": b" " * 3_000_000}))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = content.find(b"xl/media/a.xml") if mark[2] == 3 else content.rfind(b"xl/media/a.xml")
        start = content.rfind(mark, 0, at)
        content[start + offset : start + offset + 4] = (100).to_bytes(4, "little")
    return bytes(content)


def _sheet(cells: str) -> bytes:
    beginning = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return f"{beginning}{cells}</sheetData></worksheet>".encode()


def far(reference: str, row: int) -> bytes:
    """Two cells, one of them at the end of the world: between them nothing, but as much as memory holds."""
    cells = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{reference}"><v>1</v></c></row>'
    return rezipped(as_xlsx(ALL), {"xl/worksheets/sheet1.xml": _sheet(cells)})


def hidden_far() -> bytes:
    """The far cell stands in a row that calls itself the second."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="Z9999999"><v>1</v></c></row>'
    return rezipped(as_xlsx(ALL), {"xl/worksheets/sheet1.xml": _sheet(cells)})


def entities() -> bytes:
    """A text that would repeat itself a billion times."""
    text = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><sst>&b;</sst>'
    return rezipped(as_xlsx(ALL), {"xl/sharedStrings.xml": text})


REAL = [
    Case("a workbook of texts", lambda: as_xlsx(ALL), GOOD, NAME),
    Case("a workbook of dates and numbers", lambda: as_xlsx(_typed()), reads(3, values={"self_paid": 8000}), NAME),
    Case(
        "days as serial numbers without a format",
        lambda: _changed(5, 46296.0),
        reads(3, values={"settled_on": date(2026, 10, 1)}),
        NAME,
    ),
    Case(
        "an identity number as a number has lost its end",
        lambda: _changed(2, float(MAN[:17]) * 10),
        reads(2, (3, "resident_id", "文本")),
        NAME,
    ),
    Case("an old workbook", lambda: as_xls(ALL), GOOD, "医保结算.xls"),
    Case("an old workbook of the kind WPS calls et", lambda: as_xls(ALL), GOOD, "医保结算.et"),
    Case(
        "empty rows and columns in front",
        lambda: as_xlsx([[], [], *([None, None, *row] for row in _typed())]),
        GOOD,
        NAME,
    ),
    Case("two sheets, each with rows", lambda: as_xlsx(_typed(), [HEADINGS, ["B1", *BILLS[0][1:]]]), reads(4), NAME),
    Case(
        "two sheets, the second with headings of its own",
        lambda: as_xlsx(ALL, [["业务流水号", "患者姓名", *HEADINGS[2:]], ["B1", *BILLS[0][1:]]]),
        reads(4),
        NAME,
    ),
    Case(
        "two sheets with their columns in another order",
        lambda: as_xlsx(ALL, [row[::-1] for row in [HEADINGS, ["B1", *BILLS[0][1:]]]]),
        reads(4),
        NAME,
    ),
    Case(
        "a first sheet of explanations",
        lambda: as_xlsx([["填表说明"], ["请如实填写"]], ALL),
        reads(3, notes=("未读取",)),
        NAME,
    ),
    Case(
        "a formula gives the value that was last computed",
        lambda: _formula(80.0),
        reads(3, values={"self_paid": 8000}),
        NAME,
    ),
    Case("a formula that gave an error", lambda: _formula("#N/A"), reads(2, (3, "self_paid", "")), NAME),
    Case("a thousand empty rows behind", lambda: as_xlsx([*ALL, *[[""] * 10] * 1000]), GOOD, NAME),
    Case(
        "a text that calls itself xlsx is read, and its sender told",
        lambda: "\n".join(map(",".join, ALL)).encode("gbk"),
        reads(3, notes=("扩展名",)),
        NAME,
    ),
    Case(
        "a workbook that calls itself csv is read, and its sender told",
        lambda: as_xlsx(ALL),
        reads(3, notes=("扩展名",)),
        "结算.csv",
    ),
]


def _formula(value: object) -> bytes:
    rows = _typed()
    rows[2][7] = "=!SUM(1,79)"
    return as_xlsx(rows, value=value)


HOSTILE = [
    Case("a zip bomb", bomb, refused("过大"), NAME),
    Case("a part that says it is smaller than it is", lying, refused("打不开"), NAME),
    Case("one cell in the last column of a spreadsheet", lambda: far("XFD2", 2), refused("列"), NAME),
    Case("one cell in the last row of a spreadsheet", lambda: far("AB1048576", 1048576), refused("行"), NAME),
    Case("one cell beyond the end, in a row that says it is near", hidden_far, refused("行"), NAME),
    Case("entities that multiply", entities, refused("不该有"), NAME),
    Case(
        "a workbook with a password",
        lambda: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        refused("密码"),
        NAME,
    ),
    Case("an old workbook that is none", lambda: OLE + b"\0" * 600, refused("打不开"), "结算.xls"),
    Case("a workbook cut in the middle", lambda: as_xlsx(ALL)[:3000], refused("损坏"), NAME),
    Case(
        "a workbook with macros", lambda: rezipped(as_xlsx(ALL), {"xl/vbaProject.bin": b"x"}), refused("宏"), "a.xlsm"
    ),
    Case("an archive of files", lambda: _archive(), refused("xlsx"), "结算.zip"),
    Case("an empty workbook", lambda: as_xlsx([]), refused("空的"), NAME),
    Case(
        "a broken sheet",
        lambda: rezipped(as_xlsx(ALL), {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}),
        refused("打不开"),
        NAME,
    ),
]


def _archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("结算.csv", "\n".join(map(",".join, spoilt())))
    return stream.getvalue()


CASES = [*REAL, *HOSTILE]
