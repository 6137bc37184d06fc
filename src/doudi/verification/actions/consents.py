"""Giving and withdrawing consent to be looked up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.privacy.masking import mask_resident_id
from doudi.registry.actions.recording import one_at_a_time
from doudi.registry.actions.refusal import Conflict, Problems, guarded
from doudi.registry.models import Household, KinTie, Person

from ..limits import CONSENT_LONGEST_DAYS
from ..models import Capacity, Purpose, VerificationConsent
from ..queries.people import Party, needs_guardian, parties
from ..sources import ALL, label_of
from ..texts import CONSENT, NOTICE, text_on
from .recording import record
from .signing import Signing, sign

OFFICE = "芒市民政局和受理申请的乡镇人民政府（街道办事处、农场）"


def lock(person_id: int) -> None:
    """Questions about a person and withdrawals of their consent take turns: neither overlooks the other."""
    one_at_a_time(f"verification.consent {person_id}")


def give(
    *, household: Household, person: Person, signing: Signing, sources: Sequence[str], purpose: str, starts_on: date,
    ends_on: date, by: Staff, on: date, at: datetime,
) -> VerificationConsent:  # fmt: skip
    """One person lets sources be asked. Signed by themselves, or by a guardian for a minor or incapable person."""
    permit(by, Permission.CONSENT_WRITE, place=household.division_code)
    problems = Problems()
    party = _party(household, person, on, problems)
    _check_terms(sources, purpose, starts_on, ends_on, on, problems)
    capacity = _capacity(party, signing.signer, household, on, problems) if party else Capacity.SELF
    problems.refuse_if_any()
    notice = text_on(NOTICE, on)
    words = consent_words(person, signing.signer, capacity, sources, purpose, (starts_on, ends_on))
    with guarded():
        signature = sign(household=household, signer=signing.signer, text=text_on(CONSENT, on), words=words,
                         mark=signing.mark, by=by, at=at)  # fmt: skip
        consent = VerificationConsent.objects.create(
            division_code=household.division_code, household=household, person=person, capacity=capacity,
            signature=signature, sources=sorted(set(sources), key=ALL.index), purpose=purpose, starts_on=starts_on,
            ends_on=ends_on, notice_version=notice.version, notice_digest=notice.digest, given_on=on, given_at=at,
            recorded_by_id=by.pk,
        )  # fmt: skip
        record(
            "consent.give", "consent", consent, by, person=person.pk, capacity=capacity, sources=len(consent.sources)
        )
    return consent


def withdraw(*, consent: VerificationConsent, because: str, by: Staff, at: datetime) -> VerificationConsent:
    """The person takes their consent back: the next question is not sent, wherever a job stands."""
    permit(by, Permission.CONSENT_WRITE, place=consent.division_code)
    with transaction.atomic():
        lock(consent.person_id)
        rows = VerificationConsent.objects.filter(pk=consent.pk, withdrawn_at__isnull=True)
        moment = max(at, consent.given_at)
        if not rows.update(withdrawn_at=moment, withdrawn_by_id=by.pk, withdrawn_because=because.strip()[:200]):
            raise Conflict
        record("consent.withdraw", "consent", consent, by, purpose=because, person=consent.person_id)
    consent.refresh_from_db()
    return consent


def _party(household: Household, person: Person, on: date, problems: Problems) -> Party | None:
    found = next((p for p in parties(household, on) if p.person.pk == person.pk), None)
    if found is None:
        problems.add(
            "person", _("%(name)s不是本户成员，也未登记为法定义务人，不能为本户的事授权。") % {"name": person.name}
        )
    return found


def _check_terms(
    sources: Sequence[str], purpose: str, starts_on: date, ends_on: date, on: date, problems: Problems
) -> None:
    if not sources or not set(sources) <= set(ALL):
        problems.add("sources", _("请至少选择一个可以查询的来源，并从列表中选择。"))
    if purpose not in Purpose.values:
        problems.add("purpose", _("请从列表中选择用途。"))
    if ends_on <= max(starts_on, on):
        problems.add("ends_on", _("授权的终止日期应晚于今天和开始日期，请核对。"))
    elif (ends_on - starts_on).days > CONSENT_LONGEST_DAYS:
        problems.add("ends_on", _("授权期间最长三年，请缩短；期满可以再签。"))
    if starts_on > on:
        problems.add("starts_on", _("授权从签署当天或之前起算，请核对开始日期。"))


def _capacity(party: Party, signer: Person, household: Household, on: date, problems: Problems) -> Capacity:
    if not party.needs_guardian:
        if signer.pk != party.person.pk:
            problems.add("signer", _("%(name)s是成年人，须由本人签署。") % {"name": party.person.name})
        return Capacity.SELF
    if not _may_guard(signer, party.person, household, on):
        problems.add(
            "signer", _("%(name)s须由监护人签署：请选择本户或登记为其亲属的成年人。") % {"name": party.person.name}
        )
    return Capacity.GUARDIAN


def _may_guard(signer: Person, ward: Person, household: Household, on: date) -> bool:
    """An adult of the household, or a registered relative of the ward, who can act for themselves."""
    if signer.pk == ward.pk or signer.death_date is not None or needs_guardian(signer, on):
        return False
    inside = any(p.person.pk == signer.pk and p.is_member for p in parties(household, on))
    return inside or KinTie.objects.known().on(on).filter(person=ward, relative=signer).exists()


def consent_words(
    person: Person, signer: Person, capacity: Capacity, sources: Sequence[str], purpose: str, period: tuple[date, date]
) -> dict[str, str]:
    """What stands in the blanks of a consent."""
    guards = capacity == Capacity.GUARDIAN
    return {
        "name": signer.name,
        "number": mask_resident_id(str(signer.resident_id or "")) or "—",
        "capacity": f"{person.name}的监护人" if guards else "申请家庭成员或法定义务人本人",
        "about": person.name if guards else "我本人",
        "office": OFFICE,
        "purpose": str(Purpose(purpose).label),
        "sources": "、".join(label_of(s) for s in ALL if s in set(sources)),
        "starts": f"{period[0]:%Y-%m-%d}",
        "until": f"{period[1]:%Y-%m-%d}（不含当日）",
    }
