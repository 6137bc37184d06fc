"""The list, the page of an award, the card on the household's page."""

from __future__ import annotations

import pytest
from django.utils import timezone

from doudi.accounts.roles import Role
from doudi.audit.models import AuditEvent
from doudi.awards import actions, queries
from doudi.awards.actions import Why
from doudi.awards.kinds import State
from doudi.awards.models import Award
from doudi.awards.months import month_of, months_after
from doudi.awards.queries.pages import _value, citation, rows_of

from .world import DECEMBER, NOVEMBER, a_household, dibao_of, granted, month, tekun_of, top_up, when, why

pytestmark = pytest.mark.django_db


@pytest.fixture
def current(reviewer, home, people) -> Award:
    """An award in force today, whatever day the test runs, with a top-up for illness."""
    start = max(month_of(timezone.localdate()), NOVEMBER)
    sick = top_up(people[1].pk, reason="severely_ill")
    return granted(reviewer, dibao_of(home, sick), starts_on=start, review_by=months_after(start, 12))


def text(client, address: str) -> str:
    """The words of a page that opens."""
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_the_list_shows_who_how_much_and_how_it_stands(current: Award, signed_in, clerk) -> None:
    page = text(signed_in(clerk), "/awards/")
    assert all(word in page for word in (current.number, "岳勒旺", "656", "在享", "弄恩村"))


def test_filters_narrow_and_nonsense_is_as_if_absent(current: Award, signed_in, clerk) -> None:
    client = signed_in(clerk)
    for query in ("programme=tekun", "place=533103102202"):
        assert "没有符合条件的待遇" in text(client, f"/awards/?{query}")
    assert "现在没有这样的待遇" in text(client, "/awards/?state=suspended")
    for query in ("programme=dibao&state=active", "place=533103102201", "programme=x&state=y&place=z"):
        assert current.number in text(client, f"/awards/?{query}")


def test_an_empty_list_says_so(signed_in, clerk) -> None:
    assert "现在没有这样的待遇" in text(signed_in(clerk), "/awards/")


def test_a_county_chooses_townships(current: Award, signed_in, reviewer) -> None:
    assert "勐戛" in text(signed_in(reviewer), "/awards/")


def test_the_page_tells_why_and_what_was_done_and_opening_it_is_recorded(current: Award, signed_in, clerk) -> None:
    page = text(signed_in(clerk), f"/awards/{current.number}/")
    assert all(word in page for word in ("按家庭收入与标准的差额", "第23条", "重病", "核定", "排木果"))
    assert AuditEvent.objects.filter(action="award.read", actor_id=clerk.pk).exists()


def test_who_may_not_see_illness_does_not_learn_it_from_the_money(current: Award, signed_in, staff_with) -> None:
    page = text(signed_in(staff_with(Role.PAYMENT_MAKER)), f"/awards/{current.number}/")
    assert "重病" not in page
    assert "按您的角色不显示" in page


def test_another_township_finds_nothing(current: Award, signed_in, staff_with) -> None:
    client = signed_in(staff_with(Role.TOWNSHIP_CLERK, "533103103"))
    assert client.get(f"/awards/{current.number}/").status_code == 404
    assert current.number not in text(client, "/awards/")


def test_the_household_page_carries_the_card(current: Award, home, signed_in, clerk) -> None:
    assert f"/awards/{current.number}/" in text(signed_in(clerk), f"/households/{home.number}/")


def test_a_household_without_an_award_has_no_card(signed_in, clerk) -> None:
    page = text(signed_in(clerk), f"/households/{a_household(clerk).number}/")
    assert "<h2>救助待遇</h2>" not in page


def test_what_comes_is_told_with_suspension_and_phase_out(current: Award, reviewer, signed_in, clerk) -> None:
    start = current.starts_on
    actions.phase_out(award=current, months=6, from_month=start, why=why("employment"), **when(reviewer))
    actions.suspend(award=current, from_month=start, why=why("out_of_contact", note="三次上门未遇"), **when(reviewer))
    page = text(signed_in(clerk), f"/awards/{current.number}/")
    assert all(word in page for word in ("暂停发放", "渐退期", "不再发放", "三次上门未遇"))


