"""Families for the stories of casework, entered into the running demo county: `python -m tests.stories.families`.

Whatever the simulated network answers hangs on the number of a person, so the numbers are chosen: every source answers
at once, and finds a declared wage as it was declared, or a third more where a story wants a difference.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from doudi.accounts.models import Staff
    from doudi.registry.models import Household

VILLAGE, SECOND = "533103102203", "jingban2"
ELSEWHERE = "533123101201"
SINCE = date(2026, 1, 1)
_serial = itertools.count()
Sex = Literal[1, 2]


@dataclass(frozen=True)
class Kin:
    """A member beside the head."""

    name: str
    relation: str
    birth: date
    sex: Sex


@dataclass(frozen=True)
class Plan:
    """A family: its head, who lives with them, how much more than declared the tax office knows (percent)."""

    name: str
    birth: date = date(1971, 3, 4)
    sex: Sex = 1
    kin: tuple[Kin, ...] = ()
    finds: int = 100


WIFE = Kin("线玉香", "12", date(1974, 5, 6), 2)
PLANS: dict[str, Plan] = {
    "dibao": Plan("岳勒旺", kin=(WIFE,)),
    "refused": Plan("尹加旺", kin=(Kin("尹小团", "20", date(1996, 2, 3), 1),)),
    "tekun": Plan("孔腊保", birth=date(1950, 1, 2)),
    "objected": Plan("刀世芳"),
    "differs": Plan("排志明", finds=133),
    "delegated": Plan("方景兰"),
    "permit": Plan("思保忠"),
    "relative": Plan("明晓辉"),
    "urgent": Plan("邵三妹", sex=2),
    "at_once": Plan("李小晃"),
    "draft": Plan("何木兰", sex=2),
    "first_key": Plan("闷小二", sex=2),
    "second_key": Plan("帅小三"),
    "spent": Plan("线祥云", birth=date(1980, 6, 7)),
    "rechecked": Plan("瞿金凤", sex=2, finds=133),
}
# What only an office can tell: about the last member of a family.
TOLD: dict[str, tuple[tuple[str, str, int | None], ...]] = {
    "tekun": (
        ("obligors_complete", "yes", None), ("self_care", "", 0), ("labour_capacity", "none", None),
        ("support_setting", "home", None),
    ),
    "refused": (("disability", "4", 1), ("employment", "no", None)),
}  # fmt: skip


def main() -> None:
    """Enter every family and print the numbers of their households."""
    from doudi.config.commands.running import django

    django(as_owner=True)
    from django.utils import timezone

    from doudi.accounts.models import Staff
    from doudi.accounts.scope import scope_of

    now = timezone.now()
    clerk = Staff.objects.get(username="jingban")
    clerk.scope = scope_of(clerk, now)
    _second_clerk(clerk, now)
    json.dump({key: _enter(key, plan, clerk, now) for key, plan in PLANS.items()}, sys.stdout)


def _second_clerk(clerk: Staff, now: datetime) -> None:
    """A colleague in the same office, for what the first may not handle."""
    from doudi.accounts.models import Assignment, Staff

    said = {"name": "杨晓芸", "office": clerk.office, "password": clerk.password, "password_changed_at": now,
            "created_at": now}  # fmt: skip
    second, fresh = Staff.objects.get_or_create(username=SECOND, defaults=said)
    if fresh:
        first = Assignment.objects.get(staff=clerk)
        Assignment.objects.create(
            staff=second, role=first.role, division_code=first.division_code, starts_at=first.starts_at
        )


def _enter(key: str, plan: Plan, clerk: Staff, now: datetime, village: str = VILLAGE) -> dict[str, Any]:
    from doudi.registry import actions
    from doudi.registry.actions import MemberDraft

    head = _person(plan.name, plan.birth, plan.sex, plan.finds)
    members = [MemberDraft(person=_person(k.name, k.birth, k.sex, 100), relation=k.relation, co_resident=True)
               for k in plan.kin]  # fmt: skip
    home = actions.register_household(
        division_code=village, head=head, members=members, by=clerk, on=SINCE, at=now, address="三组 12 号"
    )
    _known(key, home, clerk, now)
    return {"number": home.number, "head": home.head_id, "name": plan.name}


def _known(key: str, home: Household, clerk: Staff, now: datetime) -> None:
    """What the registry knows already: where they are registered, and what only an office can tell."""
    from doudi.registry import actions
    from doudi.registry.models import Certificate, Membership

    for membership in Membership.objects.filter(household=home):
        said: dict[str, Any] = {"person": membership.person, "starts_on": SINCE, "by": clerk, "on": SINCE, "at": now}
        actions.record_residence(kind="hukou", place_code=ELSEWHERE if key == "permit" else home.division_code, **said)
        if key == "permit":
            actions.record_residence(kind="permit", place_code=VILLAGE, **said)
    for kind, code, grade in TOLD.get(key, ()):
        Certificate.objects.create(
            person=_last_of(home), kind=kind, code=code, grade=grade, source="civil_affairs", starts_on=SINCE,
            division_code=home.division_code, recorded_at=now,
        )  # fmt: skip


def _last_of(home: Household) -> Any:
    """Whoever joined last: the head where nobody did."""
    from doudi.registry.models import Membership

    return Membership.objects.filter(household=home).order_by("-pk")[0].person


def _person(name: str, birth: date, sex: Sex, finds: int) -> Any:
    from doudi.registry.actions import PersonDraft

    number = next(n for n in _numbers(birth, sex) if _finds(n) == finds and _answers(n) and _is_free(n))
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return PersonDraft(name=name, resident_id=number, birth_date=born, sex=sex)


def _numbers(birth: date, sex: Sex) -> Iterator[str]:
    from doudi.kernel.resident_id import impossible_id

    for serial in _serial:
        day = birth.replace(month=serial // 400 % 12 + 1, day=serial // 4800 % 28 + 1)
        yield impossible_id(day, sex, serial % 400).number


def _is_free(number: str) -> bool:
    """Nobody has it yet: stories may run again on the same county."""
    from doudi.privacy.fields import blind
    from doudi.registry.models import Person

    return not Person.objects.filter(resident_id_index=blind(number, purpose="resident_id")).exists()


def _answers(number: str) -> bool:
    """Whether every source answers a question about this number at once and completely."""
    from doudi.verification.connectors.port import Question
    from doudi.verification.connectors.simulator import USUAL, Behaviour, Simulator
    from doudi.verification.sources import SOURCES

    good = {Behaviour.PROMPT, Behaviour.TWICE, Behaviour.UNASKED}
    network = Simulator()

    def behaves(source: str) -> Behaviour:
        question = Question("", source, number, "", "", "")
        return USUAL[network._draw(question, "plan") % len(USUAL)]

    return all(behaves(source.value) in good for source in SOURCES)


def _finds(number: str) -> int:
    """How much of a declared wage the tax office finds."""
    from doudi.verification.connectors.rehearsal import CHANGES
    from doudi.verification.texts import sm3

    return CHANGES[int(sm3(f"rehearsal\n{number}\nwage_income")[:8], 16) % 100]


if __name__ == "__main__":
    main()
