"""The page of a household and of a person: what is shown, what is hidden and said to be, and what goes on record."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.accounts.roles import Role
from doudi.audit.models import AuditEvent
from doudi.registry import actions
from tests.registry.world import DAY, a_household, at, draft, people_of

pytestmark = pytest.mark.django_db


def state(home, clerk, kind: str, yuan: int, source: str) -> None:
    person = home.head
    actions.state_amount(
        person=person, kind=kind, amount=yuan * 100, source=source, as_of=DAY, by=clerk, on=DAY, at=at()
    )


def text(response) -> str:
    return response.content.decode()


def address(home) -> str:
    return f"/households/{home.number}/"


def test_the_page_shows_members_place_and_masked_numbers_only(home, page) -> None:
    shown = text(page(address(home)))
    assert "岳勒旺家庭" in shown
    assert "遮放镇弄恩村" in shown
    for person in people_of(home):
        assert person.name in shown
        assert person.resident_id not in shown


def test_each_opening_is_recorded_once_with_its_purpose(home, page) -> None:
    page(address(home))
    event = AuditEvent.objects.get(action="household.read")
    assert (event.subject_id, event.purpose) == (str(home.pk), "日常办理")


def test_small_letters_in_the_address_find_the_file(home, page) -> None:
    assert page(f"/households/{home.number.lower()}/").status_code == 200


def test_declared_and_verified_stand_side_by_side_with_the_difference(home, clerk, page) -> None:
    state(home, clerk, "wage_income", 14400, "declared")
    state(home, clerk, "wage_income", 19200, "human_resources")
    shown = text(page(address(home)))
    assert "14,400" in shown
    assert "4,800<i>.00</i>" in shown


def test_the_verified_figure_is_the_one_that_counts(home, clerk) -> None:
    from doudi.registry.queries.economy import economy
    from doudi.registry.queries.household_file import household_file

    state(home, clerk, "wage_income", 14400, "declared")
    state(home, clerk, "wage_income", 19200, "human_resources")
    line = economy(household_file(home, staff=clerk, on=DAY).statements, DAY).income[0]
    assert (line.declared, line.verified, line.chosen, line.differs) == (1440000, 1920000, 1920000, 480000)


def test_what_two_sources_say_alike_is_said_once(home, clerk) -> None:
    from doudi.registry.queries.household_file import household_file

    for source in ("declared", "medical"):
        actions.record_certificate(
            person=home.head, kind="severe_illness", code="yes", source=source, starts_on=DAY, by=clerk, on=DAY, at=at()
        )
    assert household_file(home, staff=clerk, on=DAY).members[0].situation == ("重病",)


def test_the_dead_stay_on_the_page_in_grey_with_their_day(home, clerk, page) -> None:
    mother = people_of(home)[2]
    actions.mark_death(person=mother, death_date=date(2026, 6, 3), by=clerk, on=DAY, at=at())
    shown = text(page(address(home)))
    assert "过去的成员" in shown
    assert "2026-06-03" in shown


def test_the_chain_tells_what_happened_in_order(home, clerk, staff_with) -> None:
    from doudi.registry.queries.chain import chain
    from doudi.registry.queries.household_file import household_file

    county = staff_with(Role.COUNTY_CLERK)
    common = {"department": "civil_affairs", "ground": "审核确认", "by": county, "on": DAY, "at": at()}
    actions.determine_status(
        household=home, category="dibao", starts_on=date(2026, 3, 1), review_by=date(2027, 3, 1), **common
    )
    links = chain(household_file(home, staff=clerk, on=DAY), DAY)
    assert [(x.title, x.state) for x in links] == [("建立档案", "done"), ("认定低保", "now"), ("定期复核", "todo")]
    assert links[0].gap == "59 天"


@pytest.mark.parametrize(
    ("role", "hidden", "shown"),
    [
        (Role.LIAISON_DISABLED, "收入、支出与财产", "肢体残疾二级"),
        (Role.LIAISON_EDUCATION, "残疾、疾病与自理能力", "按您的角色不显示"),
        (Role.RURAL_REVITALISATION, "就学", "14,400"),
    ],
)
def test_what_a_role_may_not_see_is_named(role, hidden, shown, home, clerk, staff_with, signed_in, as_web) -> None:
    state(home, clerk, "wage_income", 14400, "declared")
    common = {"person": home.head, "starts_on": DAY, "by": clerk, "on": DAY, "at": at()}
    actions.record_certificate(kind="disability", code="4", grade=2, source="disabled", **common)
    someone = staff_with(role)
    with as_web(someone):
        answer = text(signed_in(someone).get(address(home)))
    assert "按您的角色，这一页不显示" in answer
    assert hidden in answer
    assert shown in answer
    assert ("14,400" in answer) is (role == Role.RURAL_REVITALISATION)
    assert ("肢体残疾" in answer) is (role == Role.LIAISON_DISABLED)


def test_a_file_elsewhere_names_its_township_and_nothing_else(far_home, page) -> None:
    answer = page(address(far_home))
    assert answer.status_code == 404
    assert "勐戛镇" in text(answer)
    assert "排志明" not in text(answer)


@pytest.mark.parametrize(
    "where", ["/households/MS-ZF-999999/", "/people/0/", "/people/99999999999999999999/", "/people/7/"]
)
def test_what_does_not_exist_is_not_found(where, divisions, page) -> None:
    assert page(f"/{where}/").status_code == 404


def test_a_person_elsewhere_is_not_found(far_home, page) -> None:
    assert page(f"/people/{far_home.head_id}/").status_code == 404


def test_a_merged_household_leads_to_the_one_that_stays(home, clerk, page) -> None:
    other = a_household(clerk, head=draft("孔腊保"))
    relations = {other.head_id: "97"}
    actions.merge_households(
        survivor=home, absorbed=other, relations=relations, reason="合住", by=clerk, on=DAY, at=at()
    )
    shown = text(page(address(other)))
    assert "已并入" in shown
    assert address(home) in shown


def test_the_household_page_needs_few_questions_to_the_database(home, page, django_assert_max_num_queries) -> None:
    page(address(home))
    with django_assert_max_num_queries(41):
        page(address(home))


def test_the_number_of_questions_does_not_grow_with_the_family(
    home, clerk, page, django_assert_max_num_queries
) -> None:
    for n in range(6):
        person = draft(f"岳{'一二三四五六'[n]}")
        common = {"relation": "20", "by": clerk, "on": DAY, "at": at()}
        actions.register_person(household=home, person=person, **common)
    page(address(home))
    with django_assert_max_num_queries(41):
        page(address(home))


def test_who_looked_is_shown(home, page) -> None:
    page(address(home))
    shown = text(page(f"{address(home)}records/"))
    assert "查看家庭档案" in shown
    assert "日常办理" in shown


def test_a_number_is_revealed_for_a_reason_that_goes_on_record(home, page) -> None:
    where, data = f"/people/{home.head_id}/reveal/", {"reason": "on_site", "detail": ""}
    answer = page(where, data, HX_Request="true")
    assert text(answer) == home.head.resident_id
    assert AuditEvent.objects.get(action="person.reveal").purpose == "现场核对证件"


@pytest.mark.parametrize("data", [{}, {"reason": "other", "detail": "看看"}, {"reason": "curious"}])
def test_without_a_reason_nothing_is_revealed(data, home, page) -> None:
    answer = page(f"/people/{home.head_id}/reveal/", data, HX_Request="true")
    assert answer.status_code == 422
    assert home.head.resident_id not in text(answer)
    assert not AuditEvent.objects.filter(action="person.reveal").exists()


def test_a_liaison_may_not_reveal(home, staff_with, signed_in, as_web) -> None:
    someone = staff_with(Role.LIAISON_DISABLED)
    with as_web(someone):
        answer = signed_in(someone).post(f"/people/{home.head_id}/reveal/", {"reason": "on_site"})
    assert answer.status_code == 403


def test_a_correction_is_shown_with_what_was_said_and_a_masked_number(home, clerk, page) -> None:
    person, old = home.head, home.head.resident_id
    new = draft(birth=date(1979, 1, 1)).resident_id
    actions.correct_person(
        person=person, version=person.version, reason="按户口簿更正", resident_id=new, by=clerk, on=DAY, at=at()
    )
    shown = text(page(f"/people/{person.pk}/"))
    assert "按户口簿更正" in shown
    assert old not in shown


def test_the_file_prints_as_pdf_and_the_print_is_recorded(home, page) -> None:
    answer = page(f"{address(home)}file.pdf")
    assert answer.content[:5] == b"%PDF-"
    assert AuditEvent.objects.filter(action="household.print", subject_id=str(home.pk)).exists()


def test_the_workbench_shows_own_places_and_what_was_opened(home, page) -> None:
    page(address(home))
    shown = text(page("/"))
    assert "我最近看过的档案" in shown
    assert home.number in shown


def test_the_workbench_asks_few_questions(home, page, django_assert_max_num_queries) -> None:
    page("/")
    with django_assert_max_num_queries(32):
        page("/")
