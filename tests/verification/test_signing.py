"""Signing: what is signed is bound together, and what cannot be a signature is refused in words."""

from __future__ import annotations

import base64
from datetime import date, timedelta

import pytest
from django.db import connection

from doudi.documents.models import Document
from doudi.registry.actions import Conflict, Refused, record_certificate, record_kin
from doudi.verification import queries
from doudi.verification.actions import consents, images, pledges, signing
from doudi.verification.actions.signing import Mark, Signing
from doudi.verification.models import Signature, VerificationConsent
from doudi.verification.texts import NoText, sm3, text_on, versions
from tests.registry.world import DAY, a_household, at, draft, member, people_of
from tests.verification.world import consent, couple, drawn, png, typed

pytestmark = pytest.mark.django_db
TODAY = {"on": DAY, "at": at()}


def test_a_drawn_signature_is_kept_encrypted_and_its_digest_binds_everything(clerk) -> None:
    home, head, _ = couple(clerk)
    given = consent(clerk, home, head, signing=Signing(head, drawn()))
    kept = given.signature
    assert signing.image_of(kept, by=clerk) == png()
    assert signing.is_intact(kept, png())
    assert not signing.is_intact(kept, png(61))
    kept.text_shown = str(kept.text_shown).replace("银行", "")
    assert not signing.is_intact(kept, png())


def test_a_typed_signature_must_be_the_signers_name(clerk) -> None:
    home, head, _ = couple(clerk)
    with pytest.raises(Refused, match="完全一致"):
        consent(clerk, home, head, signing=Signing(head, Mark("typed", name="别人")))
    assert consent(clerk, home, head).signature.typed_name == head.name


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("data:image/png;base64," + "A" * (50 * 1024 * 1024), "512 KB"),
        ("data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=", "SVG"),
        ("data:text/html,<script>", "PNG"),
        ("data:image/png;base64,@@@", "损坏"),
        ("data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 60).decode(), "损坏"),
        ("data:image/png;base64," + base64.b64encode(png()[:-40]).decode(), "损坏"),
        ("data:image/png;base64," + base64.b64encode(png(ink=False)).decode(), "还没有签名"),
        ("data:image/png;base64," + base64.b64encode(png(2001, 1)).decode(), "尺寸"),
        ("", "PNG"),
    ],
    ids=["50 MB", "svg", "html", "not base64", "no head", "cut", "blank", "too wide", "nothing"],
)
def test_what_is_no_signature_is_refused_in_words_and_nothing_is_kept(url, words, clerk) -> None:
    home, head, _ = couple(clerk)
    with pytest.raises(Refused, match=words):
        consent(clerk, home, head, signing=Signing(head, Mark("drawn", url)))
    assert (Signature.objects.count(), Document.objects.count()) == (0, 0)


@pytest.mark.planted
def test_planted_a_large_image_is_refused_before_it_is_decoded(monkeypatch) -> None:
    def decoded(*args: object, **more: object) -> bytes:
        raise AssertionError("decoded")

    monkeypatch.setattr(images.base64, "b64decode", decoded)
    with pytest.raises(Refused):
        images.png_of(images.HEAD + "A" * images.LONGEST)
    with pytest.raises(AssertionError, match="decoded"):
        images.png_of(images.HEAD + "AAAA")


def test_the_text_of_the_day_is_signed_and_the_record_says_which(clerk) -> None:
    home, head, _ = couple(clerk)
    kept = consent(clerk, home, head).signature
    assert kept.text_version == "2026.1"
    assert kept.text_digest == sm3(str(kept.text_shown))
    assert "非银行支付" in str(kept.text_shown)
    assert text_on("consent", date(2026, 6, 30)).version == "2021.1"
    with pytest.raises(NoText):
        text_on("consent", date(2020, 1, 1))


@pytest.mark.parametrize("key", ["consent", "pledge", "privacy_notice"])
def test_versions_of_a_text_begin_on_different_days(key) -> None:
    days = [v.since for v in versions(key)]
    assert len(set(days)) == len(days)


def test_a_minor_is_signed_for_by_a_grown_member_and_not_by_themselves(clerk) -> None:
    home = a_household(clerk, member("32", name="岳小梅", birth=date(2012, 1, 1)))
    head, child = people_of(home)
    assert [(m.name, m.signer) for m in queries.consents_missing(home.pk, DAY)] == [
        (head.name, "self"), ("岳小梅", "guardian")]  # fmt: skip
    with pytest.raises(Refused, match="监护人"):
        consent(clerk, home, child, signing=typed(child))
    assert consent(clerk, home, child, signing=typed(head)).capacity == "guardian"
    assert [m.name for m in queries.consents_missing(home.pk, DAY)] == [head.name]


def test_an_adult_signs_for_themselves(clerk) -> None:
    home, head, wife = couple(clerk)
    with pytest.raises(Refused, match="本人签署"):
        consent(clerk, home, wife, signing=typed(head))


def test_somebody_without_capacity_is_signed_for(clerk) -> None:
    home, head, wife = couple(clerk)
    record_certificate(
        person=wife, kind="no_civil_capacity", code="yes", source="justice", starts_on=DAY, by=clerk, **TODAY
    )
    with pytest.raises(Refused, match="监护人"):
        consent(clerk, home, wife)
    assert consent(clerk, home, wife, signing=typed(head)).capacity == "guardian"
    with pytest.raises(Refused, match="监护人"):
        consent(clerk, home, wife, signing=typed(wife))


