"""One box: what clerks type, what they find, and what they are not told."""

from __future__ import annotations

import pytest

from doudi.accounts.roles import Role
from doudi.kernel.resident_id import impossible_id
from doudi.registry.actions import merge_people
from doudi.registry.models import Person
from doudi.registry.queries.search import household_number, search
from tests.registry.world import DAY, a_household, at, draft, people_of

pytestmark = pytest.mark.django_db


def found(words: str, staff) -> list[str]:
    return [hit.name for hit in search(words, staff=staff, on=DAY).hits]


@pytest.mark.parametrize("words", ["岳勒旺", "岳勒", "ylw", "YLW", "y l", " 岳 勒 旺 ", "岳勒旺\u200b"])
def test_a_name_is_found_by_its_beginning_in_characters_pinyin_or_initials(words, home, clerk) -> None:
    assert "岳勒旺" in found(words, clerk)


@pytest.mark.parametrize("words", ["xianyuxiang", "XianYu", "Xian Yu Xiang", "xian'yu"])
def test_a_name_is_found_by_its_pinyin(words, home, clerk) -> None:
    assert found(words, clerk) == ["线玉香"]


def test_a_name_with_the_last_characters_of_the_number_finds_one_of_many(home, clerk) -> None:
    a_household(clerk, head=draft("岳勒旺"))
    number = home.head.resident_id
    assert len(found("岳勒旺", clerk)) == 2
    assert found(f"岳勒旺 {number[-4:]}", clerk) == ["岳勒旺"]


@pytest.mark.parametrize("write", [str, str.lower, lambda n: f" {n[:6]} {n[6:14]} {n[14:]} "])
def test_a_whole_number_is_found_however_it_is_written(write, home, clerk) -> None:
    assert found(write(home.head.resident_id), clerk) == ["岳勒旺"]


def test_a_number_with_a_wrong_check_digit_is_named_as_wrong(home, clerk) -> None:
    number = home.head.resident_id
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    assert "校验" in search(wrong, staff=clerk, on=DAY).problem


def test_a_phone_is_found(clerk) -> None:
    a_household(clerk, head=draft("排志明", phone="13800002671"))
    assert found("138 0000 2671", clerk) == ["排志明"]


@pytest.mark.parametrize("write", ["MS-ZF-004182", "ms-zf-4182", "mszf004182", "MS ZF 4182", "msZF4182"])
def test_a_household_number_is_understood_without_dashes_and_zeros(write) -> None:
    assert household_number(write) == "MS-ZF-004182"


def test_a_household_number_opens_the_file(home, page) -> None:
    answer = page(f"/search/?q={home.number.replace('-', '').lower()}")
    assert (answer.status_code, answer["Location"]) == (302, f"/households/{home.number}/")


def test_a_village_leads_to_its_households(home, clerk) -> None:
    assert search("弄恩", staff=clerk, on=DAY).villages == [("533103102201", "弄恩村")]


def test_a_village_elsewhere_is_not_offered(home, clerk) -> None:
    assert search("勐戛村", staff=clerk, on=DAY).villages == []


def test_a_hit_shows_household_relation_place_and_only_a_masked_number(home, clerk) -> None:
    hit = search("线玉香", staff=clerk, on=DAY).hits[0]
    assert (hit.household, hit.relation, hit.place.village) == (home.number, "妻", "弄恩村")
    assert "********" in hit.masked_id


def test_people_elsewhere_are_not_found_by_name(far_home, clerk) -> None:
    assert found("排志明", clerk) == []


def test_an_exact_number_elsewhere_tells_the_township_and_nothing_else(far_home, page) -> None:
    answer = page(f"/search/?q={far_home.head.resident_id}").content.decode()
    assert "不在您的辖区" in answer
    assert "勐戛镇" in answer
    assert "排志明" not in answer
    assert far_home.number not in answer


def test_somebody_without_files_is_told_nothing_about_a_number(far_home, staff_with, as_web) -> None:
    leader = staff_with(Role.LEADER)
    with as_web(leader):
        assert search(far_home.head.resident_id, staff=leader, on=DAY).elsewhere == ""


def test_an_unknown_number_is_nowhere(home, page) -> None:
    nobody = impossible_id(home.head.birth_date, 2, 77).number
    assert "没有登记过" in page(f"/search/?q={nobody}").content.decode()


def test_a_merged_file_points_to_the_one_that_stays(home, clerk) -> None:
    double = a_household(clerk, head=draft("岳勒旺", resident_id="")).head
    merge_people(survivor=home.head, absorbed=double, reason="同一人", by=clerk, at=at())
    hits = search("岳勒旺", staff=clerk, on=DAY).hits
    assert {h.merged_into for h in hits} == {None, home.head_id}


def test_more_than_twenty_are_announced_and_not_all_shown(home, clerk) -> None:
    copies = [Person(**_fields(home.head, n)) for n in range(30)]
    Person.objects.bulk_create(copies)
    answer = search("岳勒旺", staff=clerk, on=DAY)
    assert (len(answer.hits), answer.more) == (20, True)


@pytest.mark.parametrize(
    "words", ["", "   ", "%", "_", "\x00", "'; DROP", "😀", "=1+1", "0" * 500, "ſ", "１２３", "-", "a-1"]
)
def test_no_input_breaks_the_box(words, home, page) -> None:
    assert page("/search/", None).status_code == 200
    from urllib.parse import quote

    assert page(f"/search/?q={quote(words)}").status_code == 200


def test_a_search_asks_the_database_a_fixed_number_of_times(home, page, django_assert_max_num_queries) -> None:
    page("/search/?q=ylw")
    with django_assert_max_num_queries(19):
        page("/search/?q=ylw")


def test_people_who_left_are_marked(home, clerk) -> None:
    from doudi.registry.actions import end_membership

    leaver = people_of(home)[1]
    membership = leaver.memberships.get()
    end_membership(membership=membership, reason="外出", by=clerk, on=DAY, at=at())
    assert search(leaver.name, staff=clerk, on=DAY).hits[0].former


def _fields(person: Person, n: int) -> dict:
    kept = ("division_code", "name", "pinyin", "initials", "sex", "birth_date", "recorded_at")
    return {key: getattr(person, key) for key in kept}
