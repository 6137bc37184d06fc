"""Text files: encodings, separators, quotes, ends that are missing, and files that are no text at all."""

import json
import re

from .case import BILLS, HEADINGS, Case, as_csv, reads, refused, spoilt

ALL = [HEADINGS, *BILLS]
GOOD = reads(3)


def _objects() -> list[dict[str, str]]:
    return [dict(zip(HEADINGS, row, strict=True)) for row in BILLS]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _lines() -> bytes:
    return b"\n".join(_json(record) for record in _objects()) + b"\n"


def _many(rows: int) -> list[list[str]]:
    return [HEADINGS, *([f"B{n}", *BILLS[n % 3][1:]] for n in range(rows))]


ENCODINGS = [
    Case("UTF-8", lambda: as_csv(ALL), GOOD),
    Case("UTF-8 with a mark at the start", lambda: as_csv(ALL, "utf-8-sig"), GOOD),
    Case("GBK", lambda: as_csv(ALL, "gbk"), GOOD),
    Case(
        "GB18030 with a rare character of four bytes",
        lambda: as_csv(spoilt(姓名="刀𬱖香"), "gb18030"),
        reads(3, values={"name": "刀𬱖香"}),
    ),
    Case("UTF-16, as Excel calls Unicode text", lambda: as_csv(ALL, "utf-16", "\t"), GOOD, "导出.txt"),
    Case(
        "bytes that are no known encoding",
        lambda: as_csv(ALL, "gbk")[:-40] + b"\xff\xff\x80" + b"x" * 40,
        refused("编码"),
    ),
    Case(
        "a text cut in the middle of a character",
        lambda: as_csv(_many(50), "gbk") + "赵".encode("gbk")[:1],
        refused("一个字的中间"),
    ),
    Case("NUL bytes in a text", lambda: as_csv(ALL) + b"\0\0\0,a\n", refused("空字节")),
]
SIGNS = [
    Case("cells separated by tabulators", lambda: as_csv(ALL, sign="\t"), GOOD, "结算.tsv"),
    Case("cells separated by semicolons", lambda: as_csv(ALL, sign=";"), GOOD),
    Case("cells separated by strokes", lambda: as_csv(ALL, sign="|"), GOOD, "结算.txt"),
    Case("lines that end as on an old Macintosh", lambda: as_csv(ALL, end="\r"), GOOD),
    Case("no line break at the very end", lambda: as_csv(ALL).rstrip(), GOOD),
    Case(
        "a quoted cell with a comma in it",
        lambda: as_csv(spoilt(病种="高血压,糖尿病")),
        reads(3, values={"illness": "高血压,糖尿病"}),
    ),
    Case(
        "a quoted cell with a line break in it",
        lambda: as_csv(spoilt(病种="高血压\n糖尿病")),
        reads(3, values={"illness": "高血压 糖尿病"}),
    ),
    Case(
        "an unquoted comma shifts the cells behind it, and only that row is returned",
        lambda: as_csv(ALL).replace("岩温".encode(), "岩,温".encode()),
        reads(2, (2, "", "错位")),
    ),
    Case(
        "a quote that never ends", lambda: as_csv(ALL).replace("刀玉香".encode(), '"刀玉香'.encode()), refused("引号")
    ),
    Case(
        "empty lines between the rows do not shift the row numbers",
        lambda: as_csv([HEADINGS, BILLS[0], [], [], ["A9", "", *BILLS[1][2:]]]),
        reads(1, (5, "name", "不能为空")),
    ),
    Case("commas at the end of every line", lambda: as_csv([[*row, "", ""] for row in ALL]), GOOD),
    Case("the last line breaks off", lambda: as_csv(_many(30))[:-60], reads(29, (31, "", "不完整"), findings=("cut",))),
]
JSON = [
    Case("JSON: a list of objects", lambda: _json(_objects()), GOOD, "结算.json"),
    Case("JSON: the list under data", lambda: _json({"code": 0, "data": _objects()}), GOOD, "结算.json"),
    Case("JSON: one object a line", _lines, GOOD, "结算.jsonl"),
    Case(
        "JSON: numbers as numbers, not through floats",
        lambda: _json([{**record, "个人自付": 0.1} for record in _objects()]),
        reads(3, values={"self_paid": 10}, at=2),
        "a.json",
    ),
    Case(
        "JSON: an identity number as a number of eighteen digits is exact",
        lambda: re.sub(rb'"(\d{18})"', rb"\1", _lines()),
        reads(3),
        "a.jsonl",
    ),
    Case(
        "JSON: true and null",
        lambda: _json([{**record, "重大疾病": True, "病种": None} for record in _objects()]),
        reads(3, values={"severe": True, "illness": None}, at=2),
        "结算.json",
    ),
    Case("JSON: nested objects", lambda: _json([{"人": record} for record in _objects()]), refused("嵌套"), "a.json"),
    Case("JSON: a hundred thousand brackets", lambda: b"[" * 100_000, refused("JSON"), "结算.json"),
    Case("JSON: cut in the middle", lambda: _json(_objects())[:-30], refused("不完整"), "结算.json"),
    Case("JSON: an empty list", lambda: b"[]", refused("没有记录"), "结算.json"),
]
FOREIGN = [
    Case("a line of two megabytes", lambda: as_csv(ALL) + b"x" * 2_200_000, refused("1 MB")),
    Case("three hundred columns", lambda: as_csv([[*row, *["x"] * 290] for row in ALL]), refused("列")),
    Case("an empty file", lambda: b"", refused("空的")),
    Case("nothing but blanks", lambda: b" \r\n \r\n", refused("表头")),
    Case("a PDF that calls itself csv", lambda: b"%PDF-1.7\n1 0 obj", refused("PDF")),
    Case("a picture that calls itself xlsx", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 50, refused("图片"), "表.xlsx"),
    Case("a program that calls itself csv", lambda: b"MZ\x90\0" + b"\0" * 50, refused("程序")),
    Case("a packed archive", lambda: b"Rar!\x1a\x07\0" + b"\0" * 50, refused("压缩包"), "结算.rar"),
    Case(
        "a web page that a system calls xls",
        lambda: "<html><table><tr><td>姓名</td></tr></table>".encode(),
        refused("另存为 xlsx"),
        "导出.xls",
    ),
    Case(
        "the XML that Excel 2003 saved",
        lambda: b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>',
        refused("XML"),
        "a.xls",
    ),
    Case(
        "a text that calls itself xls is read, and its sender told",
        lambda: as_csv(ALL, "gbk", "\t"),
        reads(3, notes=("扩展名",)),
        "导出.xls",
    ),
]
CASES = [*ENCODINGS, *SIGNS, *JSON, *FOREIGN]
