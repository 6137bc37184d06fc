"""The pages of the price subsidy, as each role sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from doudi.accounts.models import Staff
from doudi.awards import actions as awards
from doudi.payments.actions.subsidy_index import load_history
from doudi.payments.models import IndexRelease, PaymentRun
from doudi.payments.queries.subsidy_index import Level
from doudi.payments.queries.subsidy_months import Month, State, months, open_months, the_month
from doudi.payments.views.subsidy_panel import on_workbench
from tests.awards.world import why

from .runs_world import People
from .subsidy_world import NOVEMBER, PAID, SOURCE, a_locked_list, confirmed, dibao, entered, family
from .world import COUNTY, DAY, at

LATE = date(2027, 1, 12)
SignIn = Callable[[Staff], Any]


@pytest.fixture(autouse=True)
def december(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today is the 14th of December 2026."""
    real = timezone.localdate
    monkeypatch.setattr(timezone, "localdate", lambda value=None, tz=None: real(value, tz) if value else PAID)


def page(signed_in: SignIn, staff: Staff, address: str, **said: Any) -> str:
    """What a page says to somebody."""
    answer = signed_in(staff).get(f"/payments/subsidy/{address}", said)
    assert answer.status_code == 200
    return str(answer.content.decode())


def november(today: date = PAID) -> Month:
    """How November stands."""
    found = the_month(COUNTY, NOVEMBER, today)
    assert found is not None
    return found


def test_the_months_since_2019_are_listed_with_what_follows(county: People, signed_in: SignIn) -> None:
    load_history(county=COUNTY, at=at(DAY))
    text = page(signed_in, county.maker, "", view="all")
    assert (text.count("/payments/subsidy/20"), "2019-01" in text, "/subsidy/2026-12/" in text) == (95, True, False)
    text = page(signed_in, county.maker, "", view="reached")
    assert (text.count("全国指数达到启动线"), "达到，待启动" in text) == (23, True)


def test_a_month_that_is_not_triggered_shows_the_index_against_the_line(
    people: People, county_clerk: Staff, signed_in: SignIn
) -> None:
    load_history(county=COUNTY, at=at(DAY))
    confirmed(people, county_clerk, 31, 59)
    confirmed(people, county_clerk, 20, 30, month=date(2026, 10, 1), released_on=date(2026, 11, 10))
    text = page(signed_in, people.clerk, "2026-11/")
    short = ("低 0.4 个百分点，未达到", "低 0.1 个百分点，未达到")
    for said in ("没有达到启动条件，不发放", *short, "<svg", "看数据表", "《2021年价格联动通知》"):
        assert said in text
    assert "启动测算" not in text


def test_a_triggered_month_shows_the_proof_and_the_sums_and_the_maker_begins_the_list(
    county: People, signed_in: SignIn
) -> None:
    dibao(county, family(county))
    text = page(signed_in, county.maker, "2026-11/")
    proof = ("食品价格同比 6.1%，达到 6.0% 的启动线", "两项都达到，按较高的一项计算")
    for said in (*proof, "遮放镇", "剩 13 个工作日", "2027 年节假日安排还没有录入", "启动测算"):
        assert said in text
    answer = signed_in(county.maker).post("/payments/subsidy/2026-11/start/")
    assert (answer.status_code, PaymentRun.objects.get().kind) == (302, "price_subsidy")
    assert "启动测算" not in page(signed_in, county.maker, "2026-11/")


def test_a_township_sees_the_proof_without_the_sums(county: People, signed_in: SignIn) -> None:
    dibao(county, family(county))
    text = page(signed_in, county.clerk, "2026-11/")
    assert "达到 6.0% 的启动线" in text
    assert "按乡镇" not in text
    assert signed_in(county.clerk).post("/payments/subsidy/2026-11/start/").status_code == 403


def test_an_index_is_entered_confirmed_and_corrected_on_its_pages(
    people: People, county_clerk: Staff, signed_in: SignIn
) -> None:
    said = {
        "month": "2026-11", "level": "prefecture", "cpi": "3.5", "food_cpi": "−0.3", "released_on": "2026-12-10",
        "source": SOURCE,
    }  # fmt: skip
    assert signed_in(county_clerk).post("/payments/subsidy/enter/", said).status_code == 302
    row = IndexRelease.objects.get()
    assert (row.cpi, row.food_cpi, november().state) == (35, -3, State.UNCONFIRMED)
    assert "与出处核对无误，复核" in page(signed_in, people.reviewer, "2026-11/")
    assert signed_in(people.reviewer).post(f"/payments/subsidy/index/{row.pk}/confirm/").status_code == 302
    said |= {"cpi": "3.4", "because": "小数点"}
    assert signed_in(county_clerk).post(f"/payments/subsidy/index/{row.pk}/correct/", said).status_code == 302
    assert (IndexRelease.objects.count(), november().state) == (2, State.UNCONFIRMED)
    assert "已被更正" in page(signed_in, people.reviewer, "2026-11/")


def test_a_form_that_is_refused_keeps_what_was_typed_and_says_why(county_clerk: Staff, signed_in: SignIn) -> None:
    said = {"month": "2026-13", "level": "prefecture", "cpi": "3.55", "released_on": "2026-12-10", "source": "某通报"}
    answer = signed_in(county_clerk).post("/payments/subsidy/enter/", said)
    text = answer.content.decode()
    assert answer.status_code == 422
    for told in ("月份写成 2026-11 这样", "最多一位小数", "某通报", "3.55"):
        assert told in text


