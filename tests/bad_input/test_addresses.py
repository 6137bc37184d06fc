"""Addresses that nobody was given: not found in words, never broken."""

from __future__ import annotations

import pytest

from tests.access.world import fingerprint

pytestmark = pytest.mark.django_db
HUGE = "9" * 25


@pytest.mark.parametrize(
    "address",
    [
        f"/people/{HUGE}/", f"/people/{'9' * 5000}/", "/people/-1/", "/people/1.5/", "/people/abc/", "/people/%00/",
        "/people/%EF%BC%91/", f"/people/{HUGE}/merge/", f"/people/{HUGE}/reveal/", "/households/%00/",
        "/households/MS-ZF-%00/", "/households/%ED%A0%80/", f"/households/{'A' * 21}/", "/households/../../etc/passwd",
        "/households/MS-ZF-000001'--/", f"/households/import/{HUGE}/", f"/jobs/{HUGE}/", f"/jobs/{HUGE}/files/{HUGE}/",
        f"/documents/{HUGE}/", f"/documents/add/household/{HUGE}/", "/documents/add/household/abc/",
        "/documents/add/nothing/1/", "/places/5331031/", "/places/999999999999/", f"/memberships/{HUGE}/",
        f"/statuses/{HUGE}/end/", f"/documents/verify/h/MS-1/20269999999999/{HUGE}/x/", "/%FF%FE/", "/\U0001f600/",
    ],
)  # fmt: skip
def test_an_address_that_names_nothing_is_not_found(address, home, page) -> None:
    before = fingerprint()
    answer = page(address)
    assert answer.status_code in (403, 404)
    assert "<h1" in answer.content.decode()
    assert fingerprint() == before


@pytest.mark.parametrize(
    "query", ["q=" + "长" * 5000, "q=%00", "q=%ED%A0%80", "q=%25%27--", "q=" + "9" * 400, "q=\U0001f600", "q=%E2%80%AE"]
)
def test_a_search_for_nonsense_finds_nobody_and_says_so(query, home, page) -> None:
    answer = page(f"/search/?{query}")
    assert answer.status_code == 200
    assert home.head.name not in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "after=%00~1", "after=x", "after=2026-02-30~1&order=-opened", f"after=a~{HUGE}&order=opened",
        f"after={'x' * 3000}", "place=%00", "place=999999999999", "place=53310310220%D9%A1", "category=%27",
        "page=-1", "size=99", "order=name;--",
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["/households/", "/roster/"])
def test_a_filter_or_cursor_that_makes_no_sense_is_as_if_absent(where, query, home, page) -> None:
    assert page(f"{where}?{query}").status_code == 200


@pytest.mark.parametrize(
    "query",
    ["day=2026-02-30", "staff_id=x", f"staff_id={HUGE}", "place=abc", f"before={HUGE}", "day=9999-12-31", "action=%00"],
)
def test_the_log_says_which_filter_it_cannot_read(query, divisions, staff_with, signed_in) -> None:
    from doudi.accounts.roles import Role

    answer = signed_in(staff_with(Role.AUDIT_ADMIN)).get(f"/audit/?{query}")
    assert answer.status_code == 422
    assert (
        signed_in(staff_with(Role.AUDIT_ADMIN, username="second")).get(f"/audit/events.csv?{query}").status_code < 500
    )
