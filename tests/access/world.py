"""One household in 遮放镇 with something in every table, and everything that a URL can name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from doudi.accounts.models import AccessRequest, Assignment, Staff
from doudi.accounts.roles import Role
from doudi.audit.models import AuditSeal
from doudi.casework import models as casework
from doudi.monitoring import models as monitoring
from doudi.privacy.fields import blind
from doudi.registry import models as registry
from doudi.services.models import Referral
from tests.conftest import NOON, VILLAGE, staff_member

# Words that appear nowhere else: whoever reads them in an answer has seen the file.
SECRET_NAMES = ("罕见甲", "罕见乙")
SECRET_NUMBER = "533199198001010016"
SECRET_ADDRESS = "绝密小组七十七号"
SINCE = date(2021, 1, 1)
KNOWN = datetime(2021, 1, 1, tzinfo=UTC)


@dataclass
class World:
    """What the doors need as arguments."""

    household: registry.Household
    other_household: registry.Household
    person: registry.Person
    spouse: registry.Person
    membership: registry.Membership
    certificate: registry.Certificate
    circumstance: registry.Circumstance
    statement: registry.Statement
    kin: registry.KinTie
    status: registry.LowIncomeStatus
    merge: registry.Merge
    colleague: Staff
    assignment: Assignment
    request: AccessRequest
    seal: AuditSeal
    case: casework.Application
    visit: casework.HomeVisit
    notice: casework.PublicNotice
    draw: casework.CheckDraw
    switch: casework.TownshipSwitch
    disclosure: casework.RelativeDisclosure
    referral: Referral
    task: monitoring.VisitTask
    lead: monitoring.Lead


def build() -> World:
    """Write it all, as the owner."""
    head, spouse, twin = (a_person(n, i) for i, n in enumerate([*SECRET_NAMES, "罕见丙"]))
    household = a_household("MS-ZF-000001", head)
    common = {"division_code": VILLAGE, "starts_on": SINCE, "recorded_at": KNOWN}
    membership, _ = (
        registry.Membership.objects.create(household=household, person=p, relation=r, co_resident=True, **common)
        for p, r in ((head, "02"), (spouse, "10"))
    )
    colleague = staff_member(Role.HOTLINE, username="colleague")
    case = a_case(household, head)
    return World(
        household=household,
        other_household=a_household("MS-ZF-000002", spouse),
        person=head,
        spouse=spouse,
        membership=membership,
        certificate=registry.Certificate.objects.create(
            person=head, kind="disability", code="4", grade=2, source="disabled", **common
        ),
        circumstance=registry.Circumstance.objects.create(
            household=household, kind="lifted_from_poverty", code="yes", source="revitalisation", **common
        ),
        statement=registry.Statement.objects.create(
            person=head, kind="wage_income", amount=1_234_500, source="declared", **common
        ),
        kin=registry.KinTie.objects.create(person=head, relative=spouse, relation="10", source="declared", **common),
        status=registry.LowIncomeStatus.objects.create(
            household=household, category="dibao", ground="测试", department="civil_affairs", **common
        ),
        merge=registry.Merge.objects.create(
            survivor=head, absorbed=twin, division_code=VILLAGE, reason="测试", merged_at=KNOWN,
            moved={"given": {}, "added": {}, "superseded": {}, "closed": [], "headed": []},
        ),
        colleague=colleague,
        assignment=Assignment.objects.get(staff=colleague),
        request=AccessRequest.objects.create(staff=colleague, division_code=VILLAGE, reason="跨镇走访", asked_at=NOON),
        seal=AuditSeal.objects.create(
            number=1, tx_from=0, tx_until=1, events=0,
            batch_digest="", head="", signature="", public_key="", sealed_at=NOON,
        ),
        case=case,
        visit=a_visit(case),
        notice=a_notice(case),
        draw=casework.CheckDraw.objects.create(
            programme="tekun", place=VILLAGE[:6], drawn_on=NOON.date(), drawn_at=NOON, drawn_by_id=colleague.pk,
            seed="26135", share_percent=30, numbers=[case.number], chosen=[case.number],
        ),
        switch=casework.TownshipSwitch.objects.create(
            division_code=VILLAGE[:9], kind="delegated", starts_on=SINCE, basis="测试"
        ),
        disclosure=casework.RelativeDisclosure.objects.create(
            staff_id=colleague.pk, person=twin, relative_name="罕见丙", relation="sibling", place=VILLAGE[:6],
            starts_on=SINCE, disclosed_at=NOON,
        ),
        referral=a_referral(household, head),
        task=a_task(household, head),
        lead=a_lead(),
    )  # fmt: skip


def a_referral(household: registry.Household, head: registry.Person) -> Referral:
    """A need put to the medical bureau, with a secret in it."""
    return Referral.objects.create(
        household=household, person=head, division_code=VILLAGE, entitlement="refer_medical", sent_by_id=1,
        department="liaison_medical", why=SECRET_ADDRESS, sent_on=NOON.date(), due_on=date(2099, 1, 1),
    )  # fmt: skip


def a_task(household: registry.Household, head: registry.Person) -> monitoring.VisitTask:
    """A visit task with a warning that tells the secret."""
    day = NOON.date()
    task = monitoring.VisitTask.objects.create(
        number="RW-2026-1123-0001", household=household, division_code=VILLAGE, opened_on=day, opened_at=NOON,
        due_on=day, signals=1, questions=[],
    )  # fmt: skip
    monitoring.EarlyWarning.objects.create(
        household=household, person=head, division_code=VILLAGE, indicator="dead_but_paid", group="stop",
        evidence="{}", evidence_digest="0" * 64, sentence=SECRET_NAMES[0], deadline_days=1, raised_on=day,
        raised_at=NOON, last_seen_on=day, state="raised", task=task,
    )  # fmt: skip
    return task


def a_lead() -> monitoring.Lead:
    """A lead that tells the secret."""
    return monitoring.Lead.objects.create(
        number="XS-2026-1123-0001", division_code=VILLAGE, reporter="public", about=SECRET_NAMES[1],
        text=SECRET_ADDRESS, reply_code="0" * 64, received_on=NOON.date(), received_at=NOON,
    )  # fmt: skip


def a_case(household: registry.Household, head: registry.Person) -> casework.Application:
    """A case of the household, before the public."""
    day = NOON.date()
    case = casework.Application.objects.create(
        number="DB-2026-1123-0001", division_code=VILLAGE, programme="household_dibao", asked="household_dibao",
        household=household, applicant=head, origin="self", place_basis="hukou", cause=SECRET_ADDRESS, stage="notice",
        opened_on=day, submitted_on=day, accepted_on=day, people_count=2,
    )  # fmt: skip
    casework.ApplicationPerson.objects.create(application=case, person=head, division_code=VILLAGE)
    return case


def a_visit(case: casework.Application) -> casework.HomeVisit:
    """A visit with a secret in it."""
    return casework.HomeVisit.objects.create(
        application=case, division_code=VILLAGE, kind="home", on=NOON.date(), at=NOON, place=SECRET_ADDRESS,
        first_name="甲", second_name="乙", findings=SECRET_ADDRESS, result="matches", unsigned_because="测试",
        recorded_at=NOON, recorded_by_id=1,
    )  # fmt: skip


def a_notice(case: casework.Application) -> casework.PublicNotice:
    """A notice that stands, with the opinion it rests on."""
    common = {"application": case, "division_code": VILLAGE}
    kept = casework.FactSnapshot.objects.create(
        on=NOON.date(), taken_at=NOON, facts="{}", sources="{}", names="{}", digest="", **common
    )
    opinion = casework.Opinion.objects.create(
        programme=case.programme, conclusion="grant", snapshot=kept, rulebook_version="测试", known_at=NOON, by_id=1,
        at=NOON, on=NOON.date(), rulebook_says=True, **common,
    )  # fmt: skip
    return casework.PublicNotice.objects.create(
        opinion=opinion, name=SECRET_NAMES[0], people=2, programme=case.programme, posted_on=NOON.date(),
        last_day=date(2099, 1, 1), posted_by_id=1, **common,
    )  # fmt: skip


def a_person(name: str, serial: int) -> registry.Person:
    """A person with a number."""
    number = f"{SECRET_NUMBER[:-1]}{serial}"
    return registry.Person.objects.create(
        division_code=VILLAGE, name=name, pinyin="hanjian", initials="hj", sex=1, birth_date=date(1980, 1, 1),
        resident_id=number, resident_id_index=blind(number, purpose="resident_id"), recorded_at=KNOWN,
    )  # fmt: skip


def a_household(number: str, head: registry.Person) -> registry.Household:
    """A household with a secret address."""
    return registry.Household.objects.create(
        number=number, division_code=VILLAGE, address=SECRET_ADDRESS, head=head, opened_on=SINCE, recorded_at=KNOWN
    )


def fingerprint() -> list[Any]:
    """The state of every table that concerns a person: any change to any row shows.

    Half-filled forms are left out: they are kept while somebody types, for nobody but their writer.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        counts = []
        for table in _tables():
            cursor.execute(f"SELECT '{table}', count(*), sum(hashtext(t::text)) FROM {table} t")
            counts.append(cursor.fetchone())
    return counts


def written() -> int:
    """How many rows of those tables this transaction has written so far, also those that were rolled back.

    PostgreSQL counts; where the count stands still there is no change to look for.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(WRITTEN, [_tables()])
        return int(cursor.fetchone()[0])


WRITTEN = """
SELECT sum(pg_stat_get_xact_tuples_inserted(t::regclass) + pg_stat_get_xact_tuples_updated(t::regclass)
  + pg_stat_get_xact_tuples_deleted(t::regclass)) FROM unnest(%s::text[]) t
"""


def _tables() -> list[str]:
    from django.apps import apps

    models = [m for app in ("registry", "casework", "monitoring") for m in apps.get_app_config(app).get_models()]
    return sorted({m._meta.db_table for m in models} - {"casework_intakedraft"})