def test_a_file_is_shown_first_and_entered_as_it_was_shown(county_clerk: Staff, signed_in: SignIn) -> None:
    client = signed_in(county_clerk)
    table = "月份,居民消费价格,食品价格,公布日期\n2026-11,3.6,6.1,2026-12-10\n"
    said = {"level": "prefecture", "source": SOURCE, "file": SimpleUploadedFile("a.csv", table.encode())}
    text = client.post("/payments/subsidy/import/", said).content.decode()
    assert ("录入 1 个月" in text, IndexRelease.objects.exists()) == (True, False)
    rows = text.split('name="rows" value="')[1].split('"')[0]
    assert client.post("/payments/subsidy/import/", {"rows": rows}).status_code == 302
    assert IndexRelease.objects.get().cpi == 36
    client.post("/payments/subsidy/import/", {"rows": rows + "x"})
    assert IndexRelease.objects.count() == 1


def test_a_bad_file_is_shown_with_its_rows_and_no_button(county_clerk: Staff, signed_in: SignIn) -> None:
    table = "月份,居民消费价格,食品价格,公布日期\n2026-11,3.66,6.1,2026-12-10\n"
    said = {"level": "prefecture", "source": SOURCE, "file": SimpleUploadedFile("a.csv", table.encode())}
    answer = signed_in(county_clerk).post("/payments/subsidy/import/", said)
    text = answer.content.decode()
    assert (answer.status_code, "1 行要改" in text, 'name="rows"' in text) == (422, True, False)


def test_what_is_different_since_is_shown_with_names(county: People, signed_in: SignIn) -> None:
    dibao(county, family(county))
    a_locked_list(county)
    dibao(county, family(county), date(2026, 10, 30))
    text = page(signed_in, county.maker, "2026-11/")
    for said in ("应补 2 人", "漏发", "启动补发"):
        assert said in text


def test_without_the_prefectures_index_the_page_asks_for_consent(
    county: People, county_clerk: Staff, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    december = date(2026, 12, 1)
    confirmed(county, county_clerk, 40, 70, month=december, level=Level.PROVINCE, released_on=date(2027, 1, 11))
    monkeypatch.setattr(timezone, "localdate", lambda value=None, tz=None: LATE)
    dibao(county, family(county))
    text = page(signed_in, county.maker, "2026-12/")
    assert "这个月没有州级指数，同意按省级指数计算" in text
    answer = signed_in(county.maker).post("/payments/subsidy/2026-12/start/")
    assert (answer.status_code, PaymentRun.objects.exists()) == (422, False)


def test_a_month_that_was_paid_elsewhere_has_no_clock(people: People, county_clerk: Staff) -> None:
    confirmed(people, county_clerk)
    found = november()
    assert (found.state, found.clock, open_months(COUNTY, PAID)) == (State.ELSEWHERE, None, [])


def test_the_clock_runs_until_the_bank_has_it_and_then_is_late(county: People) -> None:
    dibao(county, family(county))
    assert (november().is_late, november(LATE).is_late) == (False, True)
    (open_,) = open_months(COUNTY, LATE)
    assert open_.month == NOVEMBER
    a_locked_list(county)
    assert (november().state, november(LATE).is_late) == (State.RUNNING, True)


def test_the_workbench_shows_clocks_and_what_waits_to_whoever_decides_or_pays(
    county: People, county_clerk: Staff, staff_with: Callable[..., Staff]
) -> None:
    entered(county_clerk, month=date(2026, 10, 1), released_on=date(2026, 11, 10))
    told = on_workbench(county.reviewer, at(PAID))
    assert told is not None
    assert ([row.month for row in told["due"]], len(told["waiting"]), told["urgent"]) == ([NOVEMBER], 1, 1)
    assert on_workbench(county.maker, at(PAID)) is not None
    assert on_workbench(county.clerk, at(PAID)) is None


def test_the_workbench_stays_quiet_where_nothing_is_due(people: People, signed_in: SignIn) -> None:
    assert on_workbench(people.maker, at(PAID)) is None
    assert "价格补贴联动" in signed_in(people.maker).get("/").content.decode()


def test_a_clock_that_has_run_out_is_urgent_and_named(county: People, signed_in: SignIn) -> None:
    told = on_workbench(county.maker, at(LATE))
    assert told is not None
    assert told["urgent"] == 1


def test_the_list_takes_as_many_questions_for_a_hundred_months_as_for_one(
    county: People, django_assert_max_num_queries: Any
) -> None:
    load_history(county=COUNTY, at=at(DAY))
    with django_assert_max_num_queries(12):
        assert len(months(COUNTY, PAID)) == 95


@pytest.mark.parametrize("address", ["2026-99/", "2018-12/", "2026-12/", "abc/"])
def test_a_month_that_is_none_is_not_found(people: People, signed_in: SignIn, address: str) -> None:
    assert signed_in(people.maker).get(f"/payments/subsidy/{address}").status_code == 404


def test_who_was_paid_too_much_has_a_door_to_the_recovery(county: People, signed_in: SignIn) -> None:
    home, other = family(county), family(county)
    award = dibao(county, home)
    dibao(county, other)
    a_locked_list(county)
    said = {"by": county.reviewer, "on": LATE, "at": at(LATE)}
    awards.end(award=award, from_month=NOVEMBER, why=why("circumstances"), **said)
    asked = f"/payments/recoveries/new/{home.number}/?programme=price_subsidy&amp;months=2026-11%2035.00"
    assert asked in page(signed_in, county.maker, "2026-11/")
    assert asked not in page(signed_in, county.reviewer, "2026-11/")
    form = signed_in(county.maker).get(asked.replace("&amp;", "&")).content.decode()
    assert 'value="price_subsidy" selected' in form
    assert "2026-11 35.00" in form
