"""Doubtful pairs as pages show them: what the department's row says beside what the registry says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.privacy.masking import mask_resident_id
from doudi.registry.queries.search import Hit, hits_of
from doudi.registry.queries.visible import visible

from ..access import contracts_for
from ..contracts import CONTRACTS, Contract, Named
from ..models import DoubtfulPair, State

IDENTITY = ("resident_id", "name", "sex", "birth_date", "place")
NOT_SAID = "—"


@dataclass(frozen=True)
class Line:
    """One feature of both records, the words of the comparison, and how many bits they weigh (None: not compared)."""

    label: str
    said: str
    known: str
    words: str
    weight: float | None
    differs: bool


@dataclass(frozen=True)
class Beside:
    """Both records of a pair side by side; numbers masked. `alike` rows of the file say the same of themselves."""

    pair: DoubtfulPair
    contract: Contract
    lines: tuple[Line, ...]
    hit: Hit
    percent: int
    alike: int
    others: tuple[DoubtfulPair, ...]


def open_pairs(staff: Staff, *, contract: str = "") -> QuerySet[DoubtfulPair]:
    """The pairs that wait for somebody: of their sources, of files that are in; a row's candidates together."""
    keys = [one.key for one in contracts_for(staff)]
    rows = DoubtfulPair.objects.filter(
        decision="", said__isnull=False, batch__state=State.LANDED,
        batch__contract__in=[contract] if contract in keys else keys,
    )  # fmt: skip
    rows = visible(rows.select_related("batch", "person"), staff, Permission.FEED_READ)
    return visible(rows, staff, Permission.PERSON_READ, "person__division_code").order_by(
        "batch", "row", "who", "-probability", "pk"
    )


def pair_for(staff: Staff, pk: int) -> DoubtfulPair | None:
    """One open pair, if it is somebody's business."""
    return open_pairs(staff).filter(pk=pk).first()


def neighbours(staff: Staff, pair: DoubtfulPair) -> tuple[int | None, int | None]:
    """The ids of the open pairs before and after this one, wherever it would stand."""
    order = open_pairs(staff).values_list("pk", "batch", "row", "who", "probability")
    at = (pair.batch_id, pair.row, pair.who, -pair.probability, pair.pk)
    before = after = None
    for pk, batch, row, who, probability in order:
        here = (batch, row, who, -probability, pk)
        if here < at:
            before = pk
        elif here > at:
            return before, pk
    return before, after


def beside(pair: DoubtfulPair, on: date) -> Beside:
    """Everything that somebody needs to decide about a pair."""
    contract = CONTRACTS[pair.batch.contract]
    rows = DoubtfulPair.objects.filter(batch=pair.batch, row=pair.row, who=pair.who, decision="").exclude(pk=pair.pk)
    rivals = tuple(rows.select_related("person"))
    return Beside(
        pair=pair,
        contract=contract,
        lines=tuple(_lines(pair, named(contract, pair.who))),
        hit=hits_of([pair.person], on)[0],
        percent=_percent(pair, rivals),
        alike=len(alike(pair)),
        others=rivals,
    )


def _percent(pair: DoubtfulPair, rivals: tuple[DoubtfulPair, ...]) -> int:
    """How likely this person is meant, if at most one of the row's candidates is; never told as certain."""
    odds = [one.probability / max(1 - one.probability, 1e-9) for one in (pair, *rivals)]
    return min(round(100 * odds[0] / (1 + sum(odds))), 99)


def named(contract: Contract, who: str) -> Named:
    """The columns of the person a pair is about."""
    return next(one for one in contract.people if one.resident_id == who)


def identity(pair: DoubtfulPair) -> dict[str, str]:
    """How the row names its person: number, name, sex, birth date, place, as text; '' where it does not tell."""
    said: dict[str, Any] = json.loads(str(pair.said)) if pair.said else {}
    columns = named(CONTRACTS[pair.batch.contract], pair.who)
    told = {part: said.get(getattr(columns, part)) for part in IDENTITY}
    return {part: "" if value is None else str(value) for part, value in told.items()}


def alike(pair: DoubtfulPair) -> list[DoubtfulPair]:
    """Open pairs of other rows of the file with the same person that name them word for word the same way.

    A patient has as many rows as bills; whoever decides about one of them has decided about all.
    """
    rows = DoubtfulPair.objects.filter(batch=pair.batch, person=pair.person_id, who=pair.who, decision="")
    mine = identity(pair)
    return [one for one in rows.exclude(pk=pair.pk).select_related("batch") if one.said and identity(one) == mine]


def names_said(pairs: list[DoubtfulPair]) -> list[tuple[DoubtfulPair, str, str]]:
    """Each pair with the name its row says and the words of the comparison, for a list."""
    return [(pair, identity(pair)["name"] or NOT_SAID, _sentence(pair)) for pair in pairs]


def _sentence(pair: DoubtfulPair) -> str:
    return "；".join(str(part["words"]) for part in pair.explanation)


def _lines(pair: DoubtfulPair, columns: Named) -> list[Line]:
    said, person = identity(pair), pair.person
    number = str(person.resident_id or "")
    place = hits_of([person], pair.batch.as_of)[0].place.path
    sexes = {"1": _("男"), "2": _("女")}
    both = {
        "name": (_("姓名"), said["name"], person.name),
        "number": (_("身份证号"), mask_resident_id(said["resident_id"]), mask_resident_id(number)),
        "sex": (_("性别"), sexes.get(said["sex"], ""), str(person.get_sex_display())),
        "birth": (_("出生日期"), said["birth_date"], f"{person.birth_date:%Y-%m-%d}"),
        "place": (_("住址"), said["place"], place),
    }
    words = {str(part["feature"]): part for part in pair.explanation}
    # Two numbers may look alike behind the mask and still be two numbers; places are written in many ways.
    differs = {"number": said["resident_id"] != number, "place": "不同" in words.get("place", {}).get("words", "")}
    return [
        Line(
            label, a if a and a != NOT_SAID else NOT_SAID, b, str(words.get(key, {}).get("words", "")),
            words.get(key, {}).get("weight"), bool(a and a != NOT_SAID) and differs.get(key, a != b),
        )
        for key, (label, a, b) in both.items()
    ]  # fmt: skip


def waiting(staff: Staff) -> int:
    """How many pairs wait for somebody."""
    return open_pairs(staff).count() if staff.may(Permission.FEED_WRITE) else 0


def counts(staff: Staff) -> dict[str, int]:
    """How many pairs wait, by source; only sources with some."""
    found = open_pairs(staff).order_by().values_list("batch__contract").annotate(n=Count("pk"))
    return dict(found)
