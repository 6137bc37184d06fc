"""What is known about people and households, by source: appended and superseded, never edited."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.kernel.period import Period, PeriodError

from ..codes import HEAD, RELATIONS, SELF
from ..models import Certificate, Circumstance, Household, KinTie, Person, Residence, Statement
from ..models.facts import HOUSEHOLD_KINDS, SIGNED_KINDS, Source
from ..names import NameProblem, clean_name
from ..windows import period_of
from .appending import clear, end
from .checks import check_address, check_alive, check_open, printable
from .recording import record
from .refusal import Problems, guarded

YES_NO = frozenset({"yes", "no"})
CODES: dict[str, frozenset[str]] = {
    "study": frozenset(
        ["none", "preschool", "compulsory", "senior_secondary", "vocational_secondary", "undergraduate", "postgraduate"]
    ),
    "labour_capacity": frozenset({"full", "partial", "none"}),
    "support_setting": frozenset({"home", "institution"}),
    "disability": frozenset("01234567"),
    "self_care": frozenset({""}),
    "relapse_watch": frozenset({"none", "unstable", "marginal", "sudden_hardship"}),
}
"""What `code` may say for a kind; every kind not named here says yes or no."""
GRADES = {"disability": 4, "self_care": 6}
FLAGS = frozenset({"business_over_rule", "assets_within_rule"})
COUNTS = frozenset({"vehicle_count", "extra_dwellings"})
LARGEST_AMOUNT = 2**53


def _check_said(kind: str, code: str, source: str, kinds: list[str], problems: Problems) -> None:
    if kind not in kinds:
        problems.add("kind", _("没有这个事项，请从列表中选择。"))
    elif code not in CODES.get(kind, YES_NO):
        problems.add("code", _("该事项没有这个选项，请从列表中选择。"))
    _check_source(source, problems)


def _check_source(source: str, problems: Problems) -> None:
    if source not in Source.values:
        problems.add("source", _("没有这个来源，请从列表中选择。"))


def _check_period(starts_on: date, ends_on: date | None, problems: Problems) -> tuple[date, date | None]:
    try:
        Period(starts_on, ends_on)
    except PeriodError as problem:
        problems.add("ends_on", str(problem))
    return starts_on, ends_on


def _stamp(code: str, period: tuple[date, date | None], by: Staff, at: datetime) -> dict[str, Any]:
    return {
        "division_code": code,
        "starts_on": period[0],
        "ends_on": period[1],
        "recorded_at": at,
        "recorded_by_id": by.pk,
    }


def record_certificate(
    *,
    person: Person,
    kind: str,
    source: str,
    starts_on: date,
    by: Staff,
    on: date,
    at: datetime,
    code: str = "",
    grade: int | None = None,
    detail: str = "",
    ends_on: date | None = None,
) -> Certificate:
    """A condition of a person from a source; what the same source said for these days is superseded."""
    permit(by, Permission.PERSON_WRITE, place=person.division_code)
    problems = Problems()
    _check_said(kind, code, source, Certificate.Kind.values, problems)
    period = _check_period(starts_on, ends_on, problems)
    if kind in GRADES and (grade is None or not 0 <= grade <= GRADES[kind]):
        problems.add("grade", _("等级（项目数）应为 0 至 %(n)s。") % {"n": GRADES[kind]})
    elif kind not in GRADES and grade is not None:
        problems.add("grade", _("该事项不分等级。"))
    if starts_on < person.birth_date:
        problems.add("starts_on", _("开始日期早于出生日期，请核对。"))
    if starts_on > on:
        problems.add("starts_on", _("开始日期晚于今天，请核对。"))
    if len(detail) > 400 or not printable(detail):
        problems.add("detail", _("说明过长（最多 400 个字）或含有控制字符。"))
    problems.refuse_if_any()
    with guarded():
        same = Certificate.objects.known().filter(person=person, kind=kind, source=source)
        clear(same, period, by=by, at=at)
        row = Certificate.objects.create(
            person=person, kind=kind, code=code, grade=grade, detail=detail or None, source=source,
            **_stamp(person.division_code, period, by, at),
        )  # fmt: skip
        record("person.certificate", person, by, row=row.pk, kind=kind, source=source)
    return row


def _check_end(starts_on: date, superseded_at: datetime | None, on: date, problems: Problems) -> None:
    if superseded_at is not None:
        problems.add("", _("该记录已有变动，请刷新后重试。"))
    if on <= starts_on:
        problems.add("on", _("结束日期应晚于开始日期 %(day)s。") % {"day": starts_on})


def end_certificate(*, certificate: Certificate, by: Staff, on: date, at: datetime) -> Certificate:
    """The condition no longer holds from `on`."""
    permit(by, Permission.PERSON_WRITE, place=certificate.division_code)
    problems = Problems()
    _check_end(certificate.starts_on, certificate.superseded_at, on, problems)
    problems.refuse_if_any()
    with guarded():
        ended = end(certificate, on=on, by=by, at=at)
        assert ended is not None
        record("person.end_certificate", certificate.person, by, row=ended.pk, kind=certificate.kind)
    return ended


def record_circumstance(
    *,
    household: Household,
    kind: str,
    code: str,
    source: str,
    starts_on: date,
    by: Staff,
    on: date,
    at: datetime,
    ends_on: date | None = None,
) -> Circumstance:
    """A circumstance of a household from a source; what the same source said for these days is superseded."""
    permit(by, Permission.PERSON_WRITE, place=household.division_code)
    problems = Problems()
    _check_said(kind, code, source, Circumstance.Kind.values, problems)
    period = _check_period(starts_on, ends_on, problems)
    check_open(household, problems, max(on, household.opened_on))
    if starts_on > on:
        problems.add("starts_on", _("开始日期晚于今天，请核对。"))
    problems.refuse_if_any()
    with guarded():
        same = Circumstance.objects.known().filter(household=household, kind=kind, source=source)
        clear(same, period, by=by, at=at)
        row = Circumstance.objects.create(
            household=household, kind=kind, code=code, source=source,
            **_stamp(household.division_code, period, by, at),
        )  # fmt: skip
        record("household.circumstance", household, by, row=row.pk, kind=kind, source=source)
    return row


def state_amount(
    *,
    kind: str,
    amount: int,
    source: str,
    as_of: date,
    by: Staff,
    on: date,
    at: datetime,
    person: Person | None = None,
    household: Household | None = None,
    reference: str = "",
) -> Statement:
    """State a figure (fen, count, or 1/0). Income and expense: the 12 months before `as_of`; assets: that day.

    Replaces what the same source said of the same kind and period; nothing is edited.
    """
    permit(by, Permission.PERSON_WRITE, place=_place(person, household))
    problems = Problems()
    subject = _check_subject(kind, person, household, problems)
    _check_amount(kind, amount, problems)
    _check_source(source, problems)
    if as_of > on:
        problems.add("as_of", _("截止日期晚于今天，请核对。"))
    if len(reference) > 80 or not printable(reference):
        problems.add("reference", _("凭证号过长（最多 80 个字）或含有控制字符。"))
    problems.refuse_if_any()
    with guarded():
        period = period_of(kind, as_of)
        same = Statement.objects.known().filter(person=person, household=household, kind=kind, source=source)
        same.filter(starts_on=period[0], ends_on=period[1]).update(superseded_at=at)
        row = Statement.objects.create(
            person=person, household=household, kind=kind, amount=amount, source=source, reference=reference,
            **_stamp(subject.division_code, period, by, at),
        )  # fmt: skip
        record("economy.state", subject, by, row=row.pk, kind=kind, source=source)
    return row


def _place(person: Person | None, household: Household | None) -> str:
    subject = person or household
    return subject.division_code if subject else ""


def _check_subject(
    kind: str, person: Person | None, household: Household | None, problems: Problems
) -> Person | Household:
    if kind not in Statement.Kind.values:
        problems.add("kind", _("没有这个项目，请从列表中选择。"))
    elif kind in HOUSEHOLD_KINDS and (household is None or person is not None):
        problems.add("household", _("该项目按户填写。"))
    elif kind not in HOUSEHOLD_KINDS and (person is None or household is not None):
        problems.add("person", _("该项目按人填写，请选择家庭成员。"))
    subject = person or household
    assert subject is not None
    return subject


def _check_amount(kind: str, amount: int, problems: Problems) -> None:
    if kind in FLAGS and amount not in (0, 1):
        problems.add("amount", _("请选择是或否。"))
    elif amount < 0 and kind not in SIGNED_KINDS:
        problems.add("amount", _("金额（数量）不能为负数。"))
    elif abs(amount) >= (1000 if kind in COUNTS else LARGEST_AMOUNT):
        problems.add("amount", _("金额（数量）过大，请核对。"))


def record_kin(
    *,
    person: Person,
    relation: str,
    source: str,
    by: Staff,
    on: date,
    at: datetime,
    relative: Person | None = None,
    relative_name: str = "",
    relative_birth_date: date | None = None,
) -> KinTie:
    """A relative with a legal duty to support, registered or only named; `relation` as seen from the person."""
    permit(by, Permission.PERSON_WRITE, place=person.division_code)
    problems = Problems()
    if relation in (SELF, HEAD) or relation not in RELATIONS:
        problems.add("relation", _("没有这种关系，请从列表中选择。"))
    if relative is not None and relative.pk == person.pk:
        problems.add("relative", _("不能把本人登记为自己的亲属。"))
    if relative is None:
        relative_name = _kin_name(relative_name, problems)
    else:
        relative_name, relative_birth_date = "", None
    if relative_birth_date is not None and relative_birth_date > on:
        problems.add("relative_birth_date", _("出生日期晚于今天，请核对。"))
    _check_source(source, problems)
    check_alive(person, problems, on)
    problems.refuse_if_any()
    with guarded():
        row = KinTie.objects.create(
            person=person, relative=relative, relation=relation, source=source,
            relative_name=relative_name, relative_birth_date=relative_birth_date,
            **_stamp(person.division_code, (on, None), by, at),
        )  # fmt: skip
        record("person.kin", person, by, row=row.pk, relation=relation)
    return row


def _kin_name(text: str, problems: Problems) -> str:
    try:
        return clean_name(text)
    except NameProblem as problem:
        problems.add("relative_name", str(problem))
        return ""


def end_kin(*, kin: KinTie, by: Staff, on: date, at: datetime) -> KinTie:
    """The tie no longer holds from `on`."""
    permit(by, Permission.PERSON_WRITE, place=kin.division_code)
    problems = Problems()
    _check_end(kin.starts_on, kin.superseded_at, on, problems)
    problems.refuse_if_any()
    with guarded():
        ended = end(kin, on=on, by=by, at=at)
        assert ended is not None
        record("person.end_kin", kin.person, by, row=ended.pk)
    return ended


def record_residence(
    *,
    person: Person,
    kind: str,
    place_code: str,
    starts_on: date,
    by: Staff,
    on: date,
    at: datetime,
    address: str = "",
    ends_on: date | None = None,
) -> Residence:
    """Where the person is registered, lives or holds a permit; an earlier one of the same kind ends that day."""
    permit(by, Permission.PERSON_WRITE, place=person.division_code)
    problems = Problems()
    if kind not in Residence.Kind.values:
        problems.add("kind", _("请选择户籍、经常居住或居住证。"))
    if not (place_code.isascii() and place_code.isdigit() and len(place_code) in (6, 9, 12)):
        problems.add("place_code", _("区划代码应为 6、9 或 12 位数字。"))
    address = check_address(address, problems)
    period = _check_period(starts_on, ends_on, problems)
    if starts_on < person.birth_date:
        problems.add("starts_on", _("开始日期早于出生日期，请核对。"))
    problems.refuse_if_any()
    with guarded():
        clear(Residence.objects.known().filter(person=person, kind=kind), period, by=by, at=at)
        row = Residence.objects.create(
            person=person, kind=kind, place_code=place_code, address=address,
            **_stamp(person.division_code, period, by, at),
        )  # fmt: skip
        record("person.residence", person, by, row=row.pk, kind=kind)
    return row
