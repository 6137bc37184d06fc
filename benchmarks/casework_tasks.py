"""What `casework.py` asks of the database: run as the owner, one task a process; the last line printed is JSON."""

from __future__ import annotations

import json
import random
import sys
import time
from datetime import date

from doudi.config.commands.running import django

NAME = "bench-clerk-"
COUNTY, DECIDE = "533103", 5


def prepare(cases: str, clerks: str) -> dict:
    """Lay the cases, and hire clerks in turn over the townships; the last five decide at the county."""
    from django.utils import timezone

    from doudi.accounts.models import Assignment, Staff
    from doudi.accounts.roles import Role
    from doudi.casework.models import Application
    from doudi.demo.cases import lay_cases
    from doudi.demo.staff import PASSWORD
    from doudi.places.models import Division, Level

    now = timezone.now()
    lay_cases(int(cases), seed=2, today=timezone.localdate())
    template = Staff()
    template.set_password(PASSWORD)
    places = list(Division.objects.filter(level=Level.TOWNSHIP, is_open=True).order_by("code"))
    for n in range(int(clerks)):
        staff = Staff.objects.create(
            username=f"{NAME}{n}", name=f"经办 {n}", office="测试", password=template.password,
            password_changed_at=now, created_at=now,
        )  # fmt: skip
        decides = n >= int(clerks) - DECIDE
        role, place = (Role.COUNTY_REVIEWER, COUNTY) if decides else (Role.TOWNSHIP_CLERK, places[n % len(places)].code)
        Assignment.objects.create(staff=staff, role=role, division_code=place, starts_at=now.replace(year=2021, day=1))
    return {"cases": Application.objects.open().count()}


def work() -> dict:
    """Each clerk's own cases."""
    from doudi.accounts.models import Assignment
    from doudi.accounts.scope import within
    from doudi.casework.models import Application

    cases = {}
    for one in Assignment.objects.filter(staff__username__startswith=NAME).select_related("staff"):
        rows = Application.objects.open().filter(within(one.division_code)).values("number", "stage")
        if one.division_code == COUNTY:
            rows = rows.filter(stage="county")
        cases[one.staff.username] = list(rows[:400])
    mine = {name: rows for name, rows in cases.items() if rows}
    return {"clerks": sorted(mine), "cases": mine}


def kept() -> dict:
    """The steps the clerks took, and cases whose version does not equal the steps since they were laid."""
    from django.db.models import Count, F

    from doudi.accounts.models import Staff
    from doudi.casework.models import Application, Step

    ids = list(Staff.objects.filter(username__startswith=NAME).values_list("pk", flat=True))
    steps = Step.objects.filter(by_id__in=ids)
    touched = steps.values("application").annotate(n=Count("pk"))
    counted = {row["application"]: row["n"] for row in touched}
    versions = Application.objects.filter(pk__in=counted).values_list("pk", F("version"))
    wrong = sum(version - 1 != counted[pk] for pk, version in versions)
    return {"steps": steps.count(), "wrong_versions": wrong}


def forms() -> dict:
    """A thousand households as the form finds them: who applies and how are five fields, then a question a group."""
    from doudi.casework.queries.sheet import OWN_FIELDS, sheet
    from doudi.casework.queries.where import ground_of
    from doudi.registry.models import Household

    ids = list(Household.objects.filter(closed_on=None).values_list("pk", flat=True))
    chosen, today = random.Random(3).sample(ids, min(1000, len(ids))), date.today()
    asked, shares, strict = [], [], []
    for home in Household.objects.filter(pk__in=chosen):
        told = sheet(home.pk, today)
        asked.append(OWN_FIELDS + told.asked + ground_of(home, today).unknown)
        shares.append(told.share)
        strict.append(told.fact_share)
    n = len(asked)
    return {"most": max(asked), "mean": sum(asked) / n, "share": sum(shares) / n, "strict": sum(strict) / n}


def letters() -> dict:
    """Refusals of a thousand real cases, from kept findings to one PDF."""
    from django.utils import timezone

    from doudi.casework.actions.determining import findings
    from doudi.casework.letters import letter
    from doudi.casework.models import Application
    from doudi.casework.printing import decision_letter as form
    from doudi.casework.queries.evaluation import evaluate
    from doudi.documents.forms import PrintStamp

    today = timezone.localdate()
    kept_findings = []
    for case in Application.objects.open().select_related("applicant").order_by("pk")[:1000]:
        kept_findings.append((case, json.dumps(findings(evaluate(case, today=today), case), default=str)))
    while len(kept_findings) < 1000:
        kept_findings.append(kept_findings[len(kept_findings) % 50])
    stamp = PrintStamp("芒市民政局", "线永明", 1, timezone.now(), "http://localhost")
    started = time.perf_counter()
    words = [
        letter(
            number=f"DBQR-2026-1124-{n:04d}", name=case.applicant.name, programme=case.programme, person=None,
            accepted_on=case.accepted_on, decided_on=today, granted=False, findings=json.loads(text), amount_fen=None,
        )
        for n, (case, text) in enumerate(kept_findings)
    ]  # fmt: skip
    pdf = form.print_words(words, stamp)
    return {"seconds": time.perf_counter() - started, "mb": len(pdf) / 2**20}


if __name__ == "__main__":
    django(as_owner=True)
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
