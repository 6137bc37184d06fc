"""家庭档案: what the printed household file needs, exactly. The registry fills it; numbers are masked here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from doudi.kernel.money import format_yuan
from doudi.privacy.masking import mask_phone, mask_resident_id

from .render import render_form
from .stamp import PrintStamp

FORM = "household_file"
UNKNOWN = "未知"


@dataclass(frozen=True)
class Member:
    """One person of the household. `notes`: certificates in words, e.g. 肢体二级残疾；务农."""

    name: str
    relation: str
    sex: str
    birth: date | None
    ethnicity: str
    resident_id: str | None
    notes: str = ""


@dataclass(frozen=True)
class Status:
    """A low-income status or an award, with its determining department; `until` None is open."""

    category: str
    ground: str
    department: str
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Flow:
    """One kind of income (`is_income`) or expense of the household, in fen a year, by who says so; None: nobody did.

    `chosen` is what the facts rest on, `sources` whose figures those are.
    """

    is_income: bool
    item: str
    declared: int | None
    visit: int | None
    verified: int | None
    chosen: int | None
    sources: str = ""


@dataclass(frozen=True)
class Asset:
    """A thing owned; `fen` None is a value that nobody knows."""

    category: str
    detail: str
    source: str
    on: date | None
    fen: int | None


@dataclass(frozen=True)
class Record:
    """One thing that was done, the newest first."""

    on: date
    text: str
    who: str = ""


@dataclass(frozen=True)
class HouseholdFile:
    """The whole form. `totals`: label and fen, printed under income and expense, e.g. ("年收入合计", 3120000)."""

    number: str
    head: str
    as_of: date
    people: int
    place: str
    residence_class: str
    responsible: str
    address: str = ""
    hukou: str = ""
    phone: str | None = None
    members: list[Member] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    totals: list[tuple[str, int]] = field(default_factory=list)
    assets: list[Asset] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)


def render(file: HouseholdFile, stamp: PrintStamp) -> bytes:
    """The household file as PDF."""
    return render_form(FORM, {"file": _as_data(file), "stamp": stamp.as_data(FORM, file.number)})


def _as_data(file: HouseholdFile) -> dict[str, Any]:
    return {
        "number": file.number, "head": file.head, "as_of": _long(file.as_of), "people": f"{file.people} 人",
        "place": file.place, "residence_class": file.residence_class, "responsible": file.responsible,
        "address": file.address, "hukou": file.hukou, "phone": _phone(file.phone),
        "members": [_member(one) for one in file.members],
        "statuses": [_status(one) for one in file.statuses],
        "flows": [_flow(one) for one in file.flows],
        "totals": [{"label": words, "amount": format_yuan(fen)} for words, fen in file.totals],
        "assets": [_asset(one) for one in file.assets],
        "records": [{"on": one.on.isoformat(), "text": one.text, "who": one.who} for one in file.records],
    }  # fmt: skip


def _member(one: Member) -> dict[str, str]:
    return {
        "name": one.name, "relation": one.relation, "sex": one.sex, "ethnicity": one.ethnicity, "notes": one.notes,
        "birth": one.birth.isoformat() if one.birth else "", "resident_id": _masked(one.resident_id),
    }  # fmt: skip


def _status(one: Status) -> dict[str, str]:
    until = f"至 {one.until.isoformat()}" if one.until else "至今"
    return {
        "category": one.category, "ground": one.ground, "department": one.department,
        "period": f"{one.since.isoformat()} {until}",
    }  # fmt: skip


def _flow(one: Flow) -> dict[str, Any]:
    said = {"declared": one.declared, "visit": one.visit, "verified": one.verified}
    figures = {name: "—" if fen is None else format_yuan(fen) for name, fen in said.items()}
    side = "收入" if one.is_income else "支出"
    return {"side": side, "item": one.item, "sources": one.sources, "chosen": _yuan(one.chosen), **figures}


def _asset(one: Asset) -> dict[str, str]:
    return {
        "category": one.category, "detail": one.detail, "source": one.source,
        "on": one.on.isoformat() if one.on else "", "amount": _yuan(one.fen),
    }  # fmt: skip


def _yuan(fen: int | None) -> str:
    return UNKNOWN if fen is None else format_yuan(fen)


def _masked(number: str | None) -> str:
    return number if number and "*" in number else mask_resident_id(number)


def _phone(number: str | None) -> str:
    return number if number and "*" in number else mask_phone(number)


def _long(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
