"""Every change has a page: it opens, refuses with words beside the field, keeps what was typed, does what it says."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from doudi.accounts.roles import Role
from doudi.registry.models import Certificate, Household, LowIncomeStatus, Person, Statement
from doudi.registry.views.tasks import TASKS
from tests.conftest import OTHER_VILLAGE, VILLAGE
from tests.registry.world import DAY, a_household, draft, number, people_of

pytestmark = pytest.mark.django_db
TODAY = str(DAY)


@pytest.fixture(autouse=True)
def _today(monkeypatch) -> None:
    """The pages read the clock; the world of the tests stands at one day."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *a, **k: DAY)


def address(name: str, key) -> str:
    return reverse(f"registry:{name}", args=[key])


def row_of(task, home):
    """A key of something the task is about."""
    person = people_of(home)[1]
    found = {"Household": home.number, "Person": person.pk, "Membership": person.memberships.get().pk}
    return found.get(task.model.__name__)


ABOUT_FILES = [t for t in TASKS if t.model.__name__ in ("Household", "Person", "Membership")]


@pytest.mark.parametrize("task", ABOUT_FILES, ids=lambda t: t.name)
def test_every_form_opens_and_refuses_emptiness(task, home, staff_with, signed_in, as_web) -> None:
    role = Role.RURAL_REVITALISATION if task.name == "watch" else Role.COUNTY_CLERK
    someone = staff_with(role)
    where = address(task.name, row_of(task, home))
    with as_web(someone):
        client = signed_in(someone)
        assert client.get(where).status_code == 200
        assert client.post(where, {}).status_code == 422


@pytest.mark.parametrize("task", TASKS, ids=lambda t: t.name)
def test_every_form_says_not_found_for_what_does_not_exist(task, home, page) -> None:
    missing = "MS-ZF-999999" if task.model is Household else 0
    assert page(address(task.name, missing)).status_code in (403, 404)


def test_a_household_is_registered_with_its_head(clerk, page) -> None:
    said = {"division_code": VILLAGE, "address": "三组", "name": "排志明", "resident_id": number(), "on": TODAY}
    answer = page("/households/new/", said)
    home = Household.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/households/{home.number}/")
    assert (home.head.name, home.head.sex) == ("排志明", 1)


def test_birth_date_and_sex_come_from_the_number(home, page) -> None:
    said = {"name": "岳小南", "resident_id": number(date(2012, 5, 4), 1), "relation": "20", "on": TODAY}
    page(address("member_add", home.number), said)
    assert Person.objects.get(name="岳小南").birth_date == date(2012, 5, 4)


def test_a_refusal_stands_beside_its_field_and_nothing_typed_is_lost(home, page) -> None:
    said = {"name": "岳小南", "resident_id": "533103199901010011", "relation": "20", "on": TODAY}
    answer = page(address("member_add", home.number), said)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="533103199901010011"' in shown
    assert 'href="#id_resident_id"' in shown


def test_somebody_registered_before_is_connected_and_not_registered_twice(home, clerk, page) -> None:
    alone = people_of(home)[3]
    page(address("membership_end", alone.memberships.get().pk), {"reason": "外出", "on": TODAY})
    said = {"name": alone.name, "resident_id": alone.resident_id, "relation": "32", "on": TODAY}
    assert page(address("member_add", home.number), said).status_code == 302
    assert Person.objects.filter(name=alone.name).count() == 1


def test_a_change_over_somebody_elses_is_a_conflict(home, clerk, page) -> None:
    said = {"address": "五组", "version": home.version}
    Household.objects.filter(pk=home.pk).update(version=home.version + 1)
    assert page(address("address", home.number), said).status_code == 409


def test_a_family_splits_along_the_choices(home, page) -> None:
    _head, wife, mother, _girl = people_of(home)
    said = {"reason": "分家", "on": TODAY, f"person_{wife.pk}": "stays", f"person_{mother.pk}": "02"}
    said |= {f"person_{p.pk}": "stays" for p in people_of(home) if p not in (wife, mother)}
    answer = page(address("split", home.number), said)
    assert answer.status_code == 302
    assert Household.objects.exclude(pk=home.pk).get().head == mother


def test_a_split_without_a_head_says_so(home, page) -> None:
    said = {"reason": "分家", "on": TODAY} | {f"person_{p.pk}": "stays" for p in people_of(home)}
    answer = page(address("split", home.number), said)
    assert "只选一人为户主" in answer.content.decode()


def test_two_households_become_one_in_two_steps(home, clerk, page) -> None:
    other = a_household(clerk, head=draft("孔腊保"))
    said = {"number": other.number.lower(), "reason": "合住", "on": TODAY}
    first = page(address("join", home.number), said)
    assert (first.status_code, "孔腊保" in first.content.decode()) == (422, True)
    assert page(address("join", home.number), said | {f"person_{other.head_id}": "97"}).status_code == 302


def test_a_household_moves_to_another_village(home, page) -> None:
    said = {"to_code": OTHER_VILLAGE, "reason": "搬家", "on": TODAY}
    assert page(address("move", home.number), said).status_code == 302
    home.refresh_from_db()
    assert home.division_code == OTHER_VILLAGE


