"""Reports: declared against found, reasons, objections, corrections."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest

from doudi.documents import actions as documents
from doudi.documents.models import Kind
from doudi.registry.actions import Refused, state_amount
from doudi.registry.models import Statement
from doudi.registry.owners import household_owner
from doudi.verification import queries
from doudi.verification.actions import judging, pledges, reporting
from doudi.verification.connectors.port import Value
from doudi.verification.models import CorrectionRequest, Objection, ReportItem
from doudi.verification.queries.comparing import of_codes, of_figures
from tests.registry.world import DAY, at
from tests.verification.world import MATTER, asked, consent, couple, png, reply, typed

pytestmark = pytest.mark.django_db
TODAY = {"on": DAY, "at": at()}


@pytest.mark.parametrize(
    ("kind", "declared", "found", "conclusion"),
    [
        ("wage_income", 100, 100, "consistent"), ("wage_income", 1000, 1100, "within"),
        ("wage_income", 1000, 1101, "under"), ("wage_income", 1000, 899, "over"), ("wage_income", 1000, 900, "within"),
        ("wage_income", None, 1, "not_declared"), ("wage_income", None, 0, None), ("wage_income", 0, 1, "under"),
        ("wage_income", 1, None, "no_answer"), ("wage_income", None, None, None),
        ("medical_self_paid", None, 5, "found_only"), ("vehicle_count", 20, 21, "under"),
    ],
)  # fmt: skip
def test_figures_compare(kind, declared, found, conclusion) -> None:
    assert of_figures(kind, declared, found) == conclusion


@pytest.mark.parametrize(
    ("kind", "declared", "found", "conclusion"),
    [("spouse", "yes", "yes", "consistent"), ("spouse", "", "yes", "not_declared"),
     ("spouse", "yes", "no", "different"),
     ("spouse", "", "no", None), ("disability", "", "4", "found_only"), ("disability", "3", "4", "different"),
     ("death", "", "yes", "not_declared"), ("housing_fund", "", "yes", "found_only")],
)  # fmt: skip
def test_circumstances_compare(kind, declared, found, conclusion) -> None:
    assert of_codes(kind, declared, found) == conclusion


@pytest.fixture
def reported(county, network, runs):
    """A report on a family that declared 14,400 of wage where the tax office knows of 19,200."""

    def make(found: int = 1_920_000, **more):
        home, head, wife = couple(county)
        state_amount(kind="wage_income", amount=1_440_000, source="declared", as_of=date(2026, 11, 1), person=head,
                     by=county, **TODAY)  # fmt: skip
        consent(county, home, head)
        if more.get("both"):
            consent(county, home, wife)
        network.answer = lambda t: [reply(t, *_values(t, found))]
        runs(asked(county, home, [head, wife]))
        return queries.current_report(MATTER), home, head

    return make


def _values(ticket, found):
    return {
        "tax": [Value("wage_income", found)],
        "bank": [Value("financial_assets", 300_000)],
        "civil_affairs": [Value("spouse", code="yes", words="2005-05-01 登记"), Value("death", code="no")],
    }.get(ticket.question.source, [])


def the(report, kind):
    return next(i for i in queries.report_items(report, DAY) if i.kind == kind)


def test_a_difference_is_shown_with_its_source_and_unsettled(reported) -> None:
    report, _home, head = reported()
    row = the(report, "wage_income")
    assert (row.person, row.declared, row.found, row.difference) == (head.name, 1_440_000, 1_920_000, 480_000)
    assert (row.conclusion, row.source, row.settled) == ("under", "tax", False)
    assert not queries.is_settled(report, DAY)


def test_declared_values_are_never_overwritten(reported) -> None:
    _report, _home, head = reported()
    rows = Statement.objects.known().filter(person=head, kind="wage_income")
    assert {r.source: r.amount for r in rows} == {"declared": 1_440_000, "tax": 1_920_000}


def test_a_registered_marriage_that_agrees_needs_no_reason(reported) -> None:
    report, *_ = reported()
    assert the(report, "spouse").conclusion == "consistent"


def test_the_households_assets_are_stated_only_when_everybody_was_answered_for(reported) -> None:
    report, home, _head = reported()
    assert not Statement.objects.filter(household=home, kind="financial_assets").exists()
    row = the(report, "financial_assets")
    assert (row.conclusion, row.is_partial, row.found) == ("not_declared", True, 300_000)


def test_the_households_assets_are_the_sum_over_everybody(reported) -> None:
    report, home, _head = reported(both=True)
    assert Statement.objects.get(household=home, kind="financial_assets").amount == 600_000
    assert the(report, "financial_assets").found == 600_000


def test_a_report_expires_after_its_days(reported) -> None:
    report, *_ = reported()
    assert not report.expired(DAY + timedelta(days=179))
    assert report.expired(DAY + timedelta(days=180))


def judged(report, by, code, kind="wage_income", **more):
    item = ReportItem.objects.get(pk=the(report, kind).id)
    return judging.judge(item=item, code=code, by=by, **TODAY, **more)


def test_left_out_needs_a_pledge_about_it_signed_after_the_report(reported, clerk) -> None:
    report, home, head = reported()
    before = {"matter": MATTER, "signing": typed(head), "by": clerk, **TODAY}
    other = pledges.give(household=home, statements=["employment"], **before)
    with pytest.raises(Refused, match="补充承诺"):
        judged(report, clerk, "left_out")
    with pytest.raises(Refused, match="补充承诺"):
        judged(report, clerk, "left_out", pledge=other)
    pledge = pledges.give(household=home, statements=["supplement"], **before)
    judged(report, clerk, "left_out", pledge=pledge)
    assert (the(report, "wage_income").adopted, the(report, "wage_income").settled) == ("found", True)


def a_document(home, by):
    owner = household_owner(home)
    return documents.store(by=by, source=io.BytesIO(png()), name="证明.png", kind=Kind.INCOME, owner=owner, at=at())


def test_stopped_needs_a_document_and_adopts_the_declared_value(reported, clerk) -> None:
    report, home, head = reported()
    with pytest.raises(Refused, match="证明材料"):
        judged(report, clerk, "stopped")
    judged(report, clerk, "stopped", document=a_document(home, clerk))
    assert queries.adopted_values(report) == {(head.pk, "wage_income"): 1_440_000}


def test_other_needs_words_and_a_choice(reported, clerk) -> None:
    report, *_ = reported()
    with pytest.raises(Refused) as refused:
        judged(report, clerk, "other")
    assert set(refused.value.by_field) == {"words", "adopted"}
    judged(report, clerk, "other", words="加班工资", adopted="found")
    assert the(report, "wage_income").reason_words == "加班工资"


def test_an_item_without_a_difference_takes_no_reason(reported, clerk) -> None:
    report, *_ = reported(1_440_000)
    with pytest.raises(Refused, match="没有差异"):
        judged(report, clerk, "other", words="无", adopted="found")


def test_a_report_is_settled_when_every_difference_has_its_reason(reported, clerk) -> None:
    report, *_ = reported()
    for item in queries.unsettled(report, DAY):
        judged(report, clerk, "other", item.kind, words="已核实", adopted="found")
    assert queries.is_settled(report, DAY)


def test_wrong_data_go_back_to_their_department_and_hold_the_report_until_its_limit(reported, clerk) -> None:
    report, *_ = reported()
    judged(report, clerk, "wrong_data", words="该单位查无此人")
    sent = CorrectionRequest.objects.get()
    assert (sent.source, sent.state, sent.due_on) == ("tax", "sent", date(2026, 12, 7))
    assert not the(report, "wage_income").settled
    late = {i.kind: i for i in queries.report_items(report, date(2026, 12, 8))}
    assert late["wage_income"].settled


def test_a_corrected_value_is_asked_for_again_and_makes_a_new_version(reported, county, network, runs) -> None:
    report, *_ = reported()
    judged(report, county, "wrong_data", words="该单位查无此人")
    network.answer = lambda t: [reply(t, Value("wage_income", 1_440_000))]
    again = judging.answer_correction(
        correction=CorrectionRequest.objects.get(), state="accepted", answer="已更正", by=county, **TODAY
    )
    runs(again)
    latest = queries.current_report(MATTER)
    assert (latest.version, the(latest, "wage_income").conclusion) == (2, "consistent")


def test_a_refused_correction_settles_the_item_as_judged(reported, clerk) -> None:
    report, *_ = reported()
    judged(report, clerk, "wrong_data", words="该单位查无此人")
    judging.answer_correction(
        correction=CorrectionRequest.objects.get(), state="refused", answer="核实无误", by=clerk, **TODAY
    )
    assert the(report, "wage_income").settled


def test_an_objection_with_evidence_opens_a_recheck_and_a_new_version_keeps_other_judgements(
    reported, county, network, runs
) -> None:
    report, home, _head = reported()
    judged(report, county, "other", "financial_assets", words="已核实", adopted="found")
    item = ReportItem.objects.get(pk=the(report, "wage_income").id)
    made = judging.object_to(report=report, words="工资没有这么多", document=a_document(home, county), items=[item],
                             by=county, **TODAY)  # fmt: skip
    assert [q.source for q in made.recheck.queries.all()] == ["tax"]
    assert not queries.is_settled(report, DAY)
    with pytest.raises(Refused, match="正在复核"):
        judged(report, county, "other", words="x", adopted="found")
    network.answer = lambda t: [reply(t, Value("wage_income", 1_500_000))]
    runs(made.recheck)
    latest = queries.current_report(MATTER)
    assert (latest.version, the(latest, "wage_income").conclusion) == (2, "within")
    assert the(latest, "financial_assets").reason == "other"
    assert queries.is_settled(latest, DAY)
    assert Objection.objects.count() == 1
    with pytest.raises(Refused, match="新版本"):
        judged(report, county, "other", words="x", adopted="found")


def test_a_report_can_be_made_without_a_silent_source_if_somebody_says_why(county, network, runs) -> None:
    home, head, _wife = couple(county)
    consent(county, home, head, sources=["tax", "bank"])
    network.answer = lambda t: [reply(t, Value("wage_income", 5))] if t.question.source == "tax" else []
    request = asked(county, home, [head])
    runs(request)
    with pytest.raises(Refused, match="还有 1 项没有答复"):
        reporting.make(request=request, by=county, **TODAY)
    report = reporting.make(request=request, by=county, note="银行系统升级", **TODAY)
    assert (report.unanswered, the(report, "financial_assets").conclusion) == (1, "no_answer")
