"""What somebody is entitled to, as plain values; and how the rulebook's answer becomes one. Pure: reads no table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.policy import Decision, Rulebook
from doudi.policy.decision import Used
from doudi.policy.law import M43

from .kinds import Kind, Programme, SupportSetting

# Why a line is paid, in words; the codes of `Line.reason`.
WHY: dict[str, str | Promise] = {
    "gap": _("按家庭收入与标准的差额"),
    "tier_a": _("按 A 档"),
    "tier_b": _("按 B 档"),
    "tier_c": _("按 C 档"),
    "individual": _("按单人户补助水平"),
    "tekun_basic": _("特困基本生活标准"),
    "care_1": _("照料护理一档（完全丧失自理能力）"),
    "care_2": _("照料护理二档（部分丧失自理能力）"),
    "care_3": _("照料护理三档（具备自理能力）"),
    "elder": _("高龄老人"),
    "minor": _("未成年人"),
    "severely_disabled": _("重度残疾"),
    "severely_ill": _("重病"),
    "share_stopped": _("扣除一名成员的份额"),
    "decided": _("按审核确认决定的金额"),
}
# Reasons that tell of somebody's health: shown only to those who may see it.
HEALTH = frozenset({"severely_disabled", "severely_ill", "care_1", "care_2", "care_3"})
TOP_UP_GROUPS = ("elder", "minor", "severely_disabled", "severely_ill")  # rules.md §5 top_up


@dataclass(frozen=True)
class Line:
    """One amount a month. `person` None is the household as a whole."""

    kind: Kind
    fen_month: int
    reason: str
    clauses: tuple[str, ...]
    person: int | None = None
    parameters: tuple[dict[str, Any], ...] = ()

    @property
    def what(self) -> tuple[str, int | None]:
        """What it pays for; an entitlement has one line of each."""
        return self.kind.value, self.person


@dataclass(frozen=True)
class Entitlement:
    """What a determination grants: for whom, and every line with its reason. Persons by their registry ids."""

    programme: Programme
    household: int
    people: tuple[int, ...]
    lines: tuple[Line, ...]
    support_setting: SupportSetting | None = None

    @property
    def fen_month(self) -> int:
        """The sum of the lines."""
        return sum(line.fen_month for line in self.lines)

    @property
    def person(self) -> int | None:
        """Whose own award it is; None for a household's."""
        return None if self.programme == Programme.DIBAO else next(iter(self.people), None)


