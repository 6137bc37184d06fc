"""政策模拟: the county's facts without people, and what leaders see of them."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.accounts.roles import Role
from doudi.audit.models import AuditEvent
from doudi.jobs import actions as jobs
from doudi.jobs.models import Job
from doudi.jobs.runner import run
from doudi.rulebook import population
from doudi.rulebook.population import GatherPopulation, snapshot
from doudi.rulebook.queries.book import county_book
from doudi.rulebook.queries.disclosure import column
from doudi.rulebook.queries.simulation import outlook
from tests.conftest import FAR_VILLAGE, NOON
from tests.registry.world import a_household, member
from tests.rulebook.known import make_known

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path) -> None:
    settings.DOUDI_DATA_DIR = tmp_path


def gather() -> Job:
    """Run the job to its end."""
    job = jobs.start(GatherPopulation.kind, by_id=None, at=NOON)
    run(job.pk, clock=lambda: NOON)
    return Job.objects.get(pk=job.pk)


@pytest.fixture
def county(clerk, staff_with):
    """Two households in one township, one in another."""
    homes = [a_household(clerk, member(), on=date(2026, 1, 1)), a_household(clerk, on=date(2026, 1, 1))]
    far = staff_with(Role.TOWNSHIP_CLERK, FAR_VILLAGE[:9])
    return [*homes, a_household(far, on=date(2026, 1, 1), place=FAR_VILLAGE)]


def test_every_household_and_person_is_gathered_once(county) -> None:
    assert gather().state == "done"
    found = snapshot()
    assert found is not None
    assert (found.tables.households.height, found.tables.persons.height) == (3, 4)


def test_the_tables_hold_neither_ids_of_the_register_nor_villages(county) -> None:
    gather()
    tables = snapshot().tables
    assert set(tables.households["division_code"]) == {"533103102000", "533103103000"}
    assert not set(tables.households["household_id"]) & {str(home.pk) for home in county}
    assert "sex" not in tables.persons.columns


def test_the_files_are_encrypted(county) -> None:
    gather()
    assert all(path.read_bytes()[:4] == b"DDF1" for path in population.folder().glob("*/*.parquet"))


def test_a_new_run_takes_the_place_of_the_old_one(county, clerk) -> None:
    gather()
    a_household(clerk, on=date(2026, 1, 1))
    gather()
    assert snapshot().tables.households.height == 4
    assert len([path for path in population.folder().iterdir() if path.is_dir()]) == 1


def begun() -> Job:
    """The job, with its first township written."""
    job = jobs.start(GatherPopulation.kind, by_id=None, at=NOON)
    GatherPopulation().step(job, NOON)
    job.save(update_fields=["done"])
    return job


def test_two_at_work_do_not_take_each_others_townships(county) -> None:
    earlier, later = begun(), begun()
    run(earlier.pk, clock=lambda: NOON)
    run(later.pk, clock=lambda: NOON)
    assert snapshot().run == str(later.pk)
    assert snapshot().size == 3


def test_one_that_began_earlier_and_ends_later_leaves_the_newer_table(county) -> None:
    earlier = begun()
    newer = gather()
    run(earlier.pk, clock=lambda: NOON)
    assert snapshot().run == str(newer.pk)
    assert snapshot().size == 3


def test_tables_of_a_time_before_the_database_was_brought_back_give_way(county) -> None:
    population._write_manifest({"run": "999999999", "at": NOON.isoformat(), "townships": ["533103102"]})
    (population.folder() / "999999999").mkdir()
    job = gather()
    assert snapshot().run == str(job.pk)
    assert [path.name for path in population.folder().iterdir() if path.is_dir()] == [str(job.pk)]


def test_gathering_is_on_record(county) -> None:
    gather()
    assert AuditEvent.objects.filter(action="policy.gather_population", actor_id=None).count() == 1


def test_before_the_first_run_the_page_says_so(staff_with, signed_in) -> None:
    assert "还没有人口汇总" in signed_in(staff_with(Role.LEADER)).get("/policy/simulation/").content.decode()


def test_a_leader_sees_the_county_without_seeing_a_row(county, staff_with, signed_in, as_web) -> None:
    gather()
    leader = staff_with(Role.LEADER)
    client = signed_in(leader)
    with as_web(leader):
        answer = client.get("/policy/simulation/?dibao_standard.rural=600&wait=1")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "情况截至" in text
    assert "按家庭人口" in text
    assert "&lt;5" in text


@pytest.mark.parametrize("value", ["-1", "abc", "99999999999"])
def test_a_value_that_is_no_standard_is_refused(value, county, staff_with, signed_in) -> None:
    gather()
    answer = signed_in(staff_with(Role.LEADER)).get(f"/policy/simulation/?dibao_standard.rural={value}")
    assert answer.status_code == 422
    assert "不能模拟" in answer.content.decode()


def test_a_township_clerk_does_not_simulate(clerk, signed_in) -> None:
    assert signed_in(clerk).get("/policy/simulation/").status_code == 403


def test_counts_under_five_are_not_told() -> None:
    assert [cell.text for cell in column([0, 1, 4, 5])] == ["0", "<5", "<5", "5"]


def test_a_single_hidden_count_hides_the_next_smallest_too() -> None:
    assert [cell.text for cell in column([3, 7, 100, 0])] == ["<5", "…", "100", "0"]


def test_money_that_only_a_few_receive_is_not_told(county) -> None:
    gather()
    book = county_book()
    told = outlook(book, book.laid_over({"dibao_standard.rural": 60000}), snapshot(), date(2026, 11, 23))
    assert [row.after for row in told.townships] == [None, None]
    assert told.total.after is None


def test_a_county_without_townships_is_no_county(db) -> None:
    gather()
    assert snapshot() is None


def test_a_run_that_is_being_replaced_is_not_a_fault(county) -> None:
    gather()
    for path in population.folder().glob("*/*.parquet"):
        path.unlink()
    population._kept.clear()
    assert snapshot() is None


@pytest.fixture
def leader_sees(county, staff_with, signed_in, as_web):
    """The page of the simulation as a leader gets it, after the county has been gathered."""
    gather()
    leader = staff_with(Role.LEADER)
    client = signed_in(leader)

    def see(query: str = "", **headers: str) -> str:
        with as_web(leader):
            answer = client.get(f"/policy/simulation/{query}", headers=headers)
        assert answer.status_code == 200
        return answer.content.decode()

    return see


def test_the_page_comes_at_once_and_the_first_answer_is_fetched_after_it(leader_sees) -> None:
    population._kept.clear()
    first = leader_sees("?dibao_standard.rural=600")
    assert 'hx-get="/policy/simulation/?dibao_standard.rural=600" hx-trigger="load"' in first
    assert "增加的家庭" not in first
    assert "增加的家庭" in leader_sees("?dibao_standard.rural=600", hx_request="true")
    assert 'aria-busy="true"' not in leader_sees("?dibao_standard.rural=610")


def test_several_values_and_rules_are_tried_at_once(leader_sees) -> None:
    tried = "&".join(
        ("dibao_standard.rural=600", "elder_age=65", "dibao_method.rural=tier", "basic_pension_counted=true",
         "rule=without_assets", "rule=added_top_ups")
    )  # fmt: skip
    text = leader_sees(f"?wait=1&{tried}")
    for words in ("农村低保标准（元/月） 600（现行 560）", "周岁） 65（现行 70）", "补助方式 分档（现行 补差）",
                  "计入收入 是（现行 未定）", "<li>低保只看收入，不看财产</li>", "各项相加"):  # fmt: skip
        assert words in text


def test_a_rule_that_there_is_not_is_refused(county, staff_with, signed_in) -> None:
    gather()
    assert signed_in(staff_with(Role.LEADER)).get("/policy/simulation/?rule=nonsense").status_code == 422


def test_what_holds_today_written_out_tries_nothing(leader_sees) -> None:
    assert "与现行相同" in leader_sees("?wait=1&dibao_standard.rural=560&dibao_method.rural=gap")


def known_county(clerk, wages) -> None:
    for wage in wages:
        make_known(a_household(clerk, on=date(2026, 1, 1)), wage)
    gather()


def test_gainers_and_the_unchanged_are_counted_by_household_size(clerk) -> None:
    known_county(clerk, [300_000] * 6 + [900_000] * 5)
    book = county_book()
    told = outlook(book, book.laid_over({"dibao_standard.rural": 60000}), snapshot(), date(2026, 11, 23))
    (row,) = told.sizes
    assert (row.name, row.gainers.text, row.losers.text, row.unchanged.text) == ("1 人", "6", "0", "5")
    assert (row.change, row.year, row.budget[0]) == (6 * 4_000, 12 * 6 * 4_000, 12 * 6 * 31_000)


def test_the_unchanged_are_not_told_where_they_would_give_a_hidden_count_away(clerk) -> None:
    known_county(clerk, [300_000] * 2 + [900_000] * 9)
    book = county_book()
    told = outlook(book, book.laid_over({"dibao_standard.rural": 60000}), snapshot(), date(2026, 11, 23))
    assert (told.total.gainers.text, told.total.unchanged.text, told.total.year) == ("<5", "…", None)


def test_an_answer_once_given_is_kept(clerk, monkeypatch) -> None:
    known_county(clerk, [300_000])
    book, day = county_book(), date(2026, 11, 23)
    first = outlook(book, book, snapshot(), day)
    monkeypatch.setattr("doudi.rulebook.queries.simulation.admitted", None)
    assert outlook(book, book, snapshot(), day) == first
