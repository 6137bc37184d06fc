"""Asking for a verification, starting it, asking once more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.jobs import actions as jobs
from doudi.registry.actions.recording import one_at_a_time
from doudi.registry.actions.refusal import Conflict, refuse
from doudi.registry.models import Household, Person

from ..models import Query, QueryState, Request, Unasked
from ..models.asking import into
from ..queries.consents import covered_sources
from ..queries.people import parties
from ..sources import ALL
from .recording import record

RUN = "verification.run"
Pair = tuple[int, str]  # person, source


def request(
    *, household: Household, matter: str, place: str, members: Sequence[Person], by: Staff, on: date, at: datetime,
    sources: Collection[str] | None = None, because: str = "",
) -> Request:  # fmt: skip
    """Ask for a verification: one question per person and source that a live consent covers, the rest listed.

    Starts at once if the actor may ask the sources; else the county does (M57-17: within 3 working days).
    """
    permit(by, Permission.VERIFICATION_REQUEST, place=place)
    wanted = [source for source in ALL if sources is None or source in sources]
    if not wanted or (sources is not None and not set(sources) <= set(ALL)):
        raise refuse("sources", _("请从列表中选择查询来源。"))
    known = {p.person.pk for p in parties(household, on)}
    if not members or any(m.pk not in known for m in members):
        raise refuse("members", _("请选择本户成员或已登记的法定义务人。"))
    pairs = [(m.pk, source) for m in members for source in wanted]
    return open_round(household, matter, pairs, by=by, on=on, at=at, because=because)


def open_round(
    household: Household, matter: str, pairs: Sequence[Pair], *, by: Staff, on: date, at: datetime, because: str
) -> Request:
    """The next round of a matter. Refused while the last has no report, and where no consent covers anything."""
    covered = covered_sources({person for person, _source in pairs}, on)
    asked = [(person, source) for person, source in pairs if source in covered.get(person, {})]
    if not asked:
        raise refuse("", _("没有任何有效的核对授权，不能查询。请先由成员签署授权书。"))
    with transaction.atomic():
        one_at_a_time(f"verification.matter {matter}")
        last = Request.objects.filter(matter=matter).order_by("-round").first()
        if last is not None and last.closed_at is None:
            raise refuse("", _("这件事已有一轮核对在进行（%(number)s），请等它出具报告。") % {"number": last.number})
        opened = Request.objects.create(
            division_code=household.division_code, household=household, matter=matter,
            round=last.round + 1 if last else 1, because=because.strip()[:200], requested_on=on, requested_at=at,
            requested_by_id=by.pk,
        )  # fmt: skip
        place = household.division_code
        Query.objects.bulk_create(
            [Query(request=opened, division_code=place, person_id=p, source=s, consent=covered[p][s]) for p, s in asked]
        )
        left = [pair for pair in pairs if pair not in set(asked)]
        Unasked.objects.bulk_create(
            [Unasked(request=opened, division_code=place, person_id=p, source=s) for p, s in left]
        )
        record("verification.request", "verification", opened, by, purpose=because, matter=matter,
               asked=len(asked), unasked=len(left))  # fmt: skip
        if by.may(Permission.VERIFICATION_RUN, place):
            start(request=opened, by=by, on=on, at=at)
    return opened


def start(*, request: Request, by: Staff, on: date, at: datetime) -> Request:
    """Begin to ask the sources, in the name of somebody of the county; also goes on where it stopped."""
    permit(by, Permission.VERIFICATION_RUN, place=request.division_code)
    with transaction.atomic():
        rows = Request.objects.filter(pk=request.pk, closed_at__isnull=True)
        started = request.started_on or on
        job = jobs.start(RUN, by_id=by.pk, at=at, params={"request": request.pk}, place=request.division_code,
                         title=str(_("信息核对：%(number)s") % {"number": request.number}))  # fmt: skip
        if not rows.update(run_by_id=by.pk, started_on=started, job_id=job.pk):
            raise Conflict
        record("verification.start", "verification", request, by, job=job.pk)
    request.refresh_from_db()
    return request


def ask_again(*, query: Query, by: Staff, on: date, at: datetime) -> Query:
    """A source that refused or did not answer is asked once more."""
    permit(by, Permission.VERIFICATION_RUN, place=query.division_code)
    if query.request.closed_at is not None:
        raise refuse("", _("这一轮已出具报告，请发起新一轮核对。"))
    with transaction.atomic():
        rows = Query.objects.filter(pk=query.pk, state__in=[QueryState.REJECTED, QueryState.NO_ANSWER])
        if not rows.filter(state__in=into(QueryState.WAITING)).update(state=QueryState.WAITING, code=""):
            raise Conflict
        record("verification.ask_again", "verification", query.request, by, query=query.pk, source=query.source)
        start(request=query.request, by=by, on=on, at=at)
    query.refresh_from_db()
    return query
