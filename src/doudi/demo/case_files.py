"""What is in the file of a demo case that is past its survey: consents, a pledge, a report with differences, a visit.

Rows in bulk, like the cases. Whatever differs is settled for the declared figure, so that nothing in the registry
contradicts the file.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from doudi.accounts.models import Staff
from doudi.casework.actions.surveying import TEXT as VISIT
from doudi.casework.models import Application, HomeVisit
from doudi.casework.queries.gaps import matter_of
from doudi.casework.visiting import joined
from doudi.places.queries import place_name
from doudi.privacy.cipher import keyring
from doudi.privacy.masking import mask_resident_id
from doudi.registry.models import Person, Statement
from doudi.registry.models.facts import Source
from doudi.verification.actions.consents import consent_words
from doudi.verification.actions.signing import seal_of
from doudi.verification.limits import ADULT, CONSENT_USUAL_DAYS, REPORT_VALID_DAYS
from doudi.verification.models import (
    Adopted,
    Capacity,
    Pledge,
    Purpose,
    Reason,
    ReasonCode,
    Report,
    ReportItem,
    Request,
    Signature,
    VerificationConsent,
)
from doudi.verification.queries.comparing import of_figures
from doudi.verification.sources import ALL
from doudi.verification.texts import CONSENT, NOTICE, PLEDGE, TextVersion, materials, sm3, text_on

# Who answers about what a family declared, where one source settles it.
ANSWERS = {
    "wage_income": "tax", "business_net_income": "market", "transfer_net_income": "finance",
    "property_net_income": "land", "basic_pension": "human_resources", "medical_self_paid": "medical",
    "financial_assets": "bank", "vehicle_count": "police", "extra_dwellings": "land",
}  # fmt: skip
COUNTS = frozenset({"vehicle_count", "extra_dwellings"})
MORE = (100, 100, 100, 104, 130)  # percent of what was declared that a source finds
SEEN = {
    "dwelling": "砖木结构，自有，无新建、扩建", "labour": "与申报的劳动力情况一致",
    "utilities": "近三个月水电费与家庭人口相称", "income": "以务农、零工为主，与申报相符",
    "neighbours": "走访邻居三户，情况属实",
}  # fmt: skip


@dataclass(frozen=True)
class Surveyed:
    """A case past its survey: who belongs to the family, who investigated, and the days."""

    application: Application
    people: tuple[int, ...]
    by: int
    names: tuple[str, str]
    signed: datetime
    asked: datetime
    reported: datetime
    visited: datetime


def lay_files(cases: Sequence[Surveyed], chance: random.Random) -> None:
    """Write the files of all cases, a table at a time."""
    people = Person.objects.in_bulk([pk for case in cases for pk in case.people])
    adults = {c.application.pk: _adults(c, people) for c in cases}
    able = [c for c in cases if adults[c.application.pk]]
    _consents(able, people, adults)
    visits = Signature.objects.bulk_create(_visit_signature(c, adults[c.application.pk][0]) for c in able)
    HomeVisit.objects.bulk_create(_visit(c, s) for c, s in zip(able, visits, strict=True))
    _reports(able, chance)


def _adults(case: Surveyed, people: Mapping[int, Person]) -> list[Person]:
    """Who can sign, the applicant first."""
    found = [people[pk] for pk in case.people if _grown(people[pk], case.signed.date())]
    return sorted(found, key=lambda p: p.pk != case.application.applicant_id)


def _grown(person: Person, on: date) -> bool:
    born = person.birth_date
    return born is not None and (on.year - born.year - ((on.month, on.day) < (born.month, born.day))) >= ADULT


def _signature(case: Surveyed, signer: Person, text: TextVersion, words: Mapping[str, str], at: datetime) -> Signature:
    shown, at = text.filled(words), at.astimezone(UTC)  # as the database tells it back: the seal binds the words of it
    return Signature(
        division_code=case.application.division_code, household=case.application.household, signer=signer,
        method="typed", typed_name=signer.name, text_key=text.key, text_version=text.version, text_digest=sm3(shown),
        text_shown=shown, digest=seal_of(signer.name.encode(), shown, signer.pk, at), signed_at=at, witness_id=case.by,
    )  # fmt: skip


def _consents(cases: Iterable[Surveyed], people: Mapping[int, Person], adults: Mapping[int, Sequence[Person]]) -> None:
    rows = [(c, people[pk], *_signer(people[pk], adults[c.application.pk])) for c in cases for pk in c.people]
    signatures = Signature.objects.bulk_create(_consent_signature(*row) for row in rows)
    VerificationConsent.objects.bulk_create(_consent(*row, s) for row, s in zip(rows, signatures, strict=True))
    signers = [(c, adults[c.application.pk][0]) for c in dict.fromkeys(row[0] for row in rows)]
    pledged = Signature.objects.bulk_create(_pledge_signature(c, signer) for c, signer in signers)
    Pledge.objects.bulk_create(_pledge(c, s) for (c, _signer), s in zip(signers, pledged, strict=True))


def _signer(person: Person, adults: Sequence[Person]) -> tuple[Person, Capacity]:
    return (person, Capacity.SELF) if person in adults else (adults[0], Capacity.GUARDIAN)


def _period(case: Surveyed) -> tuple[date, date]:
    return case.signed.date(), case.signed.date() + timedelta(days=CONSENT_USUAL_DAYS)


def _consent_signature(case: Surveyed, person: Person, signer: Person, capacity: Capacity) -> Signature:
    words = consent_words(person, signer, capacity, ALL, Purpose.APPLICATION, _period(case))
    return _signature(case, signer, text_on(CONSENT, case.signed.date()), words, case.signed)


def _consent(
    case: Surveyed, person: Person, _by: Person, capacity: Capacity, signature: Signature
) -> VerificationConsent:
    starts, ends = _period(case)
    notice = text_on(NOTICE, starts)
    return VerificationConsent(
        division_code=case.application.division_code, household=case.application.household, person=person,
        capacity=capacity, signature=signature, sources=list(ALL), purpose=Purpose.APPLICATION, starts_on=starts,
        ends_on=ends, notice_version=notice.version, notice_digest=notice.digest, given_on=starts,
        given_at=case.signed, recorded_by_id=case.by,
    )  # fmt: skip


def _pledge_signature(case: Surveyed, signer: Person) -> Signature:
    number = mask_resident_id(str(signer.resident_id or "")) or "—"
    words = {"name": signer.name, "number": number, "statements": "；".join(materials().values()), "more": "无"}
    return _signature(case, signer, text_on(PLEDGE, case.signed.date()), words, case.signed)


def _pledge(case: Surveyed, signature: Signature) -> Pledge:
    return Pledge(
        division_code=case.application.division_code, household=case.application.household,
        matter=matter_of(case.application), signature=signature, statements=list(materials()),
        given_on=case.signed.date(), given_at=case.signed, recorded_by_id=case.by,
    )  # fmt: skip


def _place(case: Surveyed) -> str:
    return f"{place_name(case.application.division_code)}申请人家中"


def _visit_signature(case: Surveyed, signer: Person) -> Signature:
    words = {
        "when": f"{case.visited:%Y-%m-%d %H:%M}", "place": _place(case), "first": case.names[0],
        "second": case.names[1], "findings": joined(SEEN),
    }  # fmt: skip
    return _signature(case, signer, VISIT, words, case.visited)


def _visit(case: Surveyed, signature: Signature) -> HomeVisit:
    return HomeVisit(
        application=case.application, division_code=case.application.division_code, kind=HomeVisit.Kind.HOME,
        on=case.visited.date(), at=case.visited, place=_place(case), first_name=case.names[0],
        second_name=case.names[1], first_id=case.by, findings=joined(SEEN), result="matches",
        family_signature=signature.pk, recorded_at=case.visited, recorded_by_id=case.by,
    )  # fmt: skip


def _reports(cases: Sequence[Surveyed], chance: random.Random) -> None:
    requests = Request.objects.bulk_create(_request(case) for case in cases)
    declared = _declared(cases)
    told = [list(_items(case, declared, chance)) for case in cases]
    reports = Report.objects.bulk_create(_report(*row) for row in zip(cases, requests, told, strict=True))
    for report, items in zip(reports, told, strict=True):
        for item in items:
            item.report = report
    kept = ReportItem.objects.bulk_create(item for items in told for item in items)
    by = {report.pk: (report.made_by_id, report.made_at) for report in reports}
    Reason.objects.bulk_create(_reason(item, *by[item.report_id]) for item in kept if item.differs)


def _request(case: Surveyed) -> Request:
    return Request(
        division_code=case.application.division_code, household=case.application.household,
        matter=matter_of(case.application), requested_on=case.asked.date(), requested_at=case.asked,
        requested_by_id=case.by, run_by_id=case.by, started_on=case.asked.date(), closed_at=case.reported,
    )  # fmt: skip


def _declared(cases: Iterable[Surveyed]) -> dict[int, list[Statement]]:
    """What each family declared and one source can answer, by household."""
    homes = {pk: c.application.household_id for c in cases for pk in c.people}
    rows = Statement.objects.known().filter(source=Source.DECLARED, kind__in=ANSWERS)
    found: dict[int, list[Statement]] = {}
    for row in [*rows.filter(person__in=homes), *rows.filter(household__in=set(homes.values()))]:
        found.setdefault(row.household_id or homes.get(row.person_id or 0) or 0, []).append(row)
    return found


def _items(case: Surveyed, declared: Mapping[int, Sequence[Statement]], chance: random.Random) -> Iterator[ReportItem]:
    latest = {(row.person_id, row.kind): row for row in declared.get(case.application.household_id or 0, ())}
    for (person, kind), row in sorted(latest.items(), key=lambda one: (one[0][0] or 0, one[0][1])):
        found = row.amount if kind in COUNTS else row.amount * chance.choice(MORE) // 10_000 * 100
        conclusion = of_figures(kind, row.amount, found)
        if conclusion is not None:
            yield ReportItem(
                division_code=case.application.division_code, person_id=person, kind=kind, source=ANSWERS[kind],
                declared=row.amount, found=found, as_of=case.asked.date(), conclusion=conclusion,
            )  # fmt: skip


def _report(case: Surveyed, request: Request, items: Sequence[ReportItem]) -> Report:
    said = json.dumps([(i.person_id, i.kind, i.declared, i.found) for i in items])
    on = case.reported.date()
    return Report(
        request=request, household=case.application.household, division_code=case.application.division_code,
        matter=request.matter, version=1, made_on=on, made_at=case.reported, made_by_id=case.by,
        valid_until=on + timedelta(days=REPORT_VALID_DAYS), digest=keyring().digest(said.encode()),
    )  # fmt: skip


def _reason(item: ReportItem, by: int, at: datetime) -> Reason:
    return Reason(
        item=item, division_code=item.division_code, code=ReasonCode.OTHER, adopted=Adopted.DECLARED,
        words="多出的部分是代亲属领取的一次性款项，入户核实属实", given_at=at, given_by_id=by,
    )  # fmt: skip


def investigators(by: int) -> tuple[str, str]:
    """Two who went: the clerk of the case and a colleague."""
    first = Staff.objects.filter(pk=by).values_list("name", flat=True).first() or "乡镇经办"
    return first, "村（社区）协理员"
