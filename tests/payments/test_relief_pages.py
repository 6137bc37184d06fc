"""The page of an emergency and the pages after it, as the people who use them press on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.payments.forms.relief import HelpForm
from doudi.payments.models import ReliefAsk, ReliefPayment, ReliefPlan, ReserveFund
from doudi.payments.queries.relief_lists import times
from tests.casework.world import a_household
from tests.conftest import FAR_VILLAGE, VILLAGE
from tests.documents.samples import PNG

from .relief_world import LIMIT, STANDARD, Town, a_town, an_emergency

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(staff_with: Callable[..., Staff]) -> Town:
    """遮放镇 with ten thousand yuan, today."""
    return a_town(staff_with, on=timezone.localdate() - timedelta(days=1))


def pressed(client, **changes):
    said = {
        "who": "赵启明", "place": VILLAGE, "what": "illness", "people_count": "1", "severity": "light",
        "amount_fen": f"{STANDARD}", "how": "cash", "sign_method": "typed", "sign_name": "赵启明", "parts": "1",
        "token": f"{uuid4()}",
    }  # fmt: skip
    return client.post("/payments/relief/", said | changes)


def test_one_press_registers_decides_pays_and_shows_the_receipt(town: Town, signed_in) -> None:
    client = signed_in(town.clerk)
    answer = pressed(client, photo=SimpleUploadedFile("现场.png", PNG))
    paid = ReliefPayment.objects.get()
    assert answer.headers["Location"] == f"/payments/relief/{paid.plan_id}/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "赵启明" in page
    assert "从接到求助到给钱 0 分钟" in page
    assert (paid.plan.application.stranger, paid.receiver) == ("赵启明", "赵启明")


def test_the_same_press_again_leads_to_the_same_receipt(town: Town, signed_in) -> None:
    client, token = signed_in(town.clerk), f"{uuid4()}"
    first, second = pressed(client, token=token), pressed(client, token=token)
    assert first.headers["Location"] == second.headers["Location"]
    assert town.left == 1_000_000 - STANDARD


def test_a_family_on_file_needs_no_place_and_no_name(town: Town, signed_in) -> None:
    home = a_household(town.clerk)
    pressed(signed_in(town.clerk), who=home.head.name, person=home.head_id, place="")
    paid = ReliefPayment.objects.get()
    assert (paid.plan.application.household, paid.receiver) == (home, "赵启明")
    assert paid.plan.division_code == home.division_code


def test_a_page_opened_from_a_household_begins_with_its_head(town: Town, signed_in) -> None:
    home = a_household(town.clerk)
    page = signed_in(town.clerk).get(f"/payments/relief/?household={home.number}").content.decode()
    assert f'name="person" value="{home.head_id}" checked' in page


def test_a_whole_number_finds_the_person_masked_and_chosen(town: Town, signed_in) -> None:
    home = a_household(town.clerk)
    number = str(home.head.resident_id)
    page = signed_in(town.clerk).post("/payments/relief/who/", {"who": number}).content.decode()
    assert f'value="{home.head_id}" checked' in page
    assert number not in page


def test_a_file_in_another_township_is_helped_here_and_linked(town: Town, staff_with, signed_in) -> None:
    other = staff_with(Role.TOWNSHIP_CLERK, FAR_VILLAGE[:9])
    home = a_household(other, place=FAR_VILLAGE)
    pressed(signed_in(town.clerk), who=str(home.head.resident_id), place=VILLAGE)
    case = ReliefPlan.objects.get().application
    assert [p.person_id for p in case.people.all()] == [home.head_id]
    assert str(home.head.resident_id) not in str(case.stranger)
    assert signed_in(town.clerk).get(f"/cases/{case.number}/").status_code == 200


def test_before_paying_the_page_says_what_the_county_gave_and_asks_why_again(town: Town, signed_in) -> None:
    home = a_household(town.clerk)
    an_emergency(town.clerk, household=home, on=timezone.localdate())
    client = signed_in(town.clerk)
    told = client.post("/payments/relief/told/", {"person": home.head_id, "severity": "light", "people_count": 1})
    assert "近 12 个月已给过临时救助，不妨碍这次救助" in told.content.decode()
    answer = pressed(client, who="x", person=home.head_id)
    assert "请写明再次救助的理由" in answer.content.decode()
    assert pressed(client, who="x", person=home.head_id, repeated_because="又一起").status_code == 302


def test_the_amounts_follow_the_people_and_the_fund_is_shown(town: Town, signed_in) -> None:
    said = {"severity": "light", "people_count": "5", "place": VILLAGE}
    told = signed_in(town.clerk).post("/payments/relief/told/", said).content.decode()
    assert 'value="372000"' in told
    assert f'data-limit="{LIMIT}"' in told
    assert "3,000.00 元以内，乡镇直接决定" in told
    assert "10,000<i>.00</i>" in told


def test_a_refused_page_keeps_what_was_typed_and_says_what_to_do(town: Town, signed_in) -> None:
    answer = pressed(signed_in(town.clerk), what="", amount_fen="", story="夜里失火")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "都不是就选" in page
    assert "夜里失火" in page
    assert "赵启明" in page


def test_above_the_limit_the_county_decides_on_its_page_and_the_township_pays(town: Town, signed_in) -> None:
    answer = pressed(signed_in(town.clerk), people_count="5", amount_fen=f"{LIMIT + 100}")
    ask = ReliefAsk.objects.get()
    assert answer.headers["Location"] == f"/payments/relief/asks/{ask.pk}/"
    assert "报市民政局审批" in signed_in(town.clerk).get(answer.headers["Location"]).content.decode()
    page = signed_in(town.reviewer).post(answer.headers["Location"], {"fen": "3001", "note": ""})
    assert page.status_code == 302
    plan = ReliefPlan.objects.get()
    said = {"how": "cash", "sign_method": "typed", "sign_name": "赵启明", "token": f"{uuid4()}"}
    assert signed_in(town.clerk).post(f"/payments/relief/{plan.pk}/pay/1/", said).status_code == 302
    assert ReliefPayment.objects.get().fen == LIMIT + 100


def test_the_township_sees_no_form_to_approve_its_own_request(town: Town, signed_in) -> None:
    pressed(signed_in(town.clerk), people_count="5", amount_fen=f"{LIMIT + 100}")
    where = f"/payments/relief/asks/{ReliefAsk.objects.get().pk}/"
    assert "批准金额" not in signed_in(town.clerk).get(where).content.decode()
    signed_in(town.clerk).post(where, {"fen": "3001", "note": ""})
    assert ReliefAsk.objects.get().state == "asked"


def test_a_visit_is_written_down_and_the_next_one_is_due(town: Town, signed_in) -> None:
    plan = an_emergency(town.clerk, on=timezone.localdate()).plan
    said = {"on": f"{timezone.localdate()}", "found": "仍在住院，要人照料", "still_needed": "more"}
    client = signed_in(town.clerk)
    assert client.post(f"/payments/relief/{plan.pk}/visit/", said).status_code == 422
    said["again_by"] = f"{timezone.localdate() + timedelta(days=7)}"
    assert client.post(f"/payments/relief/{plan.pk}/visit/", said).status_code == 302
    assert "仍在住院" in client.get(f"/payments/relief/{plan.pk}/").content.decode()


@pytest.mark.parametrize("view", ["", "?view=due", "?view=visit", "?view=all"])
def test_the_list_shows_what_is_due_to_pay_and_to_visit(town: Town, signed_in, view: str) -> None:
    an_emergency(town.clerk, on=timezone.localdate(), parts=2)
    page = signed_in(town.clerk).get(f"/payments/relief/list/{view}").content.decode()
    assert ("赵启明" in page) is (view != "?view=due")


def test_the_time_to_the_money_is_counted_and_few_are_not_told_apart(town: Town, signed_in, as_web) -> None:
    for _n in range(5):
        an_emergency(town.clerk, on=timezone.localdate())
    today = timezone.localdate()
    with as_web(town.clerk):
        rows, total = times(today - timedelta(days=1), today + timedelta(days=2))
        assert [(r.name, r.cases, r.median_minutes, r.percent) for r in rows] == [("遮放镇", 5, 60, 100)]
        assert total.longest_minutes == 60
    assert signed_in(town.clerk).get("/payments/relief/times/").status_code == 200


def test_a_page_without_a_fund_says_that_only_the_bank_is_left(staff_with, signed_in) -> None:
    clerk = staff_with(Role.TOWNSHIP_CLERK)
    assert "只能走银行代发" in signed_in(clerk).get("/payments/relief/").content.decode()
    assert pressed(signed_in(clerk), how="bank", sign_name="").status_code == 302
    assert ReserveFund.objects.count() == 0


def test_without_javascript_the_search_button_finds_and_pays_nothing(town: Town, signed_in) -> None:
    home = a_household(town.clerk)
    page = pressed(signed_in(town.clerk), who=home.head.name, find="1").content.decode()
    assert f'name="person" value="{home.head_id}"' in page
    assert ReliefPayment.objects.count() == 0


def test_the_call_is_the_opening_of_the_page_and_a_forged_one_is_now(town: Town) -> None:
    opened = timezone.now() - timedelta(minutes=7)
    form = HelpForm(HelpForm.fresh(opened), places=[])
    form.is_valid()
    assert form._heard(timezone.now()) == opened
    form.cleaned_data["heard"] = "2020-01-01"
    assert timezone.now() - form._heard(timezone.now()) < timedelta(minutes=1)
