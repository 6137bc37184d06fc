"""The lists: filters, order, pages by key, kept views, and the roster."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.accounts.roles import Role
from doudi.registry import actions
from doudi.registry.actions.kept_lists import keep_list, kept_lists
from doudi.registry.queries import households as query
from doudi.registry.queries.households import Wish
from tests.conftest import OTHER_VILLAGE
from tests.registry.world import DAY, a_household, at, draft, member, people_of

pytestmark = pytest.mark.django_db


def heads(wish: Wish, staff) -> list[str]:
    return [row.head for row in query.page(wish, staff=staff, on=DAY).rows]


@pytest.fixture
def three(clerk, staff_with):
    """An old couple on dibao, a family with a child, and somebody alone elsewhere in the township."""
    old = a_household(clerk, member(birth=date(1950, 1, 1)), head=draft("甲", birth=date(1948, 1, 1)))
    family = a_household(clerk, member("20", name="小乙", birth=date(2015, 1, 1)), member(), head=draft("乙"))
    alone = a_household(clerk, place=OTHER_VILLAGE, head=draft("丙"), on=date(2026, 11, 5))
    county = staff_with(Role.COUNTY_CLERK)
    common = {"department": "civil_affairs", "ground": "审核确认", "by": county, "on": DAY, "at": at()}
    actions.determine_status(
        household=old, category="dibao", starts_on=date(2026, 2, 1), review_by=date(2026, 8, 1), **common
    )
    return old, family, alone


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Wish(), ["甲", "乙", "丙"]),
        (Wish(place=OTHER_VILLAGE), ["丙"]),
        (Wish(category="dibao"), ["甲"]),
        (Wish(category="any"), ["甲"]),
        (Wish(category="none"), ["乙", "丙"]),
        (Wish(size="1"), ["丙"]),
        (Wish(size="2"), ["甲", "乙"]),
        (Wish(members="minor"), ["乙"]),
        (Wish(members="elder"), ["甲"]),
        (Wish(opened="month"), ["丙"]),
        (Wish(opened="year"), ["甲", "乙", "丙"]),
        (Wish(state="closed"), []),
        (Wish(order="-opened"), ["丙", "乙", "甲"]),
        (Wish(flaw="head_died"), []),
        (Wish(members="disabled"), []),
    ],
)
def test_a_filter_keeps_what_it_says(wish, expected, three, clerk) -> None:
    assert heads(wish, clerk) == expected


@pytest.mark.parametrize("order", ["place", "number", "opened", "-opened"])
def test_pages_by_key_show_every_household_once(order, three, clerk) -> None:
    seen, after = [], ""
    for _page in range(3):
        page = query.page(Wish(order=order, after=after), staff=clerk, on=DAY, size=1)
        seen += [row.head for row in page.rows]
        after = page.next_key
    assert sorted(seen) == ["丙", "乙", "甲"]
    assert after == ""


@pytest.mark.parametrize("after", ["~", "x~y", "\x00~1", "2026-13-01~5", "2026-01-01~9999999999999999999999", "5331~"])
@pytest.mark.parametrize("order", ["place", "number", "opened", "-opened"])
def test_a_key_that_makes_no_sense_breaks_nothing(order, after, three, clerk) -> None:
    query.page(Wish(order=order, after=after), staff=clerk, on=DAY)


def test_somebody_disabled_in_the_family_is_found_only_by_those_who_may_know(three, clerk, staff_with) -> None:
    head = people_of(three[1])[0]
    common = {"starts_on": DAY, "by": clerk, "on": DAY, "at": at()}
    actions.record_certificate(person=head, kind="disability", code="4", grade=1, source="disabled", **common)
    assert heads(Wish(members="disabled"), clerk) == ["乙"]
    assert heads(Wish(members="disabled"), staff_with(Role.LIAISON_EDUCATION)) == []


def test_households_of_other_townships_are_not_listed(three, far_home, page) -> None:
    shown = page("/households/").content.decode()
    assert "丙" in shown
    assert far_home.number not in shown


def test_filtered_to_nothing_names_the_filters_and_offers_to_drop_each(three, page) -> None:
    shown = page("/households/?members=minor&category=dibao").content.decode()
    assert "没有符合条件的家庭" in shown
    assert "去掉“有未成年人”再看" in shown


@pytest.mark.parametrize(
    "query_string", ["place=abc", "category=x", "size=99", "order=;", "after=%00", "place=%F0%9F%98%80"]
)
def test_nonsense_in_the_address_is_ignored(query_string, three, page) -> None:
    assert page(f"/households/?{query_string}").status_code == 200
    assert page(f"/roster/?{query_string}").status_code == 200


def test_a_list_can_be_kept_under_a_name_and_dropped(three, clerk, page) -> None:
    page("/households/views/", {"name": "要看的", "query": "members=minor&page=3&evil=1"})
    clerk.refresh_from_db()
    assert kept_lists(clerk) == [{"name": "要看的", "query": "members=minor"}]
    page("/households/views/", {"name": "要看的", "drop": "1"})
    clerk.refresh_from_db()
    assert kept_lists(clerk) == []


@pytest.mark.parametrize("name", ["", " ", "x" * 13, "a\x00"])
def test_a_name_that_cannot_be_shown_is_refused(name, clerk) -> None:
    with pytest.raises(actions.Refused):
        keep_list(name=name, query="", by=clerk)


def test_the_roster_shows_who_is_in_a_category_and_whose_review_is_late(three, page) -> None:
    shown = page("/roster/?category=dibao&due=1").content.decode()
    assert "甲" in shown
    assert "复核逾期" in shown


def test_an_empty_category_says_so(three, page) -> None:
    assert "没有" in page("/roster/?category=tekun").content.decode()


def test_a_list_costs_the_same_for_one_row_and_for_thirty(three, clerk, page, django_assert_max_num_queries) -> None:
    for n in range(20):
        a_household(clerk, head=draft(f"丁{'一二三四五六七八九十'[n % 10]}"))
    page("/households/")
    with django_assert_max_num_queries(21):
        page("/households/")
    with django_assert_max_num_queries(20):
        page("/roster/")
