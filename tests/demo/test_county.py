"""The demo county is plausible, deterministic, within every constraint, and nobody in it can exist."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.demo.draws import DEMO_DAY
from doudi.demo.generate import DemoRefused, generate
from doudi.demo.staff import PASSWORD, create_demo_staff
from doudi.kernel.resident_id import ResidentId
from doudi.registry.models import LowIncomeStatus, Person

from .conftest import PEOPLE, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def one(query: str) -> Any:
    return rows(query)[0][0]


def share(condition: str) -> float:
    return float(one(f"SELECT avg(({condition})::int) FROM registry_person WHERE death_date IS NULL"))


def test_the_county_has_exactly_the_people_asked_for(world: World) -> None:
    assert one("SELECT count(*) FROM registry_person") == PEOPLE == world.summary.people


def test_indexes_and_constraints_are_put_back_as_they_were(world: World) -> None:
    assert world.before == world.after
    assert any("EXCLUDE USING gist" in row[3] for row in world.after)


def test_every_constraint_is_in_force_and_validated() -> None:
    assert (
        one("SELECT count(*) FROM pg_constraint WHERE conrelid::regclass::text LIKE 'registry%' AND NOT convalidated")
        == 0
    )


def test_the_same_seed_gives_the_same_county_and_another_seed_another(world: World) -> None:
    again = generate(seed=7, people=PEOPLE, replace=True)
    other = generate(seed=8, people=1_500, replace=True)
    back = generate(seed=7, people=PEOPLE, replace=True)
    assert again.digest == back.digest == world.summary.digest != other.digest


def test_one_child_in_five_and_one_elder_in_nine() -> None:
    age = f"date_part('year', age('{DEMO_DAY}', birth_date))"
    assert 0.16 < share(f"{age} < 15") < 0.23
    assert 0.09 < share(f"{age} >= 65") < 0.14


def test_households_have_about_three_members() -> None:
    members = "SELECT count(*)::float / count(DISTINCT household_id) FROM registry_membership WHERE ends_on IS NULL"
    assert 2.8 < one(members) < 3.5


def test_mothers_are_of_a_mothers_age() -> None:
    gap = one(
        "SELECT count(*) FROM registry_membership m JOIN registry_person c ON c.id = m.person_id "
        "JOIN registry_household h ON h.id = m.household_id JOIN registry_person w ON w.id = h.head_id "
        "WHERE w.sex = 2 AND m.relation IN ('21', '22', '31', '32') AND m.ends_on IS NULL "
        "AND (c.birth_date - w.birth_date) / 365.2425 NOT BETWEEN 17.9 AND 42.1"
    )
    assert gap == 0


def test_every_number_parses_fits_and_is_impossible() -> None:
    people = Person.objects.exclude(resident_id_index=None)[:3000]
    for person in people:
        number = ResidentId.parse(person.resident_id, on=DEMO_DAY)
        assert (number.is_synthetic, number.birth_date, number.sex) == (True, person.birth_date, person.sex)


def test_the_blind_index_finds_a_person_by_number() -> None:
    from doudi.privacy.fields import blind

    person = Person.objects.exclude(resident_id_index=None).exclude(phone_index=None).first()
    assert bytes(person.resident_id_index) == blind(person.resident_id, purpose="resident_id")
    assert bytes(person.phone_index) == blind(person.phone, purpose="phone")


def test_telephones_cannot_be_dialled() -> None:
    phones = [p.phone for p in Person.objects.exclude(phone_index=None)[:500]]
    assert all(len(phone) == 11 and phone.startswith("129") for phone in phones)


def test_few_people_have_no_number() -> None:
    assert 0.002 < share("resident_id IS NULL") < 0.012


def test_nobody_is_in_two_households_and_nobody_in_none() -> None:
    current = "SELECT person_id, count(*) AS n FROM registry_membership WHERE ends_on IS NULL GROUP BY 1"
    assert one(f"SELECT max(n) FROM ({current}) AS t") == 1
    living = "SELECT count(*) FROM registry_person WHERE death_date IS NULL"
    assert one(f"SELECT count(*) FROM ({current}) AS t") == one(living)


def test_every_head_is_a_member_of_their_household() -> None:
    lost = (
        "SELECT count(*) FROM registry_household h WHERE NOT EXISTS (SELECT FROM registry_membership m "
        "WHERE m.household_id = h.id AND m.person_id = h.head_id AND m.relation = '02')"
    )
    assert one(lost) == 0


@pytest.mark.parametrize(
    ("category", "low", "high"),
    [("dibao", 0.02, 0.04), ("tekun", 0.007, 0.015), ("near_threshold", 0.006, 0.018), ("relapse_watch", 0.003, 0.01)],
)
def test_recipients_are_as_many_as_in_such_a_county(category: str, low: float, high: float, world: World) -> None:
    current = LowIncomeStatus.objects.known().on(DEMO_DAY).filter(category=category).count()
    assert low < current / world.summary.households < high


def test_a_new_row_continues_after_the_last_one() -> None:
    assert one("SELECT nextval(pg_get_serial_sequence('registry_person', 'id'))") == PEOPLE + 1


def test_the_truth_has_every_household_and_every_second_record(world: World) -> None:
    labels = dict(world.truth.group_by("label").len().iter_rows())
    assert world.truth.filter(world.truth["subject"] == "household").height == world.summary.households
    assert labels["duplicate"] == round(PEOPLE * 0.0022)
    assert labels["unreported_illness"] > 5
    assert labels["income_undeclared"] >= 3


def test_the_missed_are_poor_in_truth_and_no_recipients(world: World) -> None:
    missed = world.truth.filter(world.truth["label"].is_in(["unreported_illness", "lost_job", "elder_unaware"]))
    assert missed["below_line"].all()
    assert set(missed["registered_category"]) == {"none"}


def test_who_is_labelled_ok_is_as_the_registry_says(world: World) -> None:
    fine = world.truth.filter((world.truth["label"] == "ok") & (world.truth["true_size"] > 0))
    receiving = fine["registered_category"].is_in(["dibao", "tekun"])
    assert (fine["below_line"] == receiving).mean() > 0.999


def test_no_code_reads_the_truth() -> None:
    source = Path(__file__).resolve().parents[2] / "src" / "doudi"
    knowing = {p.relative_to(source).as_posix() for p in source.rglob("*.py") if "truth_path" in p.read_text()}
    assert knowing == {"demo/generate.py", "config/commands/demo.py"}
    assert not [p for p in (source / "demo").glob("*.py") if "read_parquet" in p.read_text()]


def test_a_county_with_people_is_not_overwritten_unless_told(world: World) -> None:
    with pytest.raises(DemoRefused, match="--replace"):
        generate(people=1_500)


def test_outside_demo_mode_nothing_is_generated(world: World, settings) -> None:
    settings.DOUDI_DEMO = False
    with pytest.raises(DemoRefused, match="demo mode"):
        generate(people=1_500, replace=True)
    with pytest.raises(DemoRefused, match="demo mode"):
        create_demo_staff("default", datetime(2026, 11, 23, tzinfo=UTC))


def test_the_generation_is_on_the_record(world: World) -> None:
    assert one("SELECT count(*) FROM audit_auditevent WHERE action = 'demo.generate'") >= 1


def test_there_is_a_sign_in_for_every_role() -> None:
    sign_ins = create_demo_staff("default", datetime(2026, 11, 23, tzinfo=UTC))
    assert {s.role for s in sign_ins} == {str(role.label) for role in Role if role != Role.VISITOR}
    assert Staff.objects.get(username="jingban").check_password(PASSWORD)
