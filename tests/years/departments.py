"""Bills of the hospitals, month by month: late, twice, cut, in the wrong order, of a month that came already.

The truth is a dictionary: person → month → fen, of the files that reached us whole. What the registry states of a year
of somebody must be their sum.
"""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from random import Random

from doudi.awards.months import months_after
from doudi.feeds.actions.receiving import receive
from doudi.feeds.models import Batch, State, Way
from doudi.jobs.models import Job
from doudi.registry.actions.refusal import Refused
from doudi.registry.models import Person, Statement
from tests.feeds.batches.world import MEDICAL, Row, table
from tests.payments.world import at

from .faults import Trouble

TROUBLES = ("", "", "", "late", "twice", "cut", "again")
HEAVY, LIGHT = (8_000, 40_000), (30, 900)


@dataclass
class Hospitals:
    """The county's bills and what became of the files."""

    chance: Random
    trouble: Trouble
    truth: dict[int, dict[date, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    landed: set[date] = field(default_factory=set)
    waiting: list[tuple[date, bytes]] = field(default_factory=list)
    made: Counter[str] = field(default_factory=Counter)
    _serial: int = 0

    def month(self, month: date, people: list[Person]) -> None:
        """The file of the month before arrives on the seventh, unless it does not, or nobody was ill."""
        if not people:
            return
        of, trouble = months_after(month, -1), self.chance.choice(TROUBLES)
        content = self._file(of, people)
        self.made[trouble or "in order"] += 1
        if trouble == "late":
            self.waiting.append((of, content))
            return
        if trouble == "cut":
            self._cut(of, content, month)
        self._lands(of, content, month)
        if trouble == "twice":
            self._refused(content, month)
        if trouble == "again":
            self._lands(of, content.replace(b"\n", b"\r\n"), month)
        for old, late in self.waiting:  # older than what has just landed
            self._lands(old, late, month)
        self.waiting = []

    def wrong(self) -> list[str]:
        """Every year that the registry states of somebody against the bills of those months."""
        said = Statement.objects.known().filter(kind="medical_self_paid", source="medical")
        return [
            f"person {row.person_id}: {row.amount} stated for {row.starts_on}"
            for row in said
            if row.amount != max(0, self._sum(row.person_id or 0, row.starts_on, row.ends_on))
        ]

    def _sum(self, person: int, since: date, until: date | None) -> int:
        return sum(fen for month, fen in self.truth[person].items() if since <= month and (not until or month < until))

    def _file(self, of: date, people: list[Person]) -> bytes:
        """Some people's bills; one heavy now and then, one taken back now and then."""
        rows = [self._bill(of, person) for person in people if self.chance.random() < 0.3] or [
            self._bill(of, people[0])
        ]
        return table(MEDICAL, *rows)

    def _bill(self, of: date, person: Person) -> Row:
        yuan = self.chance.randint(*(HEAVY if self.chance.random() < 0.08 else LIGHT))
        yuan = -yuan // 3 if self.chance.random() < 0.05 else yuan
        self.truth[person.pk][of] += yuan * 100
        self._serial += 1
        day = of.replace(day=self.chance.randint(1, 28))
        return (f"N{self._serial}", person.resident_id, person.name, "住院", abs(yuan) * 3, yuan, day)

    def _lands(self, of: date, content: bytes, month: date) -> None:
        batch = self._received(of, content, month)
        assert batch.state == State.LANDED, (batch.state, batch.said)
        self.landed.add(of)

    def _cut(self, of: date, content: bytes, month: date) -> None:
        """Cut in the middle of its last row: not a word of it may be believed."""
        batch = self._received(of, content[: -self.chance.randint(12, 30)], month)
        assert batch.state != State.LANDED, f"a file that was cut landed: {batch.said}"

    def _refused(self, content: bytes, month: date) -> None:
        try:
            self._received(month, content, month)
        except Refused:
            return
        raise AssertionError("the very same file was taken twice")

    def _received(self, of: date, content: bytes, month: date) -> Batch:
        day = month.replace(day=7)
        batch = receive(
            contract="medical", file_name=f"{of:%Y-%m}.csv", stream=io.BytesIO(content), way=Way.FOLDER, by=None,
            on=day, at=at(day), as_of=months_after(of, 1).replace(day=1),
        )  # fmt: skip
        done: set[int] = set()
        while batch.job_id not in done:
            done.add(batch.job_id or 0)
            self.trouble.work(batch.job_id or 0, at(day), forks=False)
            batch.refresh_from_db()
        assert not Job.objects.filter(kind__startswith="feeds.", state__in=("waiting", "running")).exists()
        return batch
