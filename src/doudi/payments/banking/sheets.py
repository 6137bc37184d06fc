"""The two files that pass between the county and its bank, as rows with control totals and a keyed digest.

A file is a title, a head (batch, day, number of rows, total), headings, rows, totals once more, and the digest. The
digest is HMAC-SM3 over the values, not over the bytes: the same rows in another encoding or saved as a spreadsheet
keep it, one changed fen or name does not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, hmac

from doudi.kernel.text import half_width
from doudi.privacy.cipher import keyring

HEAD = ("批次号", "日期", "笔数", "金额")
TOTAL = "合计"
DIGEST = "校验码"


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
class Sheet:
    """A file with everything in it."""

    kind: Kind
    batch: str
    day: date
    rows: Sequence[Row] = field(default_factory=list)

    @property
    def fen(self) -> int:
        return sum(row.fen for row in self.rows)


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


def digest_of(kind: Kind, batch: str, day: date, rows: Iterable[Sequence[str]], key: bytes) -> str:
    """The keyed digest of a file, from the cells of its rows."""
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(f"{kind.title}\n{batch}\n{day.isoformat()}\n".encode())
    for row in rows:
        mac.update(("\x1f".join(map(plain, row)) + "\n").encode())
    return mac.finalize().hex()
