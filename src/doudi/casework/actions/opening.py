"""An application is opened: by a clerk, by a coordinator on behalf, or by another room (monitoring, citizen site)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.registry.actions.refusal import Problems, refuse
from doudi.registry.models import Household, Membership, Person

from ..models import Application, ApplicationPerson, Origin, PlaceBasis, Step
from ..programmes import SETTINGS, Programme
from ..queries.involvement import disclosures_about
from ..stages import Stage
from .moving import record
from .numbering import next_number, open_case_of

SEVERITIES = ("light", "medium", "severe")


@dataclass(frozen=True)
class Need:
    """What a family comes with. `household` None only in an emergency, where `stranger` says who it is.

    `person` is the one the case is about where a programme concerns a person; the rulebook may name them later.
    `place` is the village that handles the case: the household's own unless the emergency happened elsewhere.
    """

    programme: Programme = Programme.HOUSEHOLD_DIBAO
    household: Household | None = None
    person: Person | None = None
    applicant: Person | None = None
    stranger: str = ""
    origin: Origin = Origin.SELF
    place_basis: PlaceBasis = PlaceBasis.HUKOU
    place: str = ""
    proxy: str = ""
    proxy_relation: str = ""
    proxy_document: int | None = None
    cause: str = ""
    severity: str = ""
    people_count: int | None = None
    people: Sequence[Person] = field(default=())

    @property
    def emergency(self) -> bool:
        return self.programme is Programme.TEMPORARY_EMERGENCY


def open_application(*, need: Need, by: Staff, on: date, at: datetime) -> Application:
    """Open a case as a draft. Refused names the field; a person who is in another open case is named with it."""
    place = need.place or (need.household.division_code if need.household else "")
    permit(by, Permission.CASE_INTAKE, place=place)
    problems = Problems()
    _check(need, place, problems)
    if on > timezone.localdate(at):
        problems.add("on", _("日期不能晚于今天。"))
    people = _people(need, on)
    if disclosures_about([p.pk for p in people], on).filter(staff_id=by.pk).exists():
        problems.add("household", _("申请人或其家庭成员是您本人或您备案的近亲属，请交由其他人办理。"))
    if not need.emergency:
        _check_free(people, problems)
    problems.refuse_if_any()
    try:
        with transaction.atomic():
            return _open(need, place, people, by, on, at)
    except IntegrityError as error:
        if "application_one_open_a_person" not in str(error):
            raise
        raise refuse("household", _("该家庭刚刚由他人登记了申请，请刷新后查看。")) from error


def _check(need: Need, place: str, problems: Problems) -> None:
    if len(place) != 12:
        problems.add("place", _("请选择办理的村（社区）。"))
    if need.household is None and not (need.emergency and need.stranger.strip()):
        problems.add("household", _("请选择申请的家庭；只有急难救助可以先不建档，但要写明救助对象是谁。"))
    if need.household is not None and need.household.closed_on is not None:
        problems.add("household", _("该户已销户，请核对户编号。"))
    if need.origin == Origin.PROXY and not need.proxy.strip():
        problems.add("proxy", _("代办申请请填写代办人姓名。"))
    if need.emergency != (need.place_basis == PlaceBasis.EMERGENCY) and need.programme not in (
        Programme.TEMPORARY_EXPENDITURE,
    ):
        problems.add("place_basis", _("“急难发生地”只用于急难型临时救助，急难型也只按急难发生地受理。"))
    if need.severity and need.severity not in SEVERITIES:
        problems.add("severity", _("困难程度应为较轻、中等或严重。"))
    if need.people_count is not None and not 1 <= need.people_count <= 50:
        problems.add("people_count", _("救助人数应为 1 至 50 人。"))


def _people(need: Need, on: date) -> list[Person]:
    if need.household is None:
        return list(need.people)
    rows = Membership.objects.known().on(on).filter(household=need.household).select_related("person")
    return [m.person for m in rows.order_by("pk") if m.person.death_date is None]


def _check_free(people: Sequence[Person], problems: Problems) -> None:
    for person in people:
        if number := open_case_of(person.pk):
            said = {"name": person.name, "number": number}
            problems.add("household", _("%(name)s 已在未办结的申请 %(number)s 中，请在那件申请里继续办理。") % said)
            return


def _open(need: Need, place: str, people: Sequence[Person], by: Staff, on: date, at: datetime) -> Application:
    application = Application.objects.create(
        number=next_number(SETTINGS[need.programme].letters, on),
        division_code=place,
        programme=need.programme,
        asked=need.programme,
        household=need.household,
        person=need.person,
        applicant=need.applicant or (need.household.head if need.household else None),
        stranger=need.stranger.strip() or None,
        origin=need.origin,
        place_basis=need.place_basis,
        proxy=need.proxy.strip() or None,
        proxy_relation=need.proxy_relation,
        proxy_document=need.proxy_document,
        cause=need.cause.strip() or None,
        severity=need.severity,
        people_count=need.people_count or (len(people) or None),
        handler_id=by.pk if by.may(Permission.CASE_HANDLE, place) else None,
        opened_on=on,
    )
    ApplicationPerson.objects.bulk_create(
        ApplicationPerson(application=application, person=person, division_code=place, is_open=not need.emergency)
        for person in people
    )
    Step.objects.create(
        application=application, division_code=place, move="open", from_stage=Stage.DRAFT, to_stage=Stage.DRAFT,
        on=on, at=at, by_id=by.pk, data={"programme": need.programme.value},
    )  # fmt: skip
    record(application, "open", by, programme=need.programme.value, origin=str(need.origin))
    return application
