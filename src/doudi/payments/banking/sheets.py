"""The two files that pass between the county and its bank, as rows with control totals and a keyed digest.

A file is a title, a head (batch, day, number of rows, total), headings, rows, totals once more, and the digest. The
digest is HMAC-SM3 over the values, not over the bytes: the same rows in another encoding or saved as a spreadsheet
keep it, one changed fen or name does not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice

from cryptography.hazmat.primitives import hashes, hmac

from doudi.kernel.text import half_width
from doudi.privacy.cipher import keyring

HEAD = ("批次号", "日期", "笔数", "金额")
TOTAL = "合计"
DIGEST = "校验码"
ROWS_A_BLOCK = (
    5_000  # rows are written, digested and proven by the block: a call for each would cost more than the work
)
Cells = Sequence[str]


@dataclass(frozen=True)
class Kind:
    """A kind of file: its title and its columns, which are the fields of its rows in their order."""

    title: str
    columns: tuple[str, ...]


SENT = Kind("代发明细文件", ("序号", "户名", "账号", "金额", "用途", "备注"))
ANSWERED = Kind("代发回盘文件", ("序号", "户名", "账号", "金额", "结果", "代码", "说明", "日期"))


@dataclass(frozen=True, slots=True)
class Instruction:
    """Pay this."""

    sequence: int
    holder: str
    number: str
    fen: int
    purpose: str = ""
    remark: str = ""

    def cells(self) -> tuple[str, ...]:
        """As written in a file."""
        return (str(self.sequence), self.holder, self.number, yuan(self.fen), self.purpose, self.remark)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of it: `result` is 'paid', 'rejected' or 'returned'."""

    sequence: int
    holder: str
    number: str
    fen: int
    result: str
    code: str = ""
    said: str = ""
    on: date | None = None
    line: int = 0  # where it stood in the file; not part of what it says

    def cells(self) -> tuple[str, ...]:
        """As written in a file."""
        day = self.on.isoformat() if self.on else ""
        result = RESULT_WORDS[self.result]
        return (str(self.sequence), self.holder, self.number, yuan(self.fen), result, self.code, self.said, day)


RESULT_WORDS = {"paid": "成功", "rejected": "失败", "returned": "退汇"}
Row = Instruction | Answer


@dataclass(frozen=True)
class Face:
    """What a file says of itself at its head and at its end."""

    kind: Kind
    batch: str
    day: date
    count: int
    fen: int

    def head(self) -> list[Cells]:
        """Title, head, headings."""
        said = (self.batch, self.day.isoformat(), str(self.count), yuan(self.fen))
        pairs = [cell for pair in zip(HEAD, said, strict=True) for cell in pair]
        return [(self.kind.title, "V1"), pairs, self.kind.columns]

    def end(self, digest: str) -> list[Cells]:
        """Totals once more, and the digest."""
        return [(TOTAL, str(self.count), yuan(self.fen)), (DIGEST, digest)]


@dataclass(frozen=True)
class Sheet:
    """A file with everything in it."""

    kind: Kind
    batch: str
    day: date
    rows: Sequence[Row] = field(default_factory=list)

    @property
    def fen(self) -> int:
        return sum(row.fen for row in self.rows)

    @property
    def face(self) -> Face:
        return Face(self.kind, self.batch, self.day, len(self.rows), self.fen)


def yuan(fen: int) -> str:
    """An amount as banks write it: 1119.00, without commas."""
    return f"{fen // 100}.{fen % 100:02d}"


def plain(text: str) -> str:
    """A text as it is digested: one normal form, half-width, no blanks at its ends."""
    return text.strip() if text.isascii() else _normal(text)


@lru_cache(maxsize=100_000)
def _normal(text: str) -> str:
    """Names, months and purposes come again and again: each is looked at once."""
    return unicodedata.normalize("NFC", half_width(text))


def bank_key(county: str) -> bytes:
    """The key shared with the bank of a county. It follows from the key ring and gives nothing of it away."""
    return bytes.fromhex(keyring().digest(b"bank\0" + county.encode()))


def blocks(rows: Iterable[Cells]) -> Iterator[list[Cells]]:
    """Rows, some thousands at a time."""
    each = iter(rows)
    while block := list(islice(each, ROWS_A_BLOCK)):
        yield block


class Digesting:
    """The keyed digest of a file, fed with the cells of its rows, block by block."""

    def __init__(self, kind: Kind, batch: str, day: date, key: bytes) -> None:
        self._mac = hmac.HMAC(key, hashes.SM3())
        self._mac.update(f"{kind.title}\n{batch}\n{day.isoformat()}\n".encode())

    def add(self, rows: Sequence[Cells]) -> None:
        """The next rows."""
        self._mac.update(_canonical(rows).encode())

    def hex(self) -> str:
        """The digest of what was added so far."""
        return self._mac.copy().finalize().hex()


def digest_of(kind: Kind, batch: str, day: date, rows: Iterable[Cells], key: bytes) -> str:
    """The keyed digest of a file, from the cells of its rows."""
    digest = Digesting(kind, batch, day, key)
    for block in blocks(rows):
        digest.add(block)
    return digest.hex()


# What `plain` would change: a character that has a plainer one, or a blank beside the end of a cell.
_NOT_PLAIN = re.compile(
    r"[\uff01-\uff5e\u2212\u2013\u2014\ufe63\u200b-\u200d\u2060\ufeff]|[\x1f\n][^\S\x1f\n]|[^\S\x1f\n][\x1f\n]"
)


def _canonical(rows: Sequence[Cells]) -> str:
    """Rows as they are digested, every cell `plain`. Mostly all are already, which one look at the whole tells."""
    text = "\n".join(map("\x1f".join, rows)) + "\n"
    apart = text.count("\n") == len(rows) and text.count("\x1f") == sum(map(len, rows)) - len(rows)
    if apart and not text[0].isspace() and not _NOT_PLAIN.search(text) and unicodedata.is_normalized("NFC", text):
        return text
    return "".join("\x1f".join(map(plain, row)) + "\n" for row in rows)
