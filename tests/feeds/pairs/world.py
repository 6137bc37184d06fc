"""A department's file whose rows have no number and a name that is nearly right."""

from __future__ import annotations

from doudi.accounts.models import Staff
from doudi.feeds.actions.pairs import decide_pair
from doudi.feeds.models import DoubtfulPair
from doudi.registry.models import Person
from tests.feeds.batches.world import landed, run, table
from tests.registry.world import DAY, at

HEADINGS = ("残疾人证号", "身份证号", "姓名", "性别", "出生日期", "残疾类别", "残疾等级", "发证日期", "村（社区）")
WHY = "电话问过村委会"


def nearly(person: Person, card: str = "C1", **changes: str) -> tuple[str, ...]:
    """A row about somebody whose last character is another: an error, or a brother."""
    said = {"name": person.name[:-1] + "敏", "number": "", "birth": f"{person.birth_date}", "grade": "一级"} | changes
    sex = "男" if person.sex == 1 else "女"
    return (card, said["number"], said["name"], sex, said["birth"], "肢体", said["grade"], "2024-05-06",
            person.division_code)  # fmt: skip


def doubted(by: Staff, person: Person, *rows: tuple[str, ...]) -> list[DoubtfulPair]:
    """The open pairs of a file that is in."""
    batch = landed("disability", table(HEADINGS, *(rows or (nearly(person),))), by)
    return list(DoubtfulPair.objects.filter(batch=batch).order_by("row", "pk"))


def decided(pair: DoubtfulPair, by: Staff, *, same: bool = True, reason: str = WHY) -> int:
    """Decide, and let the job that follows run."""
    rows = decide_pair(pair=pair, same=same, reason=reason, by=by, at=at(DAY))
    run(pair.batch)
    pair.refresh_from_db()
    return rows


def rival(pair: DoubtfulPair, person: Person) -> DoubtfulPair:
    """Another candidate of the same row, who fits as well."""
    other = DoubtfulPair.objects.get(pk=pair.pk)
    other.pk, other.person = None, person
    other.save()
    return other