class NoEntitlement(Exception):
    """The rulebook grants nothing; `reasons` are the facts it lacks, or empty where the answer is a plain no."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("、".join(reasons))


def from_decision(
    decision: Decision, programme: Programme, *, household: int, people: Mapping[str, int], person: str = ""
) -> Entitlement:
    """The entitlement that the rulebook's answer amounts to; NoEntitlement if there is none or it is not known.

    `people`: id in the case (`p12`) → registry id. `person`: the id in the case of the one it is about.
    """
    answer = _Answer(decision, people)
    if programme == Programme.DIBAO:
        return answer.dibao(household)
    if programme == Programme.INDIVIDUAL_DIBAO:
        return Entitlement(programme, household, (people[person],), (answer.individual(person),))
    return answer.tekun(household, person)


class _Answer:
    """One decision being read."""

    def __init__(self, decision: Decision, people: Mapping[str, int]) -> None:
        self.decision, self.people = decision, people

    def dibao(self, household: int) -> Entitlement:
        self._amount("dibao_amount")
        decided = [p.key.partition(":")[2] for p in self.decision.home.children if self._value("counted", p.key)]
        people = tuple(self.people[each] for each in decided)
        lines = [self._base(), *filter(None, map(self._top_up, decided))]
        return Entitlement(Programme.DIBAO, household, people, tuple(lines))

    def _base(self) -> Line:
        method = self.used["dibao_method", None].found.value
        reason, rests_on = "gap", ("dibao_method", "dibao_standard")
        if method != "gap":
            tier = self._value("dibao_tier")
            reason, rests_on = f"tier_{tier.lower()}", ("dibao_method", f"dibao_tier_amount.{tier}")
        fen = self._value("dibao_base")
        return Line(Kind.BASE, fen, reason, self._clauses("dibao_base"), None, self._told(*rests_on))

    def _top_up(self, who: str) -> Line | None:
        fen = self._value("top_up", f"person:{who}")
        if not fen:
            return None
        group = self._group(who)
        told = self._told(f"top_up_percent.{group}", "dibao_standard")
        return Line(Kind.TOP_UP, fen, group, self._clauses("top_up"), self.people[who], told)

    def _group(self, who: str) -> str:
        """The group with the highest percent to which the person certainly belongs: the one that is paid."""
        facts, age = self.decision.scope(f"person:{who}").facts, self._value("age", f"person:{who}")
        belongs = {
            "elder": age is not None and age >= self.used["elder_age", None].found.value,
            "minor": age is not None and age < 18,
            "severely_disabled": facts.get("disability_grade") in (1, 2),
            "severely_ill": facts.get("severe_illness") is True,
        }
        held = [group for group in TOP_UP_GROUPS if belongs[group]]
        return max(held, key=lambda group: int(self.used[f"top_up_percent.{group}", None].found.value or 0))

    def individual(self, who: str) -> Line:
        fen = self._amount("individual_dibao_amount", f"person:{who}")
        told = self._told("individual_factor_percent", "dibao_average_month", "dibao_standard")
        clauses = self._clauses("individual_dibao_amount", "individual_dibao_eligible")
        return Line(Kind.BASE, fen, "individual", clauses, self.people[who], told)

    def tekun(self, household: int, who: str) -> Entitlement:
        """Basic support and care as two lines: the sum is the rulebook's to the fen."""
        key = f"person:{who}"
        whole, tier = self._amount("tekun_amount", key), self._value("care_tier", key)
        setting = SupportSetting(str(self.decision.scope(key).facts["support_setting"]))
        name = f"care.{setting.value}.{tier}"
        care = self.used[name, None].found.value
        basic = "tekun_basic" if self._applies("tekun_basic") else "dibao_standard"
        assert isinstance(care, int)
        person, clauses = self.people[who], self._clauses("tekun_amount")
        lines = [Line(Kind.BASE, whole - care, "tekun_basic", clauses, person, self._told(basic))]
        if care:
            rests = tuple(article.key for article in M43(20, 22))
            lines.append(Line(Kind.CARE, care, f"care_{tier}", rests, person, self._told(name)))
        return Entitlement(Programme.TEKUN, household, (person,), tuple(lines), setting)

    def _value(self, name: str, key: str = "household") -> Any:
        return self.decision.value(name, key)

    def _amount(self, name: str, key: str = "household") -> int:
        fen = self._value(name, key)
        if not fen:
            raise NoEntitlement(self.decision.reasons(name, key))
        return int(fen)

    def _applies(self, name: str) -> bool:
        return self.decision.home.settings.get(("applies", name)) is True

    def _clauses(self, *names: str) -> tuple[str, ...]:
        return clauses_on(self.decision.book, self.decision.on, *names)

    @cached_property
    def used(self) -> dict[tuple[str, str | None], Used]:
        """Every parameter the answer rests on, by name and class."""
        return {(used.name, used.residence): used for used in self.decision.used()}

    def _told(self, *names: str) -> tuple[dict[str, Any], ...]:
        return tuple(told_of(used) for name in names for used in self.used.values() if used.name == name)


def clauses_on(book: Rulebook, on: date, *names: str) -> tuple[str, ...]:
    """The clauses of rules of the day that are in force; all of them for days before any was (rules.md §2)."""
    rules = [rule for name in names for rule in book.rules if rule.name == name and rule.applies_on(on)]
    cited = [a for rule in rules for a in rule.implements]
    held = [a for a in cited if a.instrument.in_force(on)]
    return tuple(dict.fromkeys(a.key for a in held or cited))


def told_of(used: Used) -> dict[str, Any]:
    """A parameter as it is kept with a line: enough to say later where the amount came from."""
    block = used.found.block
    return {
        "name": used.name,
        "residence": used.residence,
        "label": used.label,
        "value": used.found.value,
        "since": str(block.start) if block else None,
        "source": block.source if block else "",
        "unconfirmed": used.unconfirmed,
    }
