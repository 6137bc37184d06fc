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
        answer = client.get("/policy/simulation/?dibao_standard.rural=600")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "数据截至" in text
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
    told = outlook(county_book(), {"dibao_standard.rural": 60000}, snapshot(), date(2026, 11, 23))
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
