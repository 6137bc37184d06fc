"""Reading one's own practice, and the counts of a place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.places.queries import calendar_for
from doudi.rulebook.queries.book import county_book

from .desk import Desk
from .generate import generate
from .models import PracticeAnswer, PracticeRun
from .tasks import tasks_of
from .topics import Level, Outcome, Topic

LATELY = 10


def runs_of(staff: Staff) -> QuerySet[PracticeRun]:
    """A trainee's own runs, the newest first."""
    return PracticeRun.objects.filter(staff=staff).order_by("-started_at", "-pk")


def desk_of(run: PracticeRun) -> Desk:
    """The case of a run again, by the county's published values as they were known when it began."""
    book, calendar = county_book(run.started_at), calendar_for()
    county = settings.DOUDI_COUNTY
    return Desk(generate(run.seed, Level(run.level), book=book, calendar=calendar, county=county), book, calendar)


def answers_of(run: PracticeRun) -> dict[str, PracticeAnswer]:
    """The latest answer to each task of a run."""
    return {answer.task: answer for answer in PracticeAnswer.objects.filter(run=run).order_by("pk")}


def next_task(run: PracticeRun) -> str:
    """The first task without an answer; '' when all are done."""
    done = answers_of(run)
    return next((task.key for task in tasks_of(run.topic) if task.key not in done), "")


@dataclass(frozen=True)
class Score:
    """One topic: how many tasks were answered, how many right at once, all answers, and the latest outcomes."""

    topic: Topic
    attempts: int
    answered: int
    right_first: int
    lately: Sequence[str]
    before: Sequence[str]

    @property
    def share(self) -> int | None:
        """Right at once, in percent; None where nothing was answered."""
        return _share(self.right_first, self.answered)

    @property
    def trend(self) -> int | None:
        """Percentage points by which the latest ten are better than the ten before; None where there are none."""
        now, then = (_share(part.count(Outcome.RIGHT), len(part)) for part in (list(self.lately), list(self.before)))
        return None if now is None or then is None else now - then


def _share(part: int, whole: int) -> int | None:
    return None if not whole else 100 * part // whole


def scores_of(staff: Staff) -> list[Score]:
    """A trainee's own scores, every topic in the order of the office."""
    rows: dict[str, list[tuple[bool, str]]] = defaultdict(list)
    for topic, first, outcome in (
        PracticeAnswer.objects.filter(staff=staff).order_by("-pk").values_list("topic", "first", "outcome")
    ):
        rows[topic].append((first, outcome))
    return [_score(topic, rows[topic.value]) for topic in Topic]


def _score(topic: Topic, rows: list[tuple[bool, str]]) -> Score:
    firsts = [outcome for first, outcome in rows if first]
    right = firsts.count(Outcome.RIGHT)
    return Score(topic, len(rows), len(firsts), right, firsts[:LATELY], firsts[LATELY : 2 * LATELY])


@dataclass
class Progress:
    """One member of staff: for each topic how many were answered and how many right at once."""

    name: str
    office: str
    last_at: datetime | None = None
    by_topic: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def cells(self) -> list[tuple[Topic, int, int | None]]:
        """Topic, answered, share right at once in percent."""
        told = [(topic, *self.by_topic.get(topic.value, (0, 0))) for topic in Topic]
        return [(topic, answered, _share(right, answered)) for topic, answered, right in told]

    @property
    def answered(self) -> int:
        return sum(answered for answered, _right in self.by_topic.values())


def progress_of(by: Staff, permission: Permission) -> list[Progress]:
    """The counts of the staff of the places where `by` holds a permission, by name. Answers are never read here."""
    places = by.scope.places(permission)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM doudi_practice_counts(%s)", [permission.value])
        counted = cursor.fetchall() if places else []
    people = {s.pk: Progress(s.name, s.office) for s in Staff.objects.filter(pk__in={row[0] for row in counted})}
    for staff, topic, answered, right, last_at in counted:
        one = people[staff]
        one.by_topic[topic] = (answered, right)
        one.last_at = max(one.last_at or last_at, last_at)
    return sorted(people.values(), key=lambda one: (one.office, one.name))
