"""Consent and pledge on the spot: what was shown is what is sealed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from doudi.field.queries.packs import signing_texts
from doudi.registry.models import Household
from doudi.verification.actions.consents import consent_words
from doudi.verification.models import Capacity, Pledge, VerificationConsent
from doudi.verification.sources import ALL
from doudi.verification.texts import CONSENT, text_on
from tests.field.world import LATER, Phone, drawn, push, sent
from tests.monitoring.world import people_of

pytestmark = pytest.mark.django_db
YEAR = LATER + timedelta(days=365)


def consent_body(home: Household, **changes: Any) -> dict[str, Any]:
    """A consent as the phone sends it, with the text that the phone showed."""
    head = people_of(home)[0]
    words = consent_words(head, head, Capacity.SELF, ALL, "application", (LATER, YEAR))
    said = {
        "person": head.pk, "signer": head.pk, "sources": list(ALL), "purpose": "application",
        "starts_on": LATER.isoformat(), "ends_on": YEAR.isoformat(), "image": drawn(),
        "shown": text_on(CONSENT, LATER).filled(words),
    }  # fmt: skip
    return said | changes


def test_a_consent_signed_at_the_door_is_a_consent(phone: Phone, as_web) -> None:
    record = sent(phone, "consent", consent_body(phone.home))
    with as_web(phone.staff):
        assert push(phone, record)[0]["outcome"] == "applied"
    assert VerificationConsent.objects.get().given_at == record.client_at


def test_a_text_other_than_ours_is_not_sealed(phone: Phone, as_web) -> None:
    record = sent(phone, "consent", consent_body(phone.home, shown="我什么都同意"))
    with as_web(phone.staff):
        answer = push(phone, record)[0]
    assert (answer["outcome"], answer["problems"][0]["field"]) == ("refused", "shown")
    assert not VerificationConsent.objects.exists()


@pytest.mark.parametrize("signer", [0, None, "1"])
def test_nobody_from_outside_signs_for_a_family(phone: Phone, as_web, signer: object) -> None:
    with as_web(phone.staff):
        answer = push(phone, sent(phone, "consent", consent_body(phone.home, signer=signer)))[0]
    assert answer["problems"][0]["field"] == "signer"


def test_an_empty_pad_is_no_signature(phone: Phone, as_web) -> None:
    with as_web(phone.staff):
        answer = push(phone, sent(phone, "consent", consent_body(phone.home, image="")))[0]
    assert answer["outcome"] == "refused"


def test_a_pledge_is_kept_with_the_text_that_was_shown(phone: Phone, as_web) -> None:
    texts = signing_texts(LATER)
    head = people_of(phone.home)[0]
    words = {"name": head.name, "number": masked(head), "statements": "实际居住地址", "more": "无"}
    shown = "\n".join([texts["pledge"]["title"], *(p.format_map(words) for p in texts["pledge"]["paragraphs"])])
    body = {"signer": head.pk, "statements": ["residence"], "more": "", "image": drawn(), "shown": shown}
    with as_web(phone.staff):
        assert push(phone, sent(phone, "pledge", body))[0]["outcome"] == "applied"
    assert str(Pledge.objects.get().signature.text_shown) == shown


def masked(person: Any) -> str:
    """The number as it stands on paper."""
    from doudi.privacy.masking import mask_resident_id

    return mask_resident_id(str(person.resident_id))
