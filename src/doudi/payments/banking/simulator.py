"""A bank to practise and to test with: seeded, so the same file gets the same answers; as troublesome as one likes.

Whatever trouble it makes (a file cut short, forged, sent twice, of another county), the true answers always come too:
`paid_fen` says in the end what really arrived where.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from .codes import CODES
from .port import Answered, NotTaken, Receipt
from .reading import BadFile, read_sent
from .sheets import ANSWERED, Answer, Instruction, Sheet
from .writing import write

_REJECTIONS = ("E01", "E03", "E05", "E07", "E09", "E99")


@dataclass(frozen=True)
class Habits:
    """How often what happens; chances between 0 and 1."""

    reject: float = 0.0
    returned: float = 0.0  # paid first, sent back days later
    spread_days: int = 1  # answers come in as many parts, a day each
    twice: float = 0.0
    foreign: float = 0.0
    truncated: float = 0.0
    forged: float = 0.0
    shuffled: bool = False
    form: str = "csv"
    encoding: str = "gb18030"


@dataclass
class _Due:
    on: date
    batch: str
    answer: Answer


@dataclass
class SimulatedBank:
    """`faults` names accounts that do not work, with the code the bank gives: a closed card stays closed."""

    key: bytes
    seed: int = 0
    habits: Habits = field(default_factory=Habits)
    faults: Mapping[str, str] = field(default_factory=dict)
    due: list[_Due] = field(default_factory=list)
    paid_fen: dict[tuple[str, int], int] = field(default_factory=dict)
    _batches: set[str] = field(default_factory=set)
    _served: int = 0

    def submit(self, content: bytes, *, on: date) -> Receipt:
        """Take a file whole; each row is decided at once and answered later."""
        try:
            sheet = read_sent(content, self.key)
        except BadFile as problem:
            raise NotTaken(str(problem)) from problem
        if sheet.batch in self._batches:
            raise NotTaken(f"批次 {sheet.batch} 已经受理过")
        self._batches.add(sheet.batch)
        chance = random.Random(f"{self.seed} {sheet.batch}")  # noqa: S311  practice, not secrets
        for row in sheet.rows:
            assert isinstance(row, Instruction)
            self._decide(sheet.batch, row, on, chance)
        return Receipt(sheet.batch, len(sheet.rows), sheet.fen)

    def _decide(self, batch: str, row: Instruction, on: date, chance: random.Random) -> None:
        day = on + timedelta(days=chance.randrange(max(self.habits.spread_days, 1)))
        code = self.faults.get(row.number, "")
        if not code and chance.random() < self.habits.reject:
            code = chance.choice(_REJECTIONS)
        if code and code != "R01":
            self._later(batch, row, day, "rejected", code)
            return
        self._later(batch, row, day, "paid", "")
        self.paid_fen[batch, row.sequence] = row.fen
        if code or chance.random() < self.habits.returned:
            self._later(batch, row, day + timedelta(days=chance.randint(3, 9)), "returned", "R01")
            self.paid_fen[batch, row.sequence] = 0

    def _later(self, batch: str, row: Instruction, day: date, result: str, code: str) -> None:
        said = str(CODES[code].words) if code else ""
        answer = Answer(row.sequence, row.holder, row.number, row.fen, result, code, said, day)
        self.due.append(_Due(day, batch, answer))

    def fetch(self, *, on: date) -> Sequence[Answered]:
        """What is due up to a day, a file a batch and day, with the trouble that the habits ask for."""
        ready = [one for one in self.due if one.on <= on]
        self.due = [one for one in self.due if one.on > on]
        files: list[Answered] = []
        for day, batch in sorted({(one.on, one.batch) for one in ready}):
            answers = [one.answer for one in ready if (one.on, one.batch) == (day, batch)]
            files += self._files(batch, day, answers)
        return files

    def _files(self, batch: str, day: date, answers: list[Answer]) -> list[Answered]:
        self._served += 1
        chance, habits = random.Random(f"{self.seed} {batch} {day} {self._served}"), self.habits  # noqa: S311
        if habits.shuffled:
            chance.shuffle(answers)
        true = self._written(batch, day, answers)
        files = [true]
        if chance.random() < habits.truncated:
            files.insert(0, replace(true, content=cut(true.content, chance)))
        if chance.random() < habits.forged:
            files.insert(0, self._forged(batch, day, answers, chance))
        if chance.random() < habits.foreign:
            files.append(self._written(f"999999-FF-{day:%Y%m}-01-1", day, answers))
        if chance.random() < habits.twice:
            files.append(true)
        return files

    def _written(self, batch: str, day: date, answers: list[Answer], key: bytes | None = None) -> Answered:
        content, _digest = write(
            Sheet(ANSWERED, batch, day, answers), key or self.key, form=self.habits.form, encoding=self.habits.encoding
        )
        return Answered(f"{batch}-{day:%Y%m%d}.{self.habits.form}", content)

    def _forged(self, batch: str, day: date, answers: list[Answer], chance: random.Random) -> Answered:
        """Everything adds up, but whoever wrote it does not have the key."""
        chosen = chance.randrange(len(answers))
        changed = [replace(a, result="paid", code="") if n == chosen else a for n, a in enumerate(answers)]
        return self._written(batch, day, changed, key=b"somebody else's")


def cut(content: bytes, chance: random.Random) -> bytes:
    """A file that broke off on the way."""
    return content[: chance.randrange(1, max(len(content) - 70, 2))]
