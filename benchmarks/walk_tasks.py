"""What `walk_load.py` asks of the database: run as the owner, one task a process; the last line printed is JSON."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from doudi.config.commands.running import django

CLERK, COORDINATOR = "walk-clerk-", "walk-coordinator-"
COUNTY = "533103"
TASKS_EACH = 10  # for a coordinator; as many again wait at the desks
CODES = 40


def prepare(clerks: str, coordinators: str) -> dict[str, Any]:
    """Hire staff over the townships and villages, raise tasks, let some people report a family; nothing twice."""
    from django.utils import timezone

    from doudi.accounts.models import Staff
    from doudi.demo.cases import lay_cases

    at = timezone.now()
    on = timezone.localdate(at)
    if not Staff.objects.filter(username__startswith=CLERK).exists():
        places = _hire(int(clerks), int(coordinators), at)
        lay_cases(3_000, seed=3, today=on)
        _raise(places, on, at)
    return {"codes": _codes(on, at), "printed": _printed(at)}


def _hire(clerks: int, coordinators: int, at: datetime) -> list[str]:
    """Clerks in turn over the townships, coordinators in turn over the villages; the places of the latter."""
    from doudi.accounts.roles import Role
    from doudi.places.models import Division, Level

    towns = list(Division.objects.filter(level=Level.TOWNSHIP, is_open=True).order_by("code"))
    villages = list(Division.objects.filter(level=Level.VILLAGE, is_open=True).order_by("code"))
    codes = [villages[n * len(villages) // coordinators % len(villages)].code for n in range(coordinators)]
    _staff(CLERK, Role.TOWNSHIP_CLERK, [towns[n % len(towns)].code for n in range(clerks)], at)
    _staff(COORDINATOR, Role.COORDINATOR, codes, at)
    return codes


def _staff(name: str, role: str, places: Iterable[str], at: datetime) -> None:
    from doudi.accounts.models import Assignment, Staff
    from doudi.demo.staff import PASSWORD

    template = Staff()
    template.set_password(PASSWORD)
    for n, place in enumerate(places):
        staff = Staff.objects.create(
            username=f"{name}{n}", name=f"甲{n}", office="测试", password=template.password, password_changed_at=at,
            created_at=at,
        )  # fmt: skip
        Assignment.objects.create(staff=staff, role=role, division_code=place, starts_at=at - timedelta(days=400))


def _raise(places: list[str], on: Any, at: datetime) -> None:
    """Households of every village with a task: those of the coordinators, and others that the desks settle."""
    from doudi.monitoring.actions.raising import Finding, raise_findings
    from doudi.monitoring.codes import LEAD
    from doudi.registry.models import Household

    wanted: dict[str, int] = defaultdict(int)
    for place in places:
        wanted[place] += 2 * TASKS_EACH
    found = []
    for place, count in wanted.items():
        rows = Household.objects.filter(division_code=place, closed_on=None).order_by("-pk")
        found += [
            Finding(
                household_id=pk, person_id=None, indicator=f"{LEAD}hotline", group="help", clauses=("M57-6",),
                sentence=f"看病自付 {12_406 + n:,}.50 元", evidence=json.dumps({"self_paid_fen": 1_240_650 + n * 100}),
                deadline_days=5,
            )
            for n, pk in enumerate(rows.values_list("pk", flat=True)[:count])
        ]  # fmt: skip
    raise_findings(found, looked=None, by=None, on=on, at=at)


def _codes(on: Any, at: datetime) -> list[str]:
    """What people took home who told of a family: the codes that open the answer."""
    from doudi.monitoring.actions.leads import Told, tell
    from doudi.monitoring.models import Reporter

    said = Told(reporter=Reporter.PUBLIC, place=COUNTY, about="村口第三家", text="老人独自生活，冬天没有取暖的东西")
    return [tell(told=said, address=f"10.{at:%j.%H}.{n}", on=on, at=at).code for n in range(CODES)]


def _printed(at: datetime) -> list[str]:
    """Addresses behind the codes on printed letters."""
    from django.urls import reverse

    from doudi.documents.forms.stamp import code_of

    moment, found = f"{at:%Y%m%d%H%M%S}", []
    for n in range(CODES):
        number = f"DBQR-2026-1124-{n:04d}"
        said = ["decision", number, moment, 1, code_of("decision", number, moment, 1)]
        found.append(reverse("documents:verify", args=said))
    return found


def work() -> dict[str, Any]:
    """What each clerk has to do, apart from the others': households, cases, tasks; and who the coordinators are."""
    from doudi.accounts.models import Assignment

    desks = Assignment.objects.filter(staff__username__startswith=CLERK).order_by("pk")
    towns: dict[str, list[str]] = defaultdict(list)
    for desk in desks.select_related("staff"):
        towns[desk.division_code].append(desk.staff.username)
    clerks: dict[str, Any] = {}
    for town, names in towns.items():
        there = _there(town)
        for n, name in enumerate(names):
            clerks[name] = {what: rows[n :: len(names)][:300] for what, rows in there.items()}
    mobile = Assignment.objects.filter(staff__username__startswith=COORDINATOR).order_by("pk")
    return {"clerks": clerks, "coordinators": list(mobile.values_list("staff__username", flat=True))}


def _there(town: str) -> dict[str, list[Any]]:
    from django.db.models import F

    from doudi.casework.models import Application
    from doudi.monitoring.models import VisitTask
    from doudi.registry.models import Household

    homes = Household.objects.filter(division_code__startswith=town, closed_on=None)
    known = homes.filter(statuses__isnull=False).order_by("pk").distinct()
    cases = Application.objects.open().filter(division_code__startswith=town).order_by("pk")
    tasks = VisitTask.objects.filter(division_code__startswith=town, closed_on=None).order_by("pk")
    # Every second task belongs to the people on the road: at the desk nobody takes it from under them.
    return {
        "homes": list(known.values("number", name=F("head__name"))[:4000]),
        "new": list(homes.filter(statuses__isnull=True).order_by("-pk").values_list("number", flat=True)[1500:4000]),
        "cases": list(cases.values("number", "stage")),
        "tasks": [number for pk, number in tasks.values_list("pk", "number") if pk % 2],
    }


def kept() -> dict[str, int]:
    """What stands in the database of everything the people did, to be compared with what they were told."""
    from django.db.models import Count

    from doudi.accounts.models import Staff
    from doudi.audit.models import AuditEvent
    from doudi.casework.models import Step

    ids = list(Staff.objects.filter(username__startswith="walk-").values_list("pk", flat=True))
    rows = AuditEvent.objects.filter(actor_id__in=ids).values("action").annotate(n=Count("pk"))
    told = {row["action"]: row["n"] for row in rows}
    return told | {
        "monitoring.tell": AuditEvent.objects.filter(action="monitoring.tell").count(),
        "case.step": Step.objects.filter(by_id__in=ids).count(),
    }


def idle() -> dict[str, int]:
    """Jobs that are not over yet."""
    from doudi.jobs.models import Job

    return {"open": Job.objects.filter(state__in=("waiting", "running")).count()}


if __name__ == "__main__":
    django(as_owner=True)
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:]), ensure_ascii=False))
