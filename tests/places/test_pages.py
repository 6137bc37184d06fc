"""The pages of divisions and holidays."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from doudi.accounts.roles import Role
from doudi.places import queries
from doudi.places.models import Division, DivisionVersion, LocalHoliday
from doudi.places.urls import urlpatterns
from tests.conftest import VILLAGE

pytestmark = pytest.mark.django_db
TOWNSHIP = VILLAGE[:9]


@pytest.fixture
def admin_client(signed_in, staff_with):
    """The system administrator at work."""
    DivisionVersion.objects.bulk_create(
        DivisionVersion(division=d, name=d.name, residence_class=d.residence_class, starts_on=date(2011, 1, 1))
        for d in Division.objects.all()
    )
    return signed_in(staff_with(Role.SYSTEM_ADMIN))


@pytest.fixture(autouse=True)
def _world(divisions) -> None:
    """Every page needs the divisions."""


def post(client, page: str, /, *args: object, **form: str):
    return client.post(reverse(f"places:{page}", args=args), form)


def test_the_tree_shows_townships_villages_and_their_class(signed_in, clerk) -> None:
    page = signed_in(clerk).get(reverse("places:tree")).text
    assert all(words in page for words in ("遮放镇", "弄恩村", "农村", "3 个村社区"))


def test_a_rename_from_its_page(admin_client) -> None:
    done = post(
        admin_client, "rename", VILLAGE, name="弄恩社区", short_name="弄恩社区", starts_on="2026-06-01", source="批复"
    )
    assert done.status_code == 302
    assert "弄恩社区" in admin_client.get(reverse("places:place", args=[VILLAGE])).text


def test_a_refused_change_keeps_what_was_typed(admin_client) -> None:
    again = post(
        admin_client, "rename", VILLAGE, name="弄恩社区", short_name="弄恩", starts_on="2999-01-01", source="批复"
    )
    assert again.status_code == 422
    assert "弄恩社区" in again.text


def test_a_new_village_lies_below_its_township(admin_client) -> None:
    form = {"name": "新村民委员会", "short_name": "新村", "starts_on": "2026-06-01", "source": "批复"}
    form |= {"residence_class": "rural", "letters": ""}
    assert post(admin_client, "open_below", TOWNSHIP, code="533103103299", **form).status_code == 422
    assert post(admin_client, "open_below", TOWNSHIP, code=f"{TOWNSHIP}299", **form).status_code == 302


def test_a_closed_village_cannot_be_changed_any_more(admin_client) -> None:
    assert post(admin_client, "close", VILLAGE, ends_on="2026-06-01", source="批复").status_code == 302
    page = admin_client.get(reverse("places:place", args=[VILLAGE]))
    assert page.context["forms"] == {}


def test_a_missing_next_year_is_said_loudly(admin_client, monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date(2026, 11, 23))
    assert "尚未录入 2027 年" in admin_client.get(reverse("places:holidays")).text
    assert "尚未录入 2027 年" in admin_client.get("/").text


def test_entering_next_year_ends_the_warning(admin_client) -> None:
    form = {"notice": "国办通知", "off": "2027-01-01 2027-01-03 元旦\n2027-04-05 清明节", "work": "2027-02-20 春节"}
    assert post(admin_client, "enter_year", year="2027", **form).status_code == 302
    calendar = queries.calendar_for()
    assert calendar.is_workday(date(2027, 2, 20))
    assert not calendar.is_workday(date(2027, 4, 5))


@pytest.mark.parametrize(
    ("off", "why"),
    [
        ("元旦", "第 1 行"),
        ("\n2027-02-30 x", "第 2 行"),
        ("2027-01-03 2027-01-01 元旦", "第 1 行"),
        ("2031-01-01 x", "核对年份"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(admin_client, off, why) -> None:
    answer = post(admin_client, "enter_year", year="2027", notice="国办通知", off=off)
    assert answer.status_code == 422
    assert why in answer.text


def test_a_local_holiday_is_entered_and_taken_back(admin_client) -> None:
    post(admin_client, "holidays", day="2027-04-12", name="泼水节", source="州政府通知")
    holiday = LocalHoliday.objects.get()
    assert holiday.area_code == "533103"
    post(admin_client, "remove_holiday", holiday.pk)
    assert not LocalHoliday.objects.exists()


def test_a_clerk_reads_the_calendar_but_cannot_change_it(signed_in, clerk) -> None:
    client = signed_in(clerk)
    assert client.get(reverse("places:holidays")).status_code == 200
    assert post(client, "holidays", day="2027-04-12", name="泼水节", source="x").status_code == 403


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEADER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_every_page_answers_a_role_whatever_it_may(role, signed_in, staff_with) -> None:
    client = signed_in(staff_with(role))
    for pattern in urlpatterns:
        wanted = {k: v for k, v in {"code": TOWNSHIP, "pk": 1}.items() if k in pattern.pattern.converters}
        address = reverse(f"places:{pattern.name}", kwargs=wanted)
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code in (200, 302, 403, 404, 405, 422), address
