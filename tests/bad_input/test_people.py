"""People entered wrongly: the answer names the field and what to do, keeps what was typed, and saves nothing."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.accounts.roles import Role
from doudi.registry.models import Household, Person
from tests.access.world import fingerprint
from tests.conftest import FAR_VILLAGE, OTHER_VILLAGE, VILLAGE
from tests.registry.world import DAY, number, people_of

pytestmark = pytest.mark.django_db
NEW = "/households/new/"


@pytest.fixture(autouse=True)
def _today(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *a, **k: DAY)


def said(**changes: str) -> dict[str, str]:
    """A new household as the form sends it."""
    return {
        "division_code": VILLAGE,
        "address": "三组",
        "name": "排志明",
        "resident_id": number(),
        "on": str(DAY),
    } | changes


def refused(page, where: str, data: dict) -> str:
    """The page of the refusal, after which every table is as it was."""
    before = fingerprint()
    answer = page(where, data)
    assert answer.status_code == 422
    assert fingerprint() == before
    return answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("resident_id", "533103199901010011", "校验"),
        ("resident_id", "53310319990230001X", "日期"),
        ("resident_id", "12345", "位"),
        ("division_code", "", "请选择"),
        ("division_code", "533103", "请从列表中选择"),
        ("division_code", "533103102999", "请从列表中选择"),
        ("division_code", FAR_VILLAGE, "请从列表中选择"),
        ("name", "", "要填"),
        ("name", "岳😀", "表情"),
        ("name", "岳\x00勒", "控制字符"),
        ("name", "=cmd()", "不能用的字符"),
        ("name", "岳\ue000", "自造字"),
        ("name", "岳" * 61, "过长"),
        ("address", "三组\x07", "控制字符"),
        ("address", "组" * 601, "最多"),
        ("on", "2026-02-30", "日期"),
        ("on", "2999-01-01", "晚于今天"),
        ("phone", "12", "电话"),
    ],
)
def test_a_wrong_field_is_named_with_what_to_do(field, value, words, divisions, page) -> None:
    shown = refused(page, NEW, said(**{field: value}))
    assert f'href="#id_{field}"' in shown
    assert words in shown.split('id="errors"')[1].split("</ul>")[0]


def test_what_was_typed_stays(divisions, page) -> None:
    shown = refused(page, NEW, said(resident_id="533103199901010011", address="弄恩三组 7 号"))
    for kept in ("排志明", "533103199901010011", "弄恩三组 7 号"):
        assert f'value="{kept}"' in shown


def test_somebody_born_tomorrow_is_refused(divisions, page) -> None:
    shown = refused(page, NEW, said(resident_id="", birth_date="2026-11-24", sex="1"))
    assert "出生日期晚于" in shown
    assert "出生日期" in refused(page, NEW, said(resident_id=number(date(2026, 12, 1))))


@pytest.mark.parametrize("name", ["岳𬭚", "罕·相", "阿·布都·热西提", "𮧵小妹", "㑇明", "ᥖᥭ"])
def test_names_of_all_peoples_are_kept_to_the_last_character(name, divisions, page) -> None:
    assert page(NEW, said(name=name)).status_code == 302
    assert name in page(f"/households/{Household.objects.get().number}/").content.decode()


def test_an_address_that_looks_like_markup_is_text(divisions, page) -> None:
    page(NEW, said(address="<script>alert(1)</script>"))
    shown = page(f"/households/{Household.objects.get().number}/").content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


def test_somebody_of_this_township_already_in_a_household_is_named_with_it(home, page) -> None:
    shown = refused(page, NEW, said(resident_id=home.head.resident_id, name=home.head.name))
    assert home.number in shown
    assert "不要重复登记" in shown


def test_of_somebody_in_another_township_nothing_personal_is_told(far_home, page) -> None:
    shown = refused(page, NEW, said(resident_id=far_home.head.resident_id, name="孔腊保"))
    assert "已在其他乡镇登记" in shown
    for secret in (far_home.number, far_home.head.name, "勐戛"):
        assert secret not in shown


def test_a_person_cannot_join_two_households(home, clerk, page) -> None:
    wife = people_of(home)[1]
    other = Household.objects.get(number=_registered(page, said()))
    where = f"/households/{other.number}/members/"
    answer = refused(
        page, where, {"name": wife.name, "resident_id": wife.resident_id, "relation": "12", "on": str(DAY)}
    )
    assert home.number in answer


@pytest.mark.parametrize("changes", [{}, {"resident_id": "", "birth_date": "1980-01-01", "sex": "1"}])
def test_the_same_form_sent_twice_registers_once(changes, divisions, page) -> None:
    form = said(**changes)
    first, second = page(NEW, form), page(NEW, form)
    assert first.status_code == 302
    assert second.status_code == 422
    assert Household.objects.count() == Person.objects.count() == 1


def test_the_same_new_member_sent_twice_joins_once(home, page) -> None:
    form = {"name": "岳小北", "birth_date": "2026-11-01", "sex": "1", "relation": "20", "on": str(DAY)}
    answers = [page(f"/households/{home.number}/members/", form).status_code for _ in range(2)]
    assert answers == [302, 422]
    assert Person.objects.filter(name="岳小北").count() == 1


def test_twins_and_namesakes_can_still_be_registered(home, page) -> None:
    form = {"birth_date": "2026-11-01", "sex": "1", "relation": "20", "on": str(DAY)}
    for name in ("岳小北", "岳小南"):
        assert page(f"/households/{home.number}/members/", form | {"name": name}).status_code == 302
    assert page(NEW, said(resident_id="", birth_date="1979-01-01", sex="1", name="岳勒旺")).status_code == 302


@pytest.mark.parametrize("task", ["amounts", "certificates"])
def test_the_same_statement_sent_twice_stands_once(task, home, page) -> None:
    forms = {
        "amounts": {"kind": "wage_income", "amount": "100", "source": "declared", "as_of": str(DAY)},
        "certificates": {"kind": "disability", "code": "4", "grade": "2", "source": "disabled", "starts_on": str(DAY)},
    }
    for _ in range(2):
        assert page(f"/people/{home.head_id}/{task}/", forms[task]).status_code < 500
    rows = home.head.statements if task == "amounts" else home.head.certificates
    assert rows.filter(superseded_at__isnull=True).count() == 1


@pytest.mark.parametrize("how", ["form", "multipart"])
def test_a_name_of_ten_megabytes_is_refused_in_words(how, divisions, page) -> None:
    before = fingerprint()
    huge = said(name="岳" * (10 * 1024 * 1024 // 3))
    answer = page(NEW, huge, content_type="application/x-www-form-urlencoded") if how == "form" else page(NEW, huge)
    assert answer.status_code == 413
    assert "超过 2 MB，没有读取，也没有保存" in answer.content.decode()
    assert fingerprint() == before


def _registered(page, form: dict) -> str:
    return page(NEW, form)["Location"].split("/")[2]


def test_a_county_clerk_cannot_register_into_another_county(divisions, staff_with, signed_in, as_web) -> None:
    county = staff_with(Role.COUNTY_CLERK)
    with as_web(county):
        assert signed_in(county).post(NEW, said(division_code="533102001001")).status_code == 422
    assert not Household.objects.exists()


def test_moving_a_household_to_nowhere_moves_nothing(home, page) -> None:
    for code in ("", "x", "533103", "9" * 12, FAR_VILLAGE[:9]):
        refused(page, f"/households/{home.number}/move/", {"to_code": code, "reason": "搬家", "on": str(DAY)})
    assert (
        page(
            f"/households/{home.number}/move/", {"to_code": OTHER_VILLAGE, "reason": "搬家", "on": str(DAY)}
        ).status_code
        == 302
    )