def test_a_certificate_asks_for_what_its_kind_needs(home, page) -> None:
    said = {"kind": "disability", "code": "yes", "grade": "2", "source": "disabled", "starts_on": TODAY}
    where = address("certificate", home.head_id)
    assert page(where, said).status_code == 422
    assert page(where, said | {"code": "4"}).status_code == 302
    assert Certificate.objects.get().grade == 2


def test_an_amount_is_typed_in_yuan_and_kept_in_fen(home, page) -> None:
    said = {"kind": "wage_income", "amount": "１4,400.50", "source": "declared", "as_of": TODAY}
    page(address("amount", home.head_id), said)
    assert Statement.objects.get().amount == 1440050


def test_a_number_of_vehicles_is_not_money(home, page) -> None:
    said = {"kind": "vehicle_count", "amount": "2", "source": "declared", "as_of": TODAY}
    page(address("assets", home.number), said)
    assert Statement.objects.get().amount == 2


@pytest.mark.parametrize("amount", ["abc", "1.234", "9" * 39, "１２３.４５６", "NaN"])
def test_what_is_no_amount_is_refused_in_words(amount, home, page) -> None:
    said = {"kind": "wage_income", "amount": amount, "source": "declared", "as_of": TODAY}
    assert page(address("amount", home.head_id), said).status_code == 422


def test_a_correction_leaves_the_number_alone_unless_it_is_typed(home, page) -> None:
    head = home.head
    said = {"name": "岳勒南", "birth_date": str(head.birth_date), "sex": "1", "reason": "写错", "version": "1"}
    page(address("correct", head.pk), said | {"on": TODAY, "ethnicity": ""})
    now = Person.objects.get(pk=head.pk)
    assert (now.name, now.resident_id) == ("岳勒南", head.resident_id)


def test_a_death_can_be_entered_and_taken_back(home, page) -> None:
    person = people_of(home)[2]
    page(address("death", person.pk), {"death_date": "2026-11-01"})
    assert Person.objects.get(pk=person.pk).death_date == date(2026, 11, 1)
    page(address("revive", person.pk), {"reason": "报错人"})
    assert Person.objects.get(pk=person.pk).death_date is None


def test_two_files_are_compared_then_merged_and_taken_apart_again(home, clerk, page) -> None:
    double = a_household(clerk, head=draft("岳勒旺", resident_id="")).head
    where = address("merge", home.head_id)
    assert "对比" in page(where).content.decode()
    assert "不一致的标黄" in page(f"{where}?other={double.pk}").content.decode()
    assert page(f"{where}?other={double.pk}", {"reason": "同一人"}).status_code == 302
    merge = home.head.merges.get()
    assert page(address("merge_undo", merge.pk), {"reason": "不是同一人"}).status_code == 302
    assert Person.objects.get(pk=double.pk).merged_into is None


def test_two_numbers_alike_behind_the_mask_are_still_marked_as_different(home, clerk) -> None:
    from doudi.registry.queries.comparing import compared

    other = a_household(clerk, head=draft("岳勒旺")).head
    other.resident_id = home.head.resident_id[:6] + "19800101" + home.head.resident_id[-4:]
    pair = next(p for p in compared(home.head, other, staff=clerk, on=DAY) if p.label == "身份证号")
    assert (pair.left == pair.right, pair.differs) == (True, True)


@pytest.mark.parametrize("other", ["", "x", "0", "-1", "99999999999999999999", "\x00"])
def test_a_partner_for_merging_that_makes_no_sense_changes_nothing(other, home, page) -> None:
    assert page(f"{address('merge', home.head_id)}?other={other}", {"reason": "x"}).status_code in (200, 422)


def test_a_category_is_determined_and_ended_by_the_department(home, staff_with, signed_in, as_web) -> None:
    county = staff_with(Role.COUNTY_CLERK)
    said = {"category": "dibao", "department": "civil_affairs", "ground": "6号文", "starts_on": "2026-11-01"}
    client = signed_in(county)
    with as_web(county):
        assert client.post(address("status", home.number), said).status_code == 302
    where = address("status_end", LowIncomeStatus.objects.get().pk)
    with as_web(county):
        assert client.post(where, {"reason": "收入增加", "on": TODAY}).status_code == 302


def test_a_township_clerk_may_not_determine_a_category(home, page) -> None:
    assert page(address("status", home.number)).status_code == 403


def test_a_village_of_another_township_cannot_be_chosen_for_a_new_household(page, divisions) -> None:
    said = {"division_code": "533103103201", "name": "排志明", "resident_id": number(), "on": TODAY}
    assert page("/households/new/", said).status_code == 422


@pytest.mark.parametrize("name", ["\x00", "😀", "x" * 10_000, "=cmd()", "<script>"])
def test_a_name_that_is_no_name_is_refused_and_nothing_is_saved(name, divisions, page) -> None:
    said = {"division_code": VILLAGE, "name": name, "resident_id": number(), "on": TODAY}
    assert page("/households/new/", said).status_code == 422
    assert not Person.objects.exists()