def test_an_obligor_outside_is_asked_only_under_their_own_consent(clerk) -> None:
    home, head, _ = couple(clerk)
    other = a_household(clerk, head=draft("岳外", birth=date(2000, 1, 1)))
    son = people_of(other)[0]
    with pytest.raises(Refused, match="法定义务人"):
        consent(clerk, home, son, purpose="obligor")
    record_kin(person=head, relation="20", relative=son, source="declared", by=clerk, **TODAY)
    assert [m.name for m in queries.consents_missing(home.pk, DAY)] == [p.name for p in people_of(home)]
    assert consent(clerk, home, son, purpose="obligor").capacity == "self"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"sources": []}, "sources"), ({"sources": ["gossip"]}, "sources"), ({"purpose": "fun"}, "purpose"),
     ({"ends_on": DAY}, "ends_on"), ({"ends_on": DAY + timedelta(days=4000)}, "ends_on"),
     ({"starts_on": DAY + timedelta(days=1)}, "starts_on")],
)  # fmt: skip
def test_terms_that_nobody_should_sign_are_refused(changes, field, clerk) -> None:
    home, head, _ = couple(clerk)
    with pytest.raises(Refused) as refused:
        consent(clerk, home, head, **changes)
    assert field in refused.value.by_field


def test_overlapping_consents_are_allowed_and_the_longest_counts(clerk) -> None:
    home, head, _ = couple(clerk)
    consent(clerk, home, head, sources=["tax"], ends_on=DAY + timedelta(days=30))
    longer = consent(clerk, home, head, sources=["tax", "bank"])
    assert queries.covering(head.pk, "tax", DAY) == longer
    assert queries.covering(head.pk, "police", DAY) is None


def test_a_withdrawal_is_final(clerk) -> None:
    home, head, _ = couple(clerk)
    given = consents.withdraw(consent=consent(clerk, home, head), because="不同意了", by=clerk, at=at())
    assert not given.is_live(DAY)
    with pytest.raises(Conflict):
        consents.withdraw(consent=given, because="", by=clerk, at=at())
    with pytest.raises(Exception, match="stays withdrawn"):
        VerificationConsent.objects.filter(pk=given.pk).update(
            withdrawn_at=None, withdrawn_by_id=None, withdrawn_because=""
        )


def test_what_is_signed_is_never_edited(clerk) -> None:
    home, head, _ = couple(clerk)
    given = consent(clerk, home, head)
    with pytest.raises(Exception, match="never edited"):
        VerificationConsent.objects.filter(pk=given.pk).update(ends_on=DAY + timedelta(days=900))


def a_pledge(clerk, home, head, **changes):
    said = {"matter": "application:1", "statements": ["employment"], "signing": typed(head), **TODAY}
    return pledges.give(household=home, by=clerk, **said | changes)


def test_a_pledge_names_what_it_replaces(clerk) -> None:
    home, head, _ = couple(clerk)
    kept = a_pledge(clerk, home, head, statements=["residence", "employment"], more="承包地 3 亩")
    assert kept.statements == ["employment", "residence"]
    assert "承包地 3 亩" in str(kept.signature.text_shown)
    with pytest.raises(Refused, match="至少选择一项"):
        a_pledge(clerk, home, head, statements=[])


def test_a_sample_of_pledges_can_be_drawn_again_by_anybody(clerk, county) -> None:
    home, head, _ = couple(clerk)
    given = [a_pledge(clerk, home, head).pk for _n in range(10)]
    said = {"month": DAY, "share_percent": 25, "place": "533103", "by": county, "at": at()}
    with pytest.raises(Refused, match="还没有结束"):
        pledges.draw_pledge_sample(seed="0814", on=DAY, **said)
    draw = pledges.draw_pledge_sample(seed="0814", on=date(2026, 12, 1), **said)
    rows = queries.sampled_pledges(month=DAY)
    assert sorted(r.pledge_id for r in rows) == pledges.drawn(given, 25, "0814")
    assert (draw.population, rows.count()) == (10, 3)
    assert pledges.drawn(given, 25, "0815") != pledges.drawn(given, 25, "0814")
    with pytest.raises(Refused, match="每月只抽一次"):
        pledges.draw_pledge_sample(seed="1", on=date(2026, 12, 1), **said)


def test_a_drawn_pledge_gets_one_outcome_with_a_word(clerk, county) -> None:
    home, head, _ = couple(clerk)
    a_pledge(clerk, home, head)
    pledges.draw_pledge_sample(
        month=DAY, share_percent=1, seed="1", place="533103", by=county, on=date(2026, 12, 1), at=at()
    )
    one = queries.sampled_pledges().get()
    with pytest.raises(Refused, match="怎样核实"):
        pledges.check_drawn(one=one, outcome="true", note=" ", by=clerk, at=at())
    pledges.check_drawn(one=one, outcome="untrue", note="入户看到有货车", by=clerk, at=at())
    with pytest.raises(Conflict):
        pledges.check_drawn(one=one, outcome="true", note="改口", by=clerk, at=at())


def test_names_and_words_lie_encrypted(clerk) -> None:
    home, head, _ = couple(clerk)
    consent(clerk, home, head)
    with connection.cursor() as cursor:
        cursor.execute("SELECT s::text FROM verification_signature s")
        assert head.name not in cursor.fetchone()[0]
