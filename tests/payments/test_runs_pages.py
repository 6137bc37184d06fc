"""The pages of runs: who sees what, what is pressed, what goes on paper."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.audit.models import AuditEvent
from doudi.payments.actions import runs
from doudi.payments.kinds import LineState, RunState
from doudi.payments.models import PaymentRun
from doudi.registry.models import Person
from tests.awards.world import granted, individual_of, top_up
from tests.conftest import FAR_VILLAGE
from tests.registry.world import people_of

from .runs_world import People, a_card, a_county, a_draft, a_family, lines_of, locked, on_dibao
from .world import NOVEMBER, at

NOON = at(NOVEMBER)


@pytest.fixture
def run(people: People) -> PaymentRun:
    """A draft: one family ready, one without an account."""
    a_county(people)
    on_dibao(people), on_dibao(people, card=False)
    return a_draft(people)


def text(client: Any, address: str) -> str:
    """The words of a page that opens."""
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def test_the_list_says_that_there_is_none(people: People, signed_in: Callable) -> None:
    assert "还没有发放批次" in text(signed_in(people.checker), "/payments/runs/")


def test_the_list_shows_number_state_and_the_pay_by_day(run: PaymentRun, people: People, signed_in: Callable) -> None:
    page = text(signed_in(people.maker), "/payments/runs/")
    assert all(word in page for word in (run.number, "制单中", "1,200", "11月10日", "待当地确认"))


def test_the_maker_begins_a_run_from_the_list(people: People, signed_in: Callable) -> None:
    a_county(people)
    month = max(timezone.localdate().replace(day=1), NOVEMBER)
    response = signed_in(people.maker).post("/payments/runs/", {"month": f"{month:%Y-%m}"})
    assert response.status_code == 302
    assert PaymentRun.objects.get().month == month


def test_a_month_that_is_refused_says_why_beside_the_field(people: People, signed_in: Callable) -> None:
    a_county(people)
    response = signed_in(people.maker).post("/payments/runs/", {"month": "2026-10"})
    assert response.status_code == 422
    assert "原系统" in response.content.decode()


def test_a_draft_opens_where_something_waits(run: PaymentRun, people: People, signed_in: Callable) -> None:
    page = text(signed_in(people.maker), f"/payments/runs/{run.pk}/")
    assert all(
        word in page for word in ("没有登记银行账户", "登记社保卡", "提交复核", "重新生成", "控制总数", "按乡镇看")
    )


def test_nobody_is_offered_what_is_not_theirs_to_do(run: PaymentRun, people: People, signed_in: Callable) -> None:
    page = text(signed_in(people.finance), f"/payments/runs/{run.pk}/")
    assert not [word for word in ("提交复核", "复核无误", "审签并锁定", "作废") if word in page]


def test_three_people_press_their_buttons(run: PaymentRun, people: People, signed_in: Callable) -> None:
    for by, act, more in (
        (people.maker, "submit", {"leaving_held": "等开户"}), (people.checker, "check", {}),
        (people.finance, "approve", {}),
    ):  # fmt: skip
        run.refresh_from_db()
        response = signed_in(by).post(f"/payments/runs/{run.pk}/{act}/", {"version": run.version, **more})
        assert response.status_code == 302
    assert runs.finish_jobs(PaymentRun.objects.get(), NOON).state == RunState.LOCKED


def test_what_is_refused_is_told_on_the_page(run: PaymentRun, people: People, signed_in: Callable) -> None:
    response = signed_in(people.maker).post(f"/payments/runs/{run.pk}/submit/", {"version": run.version})
    assert response.status_code == 422
    assert "还有 1 笔暂缓" in response.content.decode()


def test_an_old_page_is_told_that_somebody_was_faster(run: PaymentRun, people: People, signed_in: Callable) -> None:
    response = signed_in(people.maker).post(f"/payments/runs/{run.pk}/check_again/", {"version": run.version - 1})
    assert response.status_code == 422
    assert "刚被他人处理过" in response.content.decode()


def test_who_has_checked_is_refused_by_the_action_even_if_the_form_is_sent(
    run: PaymentRun, people: People, signed_in: Callable
) -> None:
    response = signed_in(people.checker).post(f"/payments/runs/{run.pk}/approve/", {"version": run.version})
    assert response.status_code == 403
    assert PaymentRun.objects.get().state == RunState.DRAFT


def test_a_line_tells_its_why_and_opening_it_is_recorded(run: PaymentRun, people: People, signed_in: Callable) -> None:
    line = lines_of(run, LineState.READY)[0]
    page = text(signed_in(people.checker), f"/payments/runs/lines/{line.pk}/")
    assert all(word in page for word in ("按家庭收入与标准的差额", "600", "农村信用社", "没有发现问题"))
    assert AuditEvent.objects.filter(action="payment_line.viewed", subject_id=str(line.pk)).exists()


def test_what_tells_of_health_is_not_told_to_the_money_people(people: People, signed_in: Callable) -> None:
    a_county(people)
    home = a_family(people)
    from tests.awards.world import dibao_of, granted

    sick = top_up(people_of(home)[1].pk, reason="severely_ill")
    granted(people.reviewer, dibao_of(home, sick), on=NOVEMBER.replace(month=10, day=27))
    (line,) = lines_of(a_draft(people))
    page = text(signed_in(people.maker), f"/payments/runs/lines/{line.pk}/")
    assert "重病" not in page
    assert "按您的角色不显示" in page


def test_a_hold_is_released_on_the_line(run: PaymentRun, people: People, signed_in: Callable) -> None:
    line = lines_of(run, LineState.READY)[0]
    client = signed_in(people.maker)
    client.post(f"/payments/runs/lines/{line.pk}/hold/", {"because": "村里反映外迁"})
    hold = line.holds.get()
    assert client.post(f"/payments/runs/holds/{hold.pk}/release/", {"because": "已核实在家"}).status_code == 302
    line.refresh_from_db()
    assert line.state == LineState.READY


def test_a_line_is_left_out_and_taken_back(run: PaymentRun, people: People, signed_in: Callable) -> None:
    line = lines_of(run, LineState.READY)[0]
    client, address = signed_in(people.maker), f"/payments/runs/lines/{line.pk}"
    client.post(f"{address}/drop/", {"because": "待核实", "afterwards": "later"})
    assert "待核实" in text(client, f"/payments/runs/{run.pk}/?view=out")
    assert client.post(f"{address}/take_back/").status_code == 302
    assert len(lines_of(run, LineState.READY)) == 1


def test_another_township_finds_no_lines(
    run: PaymentRun, staff_with: Callable[..., Staff], signed_in: Callable
) -> None:
    far = staff_with(Role.TOWNSHIP_CLERK, FAR_VILLAGE[:9])
    page = text(signed_in(far), f"/payments/runs/{run.pk}/")
    assert "岳勒旺" not in page
    assert signed_in(far).get(f"/payments/runs/lines/{lines_of(run)[0].pk}/").status_code == 404


def test_the_line_of_one_person_is_found_by_their_name_and_by_the_heads(people: People, signed_in: Callable) -> None:
    a_county(people)
    home = a_family(people)
    head, other = people_of(home)
    Person.objects.filter(pk=head.pk).update(name="尹加旺")
    Person.objects.filter(pk=other.pk).update(name="尹小团")
    a_card(other)
    granted(people.reviewer, individual_of(home, other.pk), on=date(2026, 10, 27))
    draft = a_draft(people)
    for name in ("尹小团", "加旺"):
        assert "尹小团" in text(signed_in(people.maker), f"/payments/runs/{draft.pk}/?view=all&name={name}")
    assert "尹小团" not in text(signed_in(people.maker), f"/payments/runs/{draft.pk}/?view=all&name=线")


@pytest.mark.parametrize(("query", "found"), [("name=岳", 2), ("name=王", 0), ("programme=tekun", 0)])
def test_filters_narrow_the_lines(run: PaymentRun, people: People, signed_in: Callable, query: str, found: int) -> None:
    page = text(signed_in(people.maker), f"/payments/runs/{run.pk}/?view=all&{query}")
    assert page.count("/payments/runs/lines/") == found


def test_who_died_is_found_under_what_waits(run: PaymentRun, people: People, signed_in: Callable) -> None:
    line = lines_of(run, LineState.READY)[0]
    Person.objects.filter(pk=line.household.head_id).update(death_date=NOVEMBER)  # type: ignore[union-attr]
    runs.check_again(run=run, by=people.maker, at=NOON)
    page = text(signed_in(people.maker), f"/payments/runs/{run.pk}/?view=held&reason=death")
    assert page.count("有人已去世") == 1


def test_the_workbook_has_every_line_and_the_total(run: PaymentRun, people: People, signed_in: Callable) -> None:
    response = signed_in(people.maker).get(f"/payments/runs/{run.pk}/list.xlsx")
    sheet = zipfile.ZipFile(io.BytesIO(response.content)).read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("岳勒旺") == 2
    assert sheet.rindex("<v>1200</v>") > sheet.index("合计")


def test_the_list_on_paper_is_a_pdf(run: PaymentRun, people: People, signed_in: Callable) -> None:
    locked(people, run)
    response = signed_in(people.finance).get(f"/payments/runs/{run.pk}/list.pdf")
    assert response.content.startswith(b"%PDF")
    assert AuditEvent.objects.filter(action="run.exported").count() == 1