def test_an_ended_award_has_no_lines_and_its_history(current: Award, reviewer, signed_in, clerk) -> None:
    change = actions.suspend(award=current, from_month=current.starts_on, why=why("out_of_contact"), **when(reviewer))
    actions.take_back(change=change, why=why("clerical_error"), **when(reviewer))
    actions.end(award=current, from_month=current.starts_on, why=why("annulled"), **when(reviewer))
    page = text(signed_in(clerk), f"/awards/{current.number}/")
    assert all(word in page for word in ("已终止", "这个月没有金额", "原决定被撤销", "已撤回"))
    assert "—" in text(signed_in(clerk), "/awards/?state=ended")


def test_states_in_sql_are_those_of_the_award(clerk, reviewer) -> None:
    made = [granted(reviewer, dibao_of(a_household(clerk))) for _n in range(5)]
    actions.suspend(award=made[1], from_month=NOVEMBER, why=why("out_of_contact"), **when(reviewer))
    actions.phase_out(award=made[2], months=6, from_month=DECEMBER, why=why("employment"), **when(reviewer))
    actions.end(award=made[3], from_month=DECEMBER, why=why("own_request"), **when(reviewer))
    actions.end(award=made[4], from_month=NOVEMBER, why=why("annulled"), **when(reviewer))
    for day in (month(2026, 10), NOVEMBER, DECEMBER, month(2027, 6)):
        for state in State:
            found = {a.pk for a in Award.objects.all().in_state(state, day)}
            assert found == {a.pk for a in Award.objects.all() if queries.state_of(a, day) is state}, (state, day)


def test_a_list_of_fifty_needs_no_more_queries_than_one_of_one(clerk, reviewer, django_assert_num_queries) -> None:
    first = granted(reviewer, dibao_of(a_household(clerk)))
    more = [granted(reviewer, tekun_of(h, h.head_id)) for h in (a_household(clerk) for _n in range(4))]
    rows = Award.objects.select_related("person", "household__head")
    for found in ([first], [first, *more]):
        awards = list(rows.filter(pk__in=[a.pk for a in found]))
        with django_assert_num_queries(4):
            assert len(rows_of(awards, NOVEMBER)) == len(found)


def test_unknown_clauses_and_parameters_do_not_break_a_page() -> None:
    assert citation("XX-1") == "XX-1"
    assert citation("M57-34").endswith("第34条")
    assert _value({"name": "gone", "value": 1, "unconfirmed": False}) == ""
    told = _value({"name": "dibao_standard", "value": 56_000, "unconfirmed": True})
    assert told.startswith("低保标准 560")
    assert told.endswith("（待当地确认）")


def test_a_reason_that_left_the_table_shows_itself() -> None:
    from doudi.awards.kinds import Act
    from doudi.awards.reasons import reason_label, reasons_for

    assert reason_label("old_reason") == "old_reason"
    assert Why("resolved").reason in {r.code for r in reasons_for(Act.RESTART)}


def test_whoever_joins_or_leaves_later_is_not_counted_yet(award: Award, people, reviewer) -> None:
    actions.remove_member(
        award=award, person=people[0].pk, from_month=DECEMBER, why=why("job_refusals"), **when(reviewer)
    )
    before, after = rows_of([award], NOVEMBER)[0], rows_of([award], DECEMBER)[0]
    assert [(r.people, r.fen) for r in (before, after)] == [(3, 65_600), (2, 45_600)]


def test_a_tekun_award_cites_its_own_rule(clerk, reviewer) -> None:
    home = a_household(clerk)
    (change,) = queries.history(granted(reviewer, tekun_of(home, home.head_id)))
    assert change.clauses == ["M43-17"]


def test_rows_name_themselves_in_a_log(award: Award, reviewer) -> None:
    change = actions.suspend(award=award, from_month=DECEMBER, why=why("out_of_contact"), **when(reviewer))
    line, member, rest = award.lines.first(), award.members.first(), award.suspensions.get()
    assert f"{change} {rest}" == f"{award.pk} suspend 2026-12 {award.pk} 2026-12-01"
    assert f"{line} {member}" == f"{award.pk} base 60000 {member.person_id} ∈ {award.pk}"
