"""Asking sources: never without a live consent, whatever happens in between; what comes back is kept once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from doudi.jobs.runner import run
from doudi.registry.actions import Refused
from doudi.registry.models import Statement
from doudi.verification import queries
from doudi.verification.actions import answering, consents, requests
from doudi.verification.connectors.port import Unreachable, Value
from doudi.verification.models import Answer, Query, QueryState, Report, Stray, Ticket
from tests.registry.world import DAY, at
from tests.verification.world import MATTER, asked, consent, couple, reply, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def family(clerk):
    """Husband and wife; only he has signed."""
    home, head, wife = couple(clerk)
    consent(clerk, home, head)
    return home, head, wife


def wage(amount: int = 1_920_000, **changes):
    """A network that knows the wage and nothing else."""

    def answer(ticket):
        values = [Value("wage_income", amount)] if ticket.question.source == "tax" else []
        return [reply(ticket, *values, **changes)]

    return answer


def test_a_question_per_person_and_source_under_a_consent_and_the_rest_is_listed(clerk, family) -> None:
    home, head, wife = family
    request = asked(clerk, home, [head, wife])
    assert {q.person_id for q in request.queries.all()} == {head.pk}
    assert request.queries.count() == 15
    assert {u.person_id for u in request.unasked.all()} == {wife.pk}
    assert queries.progress(MATTER).state == "waiting"


def test_without_any_consent_nothing_is_asked(clerk, family) -> None:
    home, _head, wife = family
    with pytest.raises(Refused, match="没有任何有效的核对授权"):
        asked(clerk, home, [wife])


def test_a_second_round_waits_for_the_first_report(clerk, family) -> None:
    home, head, _wife = family
    asked(clerk, home, [head])
    with pytest.raises(Refused, match="已有一轮核对"):
        asked(clerk, home, [head])


def test_somebody_else_cannot_be_asked_about(clerk, family) -> None:
    home, _head, _wife = family
    _other, stranger, _ = couple(clerk)
    with pytest.raises(Refused, match="本户成员"):
        asked(clerk, home, [stranger])


def test_all_answers_in_make_a_report_and_state_the_values_under_their_source(county, family, network, runs) -> None:
    home, head, _wife = family
    network.answer = wage()
    request = asked(county, home, [head])
    job = runs(request)
    assert (job.state, set(states(request).values())) == ("done", {"answered"})
    row = Statement.objects.get(person=head, kind="wage_income")
    assert (row.amount, row.source) == (1_920_000, "tax")
    assert queries.progress(MATTER).state == "reported"
    assert queries.current_report(MATTER).valid_until == DAY + timedelta(days=180)


def test_the_payload_lies_encrypted_with_its_digest(county, family, network, runs) -> None:
    home, head, _wife = family
    network.answer = wage()
    runs(asked(county, home, [head]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM verification_answer")
        raw = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert b"wage_income" not in raw
    assert "wage_income" in "".join(str(a.payload) for a in Answer.objects.all())


def test_a_withdrawal_during_the_run_stops_the_very_next_question(county, family, network) -> None:
    home, head, _wife = family
    request = asked(county, home, [head])

    def withdraw_after_three() -> bool:
        held = head_consent(head)
        if len(network.questions) == 3 and held.withdrawn_at is None:
            consents.withdraw(consent=held, because="不同意了", by=county, at=at())
        return False

    run(request.job_id, stopping=withdraw_after_three, clock=at)
    assert (len(network.questions), Ticket.objects.count()) == (3, 3)
    assert list(states(request).values()).count("blocked") == 12


def head_consent(head):
    from doudi.verification.models import VerificationConsent

    return VerificationConsent.objects.get(person=head)


def test_a_withdrawal_between_chunks_blocks_all_that_is_left(county, family, network, runs) -> None:
    home, head, _wife = family
    request = asked(county, home, [head])
    first = Query.objects.select_related("person", "request", "consent").filter(request=request).first()
    answering.send(query=first, by=county, on=DAY, at=at())
    consents.withdraw(consent=head_consent(head), because="", by=county, at=at())
    runs(request)
    assert len(network.questions) == 1
    assert sorted(states(request).values()) == ["blocked"] * 14 + ["sent"]


def test_an_answer_after_a_withdrawal_is_refused_and_not_kept(county, family, network, runs) -> None:
    home, head, _wife = family
    request = asked(county, home, [head], sources=["tax"])
    runs(request)
    consents.withdraw(consent=head_consent(head), because="", by=county, at=at())
    network.answer = wage()
    runs(request)
    assert list(states(request).values()) == ["refused"]
    assert not Answer.objects.exists()
    assert not Statement.objects.filter(person=head).exists()
    assert [s.why for s in Stray.objects.all()] == ["consent_ended"]


def test_a_consent_that_expires_mid_request_stops_questions_and_answers(clerk, county, network, runs, later) -> None:
    home, head, _wife = couple(clerk)
    consent(clerk, home, head, sources=["tax"], ends_on=DAY + timedelta(days=3))
    consent(clerk, home, head, sources=["bank"], ends_on=DAY + timedelta(days=3))
    request = asked(county, home, [head])
    first = Query.objects.select_related("person", "request", "consent").filter(request=request).first()
    answering.send(query=first, by=county, on=DAY, at=at())
    network.answer = wage()
    runs(request, moment=later(3))
    assert sorted(states(request).values()) == ["blocked", "refused"]
    assert not Answer.objects.exists()


def test_another_consent_of_the_same_person_goes_on_covering(clerk, county, family, network, runs) -> None:
    home, head, _wife = family
    request = asked(county, home, [head], sources=["tax"])
    first = head_consent(head)
    second = consent(clerk, home, head)
    consents.withdraw(consent=first, because="", by=clerk, at=at())
    network.answer = wage()
    runs(request)
    query = Query.objects.get(request=request)
    assert (query.state, query.consent_id) == ("answered", second.pk)


@pytest.mark.planted
def test_planted_a_guard_that_believes_any_consent_is_stopped_by_the_database(
    county, family, network, runs, monkeypatch
) -> None:
    home, head, _wife = family
    request = asked(county, home, [head], sources=["tax"])
    held = head_consent(head)
    consents.withdraw(consent=held, because="", by=county, at=at())
    monkeypatch.setattr(answering, "covering", lambda *args: held)
    query = Query.objects.select_related("person", "request", "consent").get(request=request)
    with pytest.raises(DatabaseError, match="no live consent"), transaction.atomic():
        answering.send(query=query, by=county, on=DAY, at=at())
    assert not Ticket.objects.exists()


@pytest.mark.planted
def test_planted_without_the_databases_guard_the_defect_is_seen_by_the_withdrawal_test(
    county, family, network, monkeypatch
) -> None:
    """The test of withdrawal can fail: with both guards down, a question leaves without a consent."""
    home, head, _wife = family
    request = asked(county, home, [head], sources=["tax"])
    held = head_consent(head)
    consents.withdraw(consent=held, because="", by=county, at=at())
    monkeypatch.setattr(answering, "covering", lambda *args: held)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE verification_ticket DISABLE TRIGGER no_consent_no_ticket")
    query = Query.objects.select_related("person", "request", "consent").get(request=request)
    answering.send(query=query, by=county, on=DAY, at=at())
    assert len(network.questions) == 1


def test_the_same_answer_twice_is_kept_once(county, family, network, runs) -> None:
    home, head, _wife = family
    network.answer = lambda ticket: wage()(ticket) * 2
    runs(asked(county, home, [head], sources=["tax"]))
    assert Answer.objects.count() == 1
    assert Statement.objects.filter(person=head, kind="wage_income").count() == 1
    assert not Stray.objects.exists()


def test_an_answer_to_an_unknown_ticket_is_listed_not_applied(county, family, network, runs) -> None:
    home, head, _wife = family
    network.answer = lambda ticket: [replace(one, ticket="NOBODY-7") for one in wage()(ticket)]
    request = asked(county, home, [head], sources=["tax"])
    runs(request)
    runs(request)
    assert [(s.number, s.why, s.query) for s in Stray.objects.all()] == [("NOBODY-7", "unknown_ticket", None)]
    assert not Answer.objects.exists()
    assert list(states(request).values()) == ["sent"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"province": "52"}, "other_province"), ({"subject": "533199198001010016"}, "other_person"),
     ({"as_of": date(2027, 1, 1)}, "malformed"), ({"as_of": None}, "malformed")],
)  # fmt: skip
def test_an_answer_that_is_not_ours_is_listed_not_applied(changes, why, county, family, network, runs) -> None:
    home, head, _wife = family
    network.answer = wage(**changes)
    request = asked(county, home, [head], sources=["tax"])
    runs(request)
    assert [s.why for s in Stray.objects.all()] == [why]
    assert (Answer.objects.count(), Statement.objects.filter(person=head).count()) == (0, 0)
    assert list(states(request).values()) == ["sent"]


def test_a_value_the_registry_refuses_is_not_half_applied(county, family, network, runs) -> None:
    home, head, _wife = family
    network.answer = lambda t: [reply(t, Value("wage_income", 5), Value("business_net_income", 2**53 - 1),
                                      Value("business_net_income", 2**53 - 1))]  # fmt: skip
    runs(asked(county, home, [head], sources=["tax"]))
    assert [s.why for s in Stray.objects.all()] == ["malformed"]
    assert not Statement.objects.filter(person=head).exists()


def test_a_partial_answer_states_nothing_until_the_rest_comes(county, family, network, runs) -> None:
    home, head, _wife = family
    network.answer = wage(800_000, state="partial")
    request = asked(county, home, [head], sources=["tax"])
    runs(request)
    assert list(states(request).values()) == ["partial"]
    assert not Statement.objects.filter(person=head).exists()
    network.answer = wage()
    runs(request)
    assert list(states(request).values()) == ["answered"]
    assert Answer.objects.count() == 2


def test_a_refusal_keeps_its_code_and_can_be_asked_again(county, family, network, runs) -> None:
    home, head, _wife = family
    network.answer = lambda t: (
        [reply(t, state="rejected", code="BUSY", as_of=None)] if t.question.source == "tax" else []
    )
    request = asked(county, home, [head], sources=["tax", "bank"])
    runs(request)
    query = Query.objects.get(request=request, source="tax")
    assert (query.state, query.code) == ("rejected", "BUSY")
    requests.ask_again(query=query, by=county, on=DAY, at=at())
    network.answer = wage()
    runs(request)
    assert set(states(request).values()) == {"answered"}


def test_a_source_that_never_answers_is_asked_twice_then_counts_as_silent(county, family, network, runs, later) -> None:
    home, head, _wife = family
    request = asked(county, home, [head], sources=["tax"])
    runs(request)
    runs(request, moment=later(8))
    assert list(states(request).values()) == ["sent"]
    assert len({q.reference for q in network.questions}) == 2
    runs(request, moment=later(16))
    assert list(states(request).values()) == ["no_answer"]
    report = Report.objects.get(request=request)
    assert report.unanswered == 1
    assert [i.conclusion for i in queries.report_items(report)] == ["no_answer"]


def test_nothing_expires_on_the_last_day_of_its_limit(county, family, network, runs) -> None:
    home, head, _wife = family
    request = asked(county, home, [head], sources=["tax"])
    runs(request)
    query = Query.objects.select_related("request").get(request=request)
    assert answering.expire(query=query, by=county, on=query.due_on, at=at()).state == QueryState.SENT


def test_a_network_that_does_not_answer_loses_nothing(county, family, network, runs) -> None:
    home, head, _wife = family

    def down(question) -> None:
        raise Unreachable

    network.before = down
    request = asked(county, home, [head], sources=["tax"])
    job = runs(request)
    assert (job.state, job.error_count) == ("done", 1)
    assert list(states(request).values()) == ["waiting"]


def test_a_source_is_told_no_more_than_it_needs(county, family, network, runs) -> None:
    home, head, _wife = family
    runs(asked(county, home, [head], sources=["tax"]))
    question = network.questions[0]
    assert (question.resident_id, question.name) == (str(head.resident_id), head.name)
    assert question.consent == head_consent(head).number


def test_a_township_asks_and_the_county_starts(clerk, county, family, network, runs) -> None:
    home, head, _wife = family
    request = asked(clerk, home, [head], sources=["tax"])
    assert request.job_id is None
    request = requests.start(request=request, by=county, on=DAY, at=at())
    network.answer = wage()
    assert runs(request).state == "done"
    assert list(states(request).values()) == ["answered"]
