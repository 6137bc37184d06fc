"""One calculated case as a page shows it: findings, what is missing, what to ask next, words for the family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from doudi.policy import Case, Decision, Rulebook
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON
from doudi.policy.explanation import Explainer, Finding
from doudi.policy.facts import FACTS, RUN_FACTS, FactSpec
from doudi.policy.letters import citizen_letter
from doudi.policy.questions import questions
from doudi.policy.wording import said
from doudi.registry.facts import HouseholdFacts, Origin
from doudi.registry.models import KinTie, Person
from doudi.registry.models.facts import Source

from ..values import shown, title

MAIN = ("category", "determining_department", "dibao_amount")
PERSONAL = ("tekun_eligible", "tekun_amount", "individual_dibao_eligible", "individual_dibao_amount")
DEPTHS = {"household": HOUSEHOLD, "person": PERSON, "obligor": OBLIGOR}
WHY = {
    "less_trusted": "来源的可信度较低", "recorded_earlier": "登记较早", "outside_window": "不在计算的十二个月内",
    "not_twelve_months": "不是整十二个月",
}  # fmt: skip


@dataclass(frozen=True)
class FactRow:
    """A fact with where it comes from."""

    label: str
    value: str
    known: bool
    source: str = ""
    passed: Sequence[str] = ()


@dataclass(frozen=True)
class Answer:
    """Everything a page needs; nothing is calculated in a template."""

    on: date
    version: str
    category: str | None
    amount: int | None
    findings: Sequence[Finding]
    people: Sequence[tuple[str, Sequence[Finding]]]
    letter: Sequence[str]
    question: str
    missing: Sequence[str]
    unconfirmed: Sequence[tuple[str, str, str]]
    facts: Sequence[tuple[str, Sequence[FactRow]]]
    warnings: Sequence[str]
    names: Mapping[str, str]


def answer(
    book: Rulebook, case: Case, on: date, names: Mapping[str, str], origins: Mapping[str, Origin] | None = None
) -> Answer:
    """Decide and explain one case; PolicyError if it cannot be calculated at all."""
    decision = book.decide(case, on)
    explainer = Explainer(decision, names)
    persons = decision.home.children
    asked = questions(decision, limit=1)
    return Answer(
        on=on,
        version=book.version,
        category=decision.value("category"),
        amount=decision.value("dibao_amount"),
        findings=[explainer.finding(name, decision.home) for name in MAIN],
        people=[(explainer.speaker.who(p), [explainer.finding(n, p) for n in PERSONAL]) for p in persons],
        letter=_named(citizen_letter(decision, names), names).splitlines(),
        question=fact_words(asked[0].fact, names) if asked else "",
        missing=[fact_words(key, names) for key in _missing(decision)],
        unconfirmed=_unconfirmed(decision),
        facts=list(_facts(case, names, origins or {})),
        warnings=[_named(text, names) for text in case.warnings()],
        names=names,
    )


def _missing(decision: Decision) -> list[str]:
    keys = set(decision.reasons("category")) | set(decision.reasons("dibao_amount"))
    for person in decision.home.children:
        keys |= {key for name in PERSONAL for key in decision.reasons(name, person.key)}
    return sorted(keys)


def _unconfirmed(decision: Decision) -> list[tuple[str, str, str]]:
    told = []
    for used in decision.used():
        quantity, block = decision.book.parameters.quantity(used.name), used.found.block
        if used.unconfirmed and block is not None:
            told.append((title(quantity), shown(quantity, block.value), block.source or block.open_reason))
    return told


def fact_words(key: str, names: Mapping[str, str]) -> str:
    """A reason such as `person:12.employed` in words, with the person's name."""
    owner, _dot, name = key.rpartition(".")
    kind, _colon, entity = owner.partition(":")
    if kind in DEPTHS:
        who = names.get(entity, entity) if entity else str(_("家庭"))
        return f"{who}：{FACTS[DEPTHS[kind]][name].label}"
    return RUN_FACTS[name].label if kind == "run" else key.partition(".")[2]


def _named(text: str, names: Mapping[str, str]) -> str:
    for entity, name in names.items():
        for word in (f"{entity} 的", f"人员 {entity}", f"义务人 {entity}"):
            text = text.replace(word, word.replace(entity, name))
    return text


def _facts(case: Case, names: Mapping[str, str], origins: Mapping[str, Origin]) -> list[tuple[str, Sequence[FactRow]]]:
    told: list[tuple[str, Sequence[FactRow]]] = [
        (str(_("家庭")), _rows(HOUSEHOLD, case.household, "household", origins))
    ]
    for depth, kind, key, rows in (
        (PERSON, "person", "person_id", case.persons),
        (OBLIGOR, "obligor", "obligor_id", case.obligors),
    ):
        for row in rows:
            entity = str(row[key])
            told.append((names.get(entity, entity), _rows(depth, row, f"{kind}:{entity}", origins)))
    return told


def _rows(depth: Any, row: Mapping[str, Any], who: str, origins: Mapping[str, Origin]) -> list[FactRow]:
    specs = [spec for spec in FACTS[depth].values() if not spec.identity]
    return [_fact(spec, row.get(spec.name), origins.get(f"{who}.{spec.name}")) for spec in specs]


def _fact(spec: FactSpec, value: Any, origin: Origin | None) -> FactRow:
    passed = [
        f"{source_words(one.source)}：{said(one.value, spec.unit, spec.choices)}（{WHY.get(one.why, one.why)}）"
        for one in (origin.alternatives if origin else ())
    ]
    source = source_words(origin.source) if origin else ""
    return FactRow(spec.label, said(value, spec.unit, spec.choices), value is not None, source, passed)


def source_words(source: str) -> str:
    """Who said it."""
    if source == "registry":
        return str(_("档案登记"))
    return str(dict(Source.choices).get(source, source))


def case_of(facts: HouseholdFacts) -> Case:
    """A registered household as a case; persons are p…, obligors o…, so that no two share an id."""
    persons = [{**_plain(row), "person_id": f"p{row['person_id']}"} for row in facts.persons]
    obligors = [
        {**_plain(row), "person_id": f"p{row['person_id']}", "obligor_id": f"o{row['obligor_id']}"}
        for row in facts.obligors
    ]
    return Case.read({"household": _plain(facts.household), "persons": persons, "obligors": obligors})


def origins_of(facts: HouseholdFacts) -> dict[str, Origin]:
    """Where each fact comes from, under the ids of the case."""
    short = {"person:": "person:p", "obligor:": "obligor:o"}
    return {
        next((new + key.removeprefix(old) for old, new in short.items() if key.startswith(old)), key): origin
        for key, origin in facts.origins.items()
    }


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()}


def names_of(facts: HouseholdFacts) -> dict[str, str]:
    """Id in the case → name of the people of a household and their relatives, as far as the asker may see them."""
    people = Person.objects.filter(pk__in=[row["person_id"] for row in facts.persons])
    ties = KinTie.objects.filter(pk__in=[row["obligor_id"] for row in facts.obligors]).select_related("relative")
    relatives = {f"o{t.pk}": t.relative.name if t.relative else t.relative_name or str(_("亲属")) for t in ties}
    return {f"p{p.pk}": p.name for p in people} | relatives
