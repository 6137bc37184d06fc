"""Text files: csv and its relatives in UTF-8, UTF-16 or GBK; JSON as a list or line by line."""

from __future__ import annotations

import codecs
import csv
import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from .opening import MEGABYTE, MOST_COLUMNS, Cell, Lines, Table, Unreadable
from .sheets import as_text

LARGEST_JSON = 100 * MEGABYTE
"""A JSON list is held whole while it is read; line by line there is no such limit."""
_DELIMITERS = ",\t;|，"
_WRAPPERS = ("data", "rows", "records", "list", "items", "result")


def open_csv(path: Path) -> tuple[Table, ...]:
    """The one table of a text file. Raises Unreadable."""
    _refuse_long_lines(path)
    encoding = _encoding(path)
    delimiter = _delimiter(path, encoding)

    def rows() -> Iterator[list[Cell]]:
        with path.open(encoding=encoding, newline="") as lines:
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            try:
                yield from reader
            except csv.Error as error:
                raise Unreadable(
                    _("第 %(n)d 行附近的引号没有成对，或一格过长。请另存为 xlsx 后重试。") % {"n": reader.line_num}
                ) from error

    def lines() -> Iterator[str]:
        with path.open(encoding=encoding, newline="") as stream:
            yield from stream

    return (Table(path.name, rows, lines=Lines(lines, delimiter), whole=_ends_with_a_line(path)),)


def _refuse_long_lines(path: Path) -> None:
    """A line is held whole while it is read: one without end would fill the memory."""
    with path.open("rb") as stream:
        while len(piece := stream.read(MEGABYTE)) == MEGABYTE:
            if b"\n" not in piece and b"\r" not in piece:
                raise Unreadable(_("有一行超过 1 MB，这不像表格。请另存为 xlsx 或 csv 后重试。"))


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _decode(path, "utf-16")
        return "utf-16"
    first, second = (_decode(path, name) for name in ("utf-8-sig", "gb18030"))
    if first is None:
        return "utf-8-sig"
    if second is None:
        return "gb18030"
    # Neither fits: the one that got further is what it was meant to be.
    at = max(first, second)
    if at >= path.stat().st_size - 4:
        raise Unreadable(_("文件的末尾断在一个字的中间，可能只传了一部分。请重新导出、完整上传。"))
    raise Unreadable(_("文件编码无法识别（约第 %(n)d 个字节处出错）。请另存为 xlsx 或 UTF-8 的 csv。") % {"n": at + 1})


def _decode(path: Path, encoding: str) -> int | None:
    """None if the whole file is text in this encoding, else where it stops being so. Raises Unreadable on NUL bytes."""
    decoder = codecs.getincrementaldecoder(encoding)()
    before = 0
    with path.open("rb") as stream:
        while True:
            piece = stream.read(MEGABYTE)
            if encoding != "utf-16" and b"\0" in piece:
                raise Unreadable(_("文件里有空字节，已损坏或不是文本表格。请重新导出为 xlsx 或 csv。"))
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                return before + error.start
            if not piece:
                return None
            before += len(piece)


def _delimiter(path: Path, encoding: str) -> str:
    """The sign that stands most evenly in the first lines."""
    with path.open(encoding=encoding, newline="") as lines:
        first = [line[:20_000] for line in islice(lines, 40) if line.strip()]

    def evenness(sign: str) -> tuple[int, int]:
        counts = Counter(count for line in first if (count := line.count(sign)))
        count, lines = max(counts.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return lines, count

    best = max(_DELIMITERS, key=evenness)
    return best if evenness(best)[0] else ","


def _ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(-min(4, path.stat().st_size), 2)
        return stream.read().rstrip(b"\0").endswith((b"\n", b"\r"))


def looks_like_json(head: bytes) -> bool:
    """Whether a text begins as JSON does and as no table would."""
    return head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"[", b"{")


def open_json(path: Path) -> tuple[Table, ...]:
    """The one table of a JSON file: a list of flat objects, alone or under `data`, or an object a line."""
    if (records := _whole(path)) is not None:
        return (_table(path.name, lambda: iter(records)),)
    return (_table(path.name, lambda: _lines(path)),)


def _table(name: str, records: Any) -> Table:
    """Objects as rows: the first row is the keys of the first thousand."""

    def rows() -> Iterator[list[Cell]]:
        keys = list(dict.fromkeys(key for record in islice(records(), 1000) for key in _flat(record)))
        if len(keys) > MOST_COLUMNS:
            raise Unreadable(_("JSON 的字段超过 %(n)d 个，请只给约定的字段。") % {"n": MOST_COLUMNS})
        yield list(keys)
        for record in records():
            flat = _flat(record)
            yield [as_text(flat.get(key)) for key in keys]

    return Table(name, rows, first=0)  # the keys are no row of the file: the first record is number 1


def _flat(record: Any) -> dict[str, Any]:
    if not isinstance(record, dict) or any(isinstance(value, (dict, list)) for value in record.values()):
        raise Unreadable(_('JSON 应是一组平的对象，例如 [{"姓名": "…"}]，不要嵌套。'))
    return record


def _whole(path: Path) -> list[Any] | None:
    """All records of a file that is one JSON value; None if it is one value a line."""
    if path.stat().st_size > LARGEST_JSON:
        if _first_sign(path) == "[":
            raise Unreadable(_("JSON 超过 %(n)d MB，请改为每行一个对象，或用 csv。") % {"n": LARGEST_JSON // MEGABYTE})
        _refuse_long_lines(path)
        return None
    text = _json_text(path)
    try:
        value = _loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and _first_sign(path) == "{":
            return None
        raise _broken(error.lineno) from error
    return _records(value)


def _records(value: Any) -> list[Any]:
    if isinstance(value, dict):
        lists = [value[key] for key in _WRAPPERS if isinstance(value.get(key), list)]
        value = lists[0] if lists else [value]
    if not isinstance(value, list) or not value:
        raise Unreadable(_("JSON 里没有记录，请重新导出。"))
    return value


def _lines(path: Path) -> Iterator[Any]:
    with path.open(encoding=_encoding(path)) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield _loads(line)
                except json.JSONDecodeError as error:
                    raise _broken(number) from error


def _loads(text: str) -> Any:
    """Numbers stay as written: 5.33103E+17 must be seen as what it is, and an amount must not become a float."""
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except RecursionError as error:
        raise Unreadable(_("JSON 嵌套太深，不接收。")) from error


def _json_text(path: Path) -> str:
    return path.read_text(encoding=_encoding(path))


def _first_sign(path: Path) -> str:
    with path.open(encoding=_encoding(path)) as stream:
        return stream.read(1000).lstrip()[:1]


def _broken(line: int) -> Unreadable:
    return Unreadable(_("JSON 在第 %(n)d 行不完整或写错了，文件可能只传了一部分。请重新导出。") % {"n": line})
