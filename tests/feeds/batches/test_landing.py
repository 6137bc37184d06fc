"""From a department's file to facts in the registry."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.feeds.actions import handling
from doudi.feeds.models import ChangedHousehold, DoubtfulPair, SourceStanding, State
from doudi.registry.actions import Refused, record_certificate
from doudi.registry.models import Certificate, Statement
from tests.feeds.batches.world import DISABILITY, MEDICAL, VEHICLES, bill, car, certificate, landed, run, sent, table
from tests.registry.world import DAY, a_household, at, draft, number, people_of

pytestmark = pytest.mark.django_db
AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)


def believed(person, kind: str = "disability") -> list[tuple]:
    rows = Certificate.objects.known().filter(person=person, kind=kind).order_by("starts_on")
    return [(row.code, row.grade, row.starts_on, row.ends_on) for row in rows]


def cars_of(home) -> int | None:
    row = Statement.objects.known().filter(household=home, kind="vehicle_count").first()
    return row.amount if row else None


def test_a_file_is_read_and_shown_before_anything_is_believed(office, person) -> None:
    batch = sent("disability", table(DISABILITY, certificate(person)), office)
    assert (batch.state, batch.rows, batch.good, batch.matched) == (State.PREVIEWED, 1, 1, 1)
    assert believed(person) == []


def test_a_row_becomes_a_dated_fact_of_its_source(office, person, home) -> None:
    batch = landed("disability", table(DISABILITY, certificate(person)), office)
    assert believed(person) == [("4", 1, date(2024, 5, 6), None)]
    row = Certificate.objects.get(person=person)
    assert (row.source, row.recorded_by_id, batch.changed) == ("disabled", office.pk, 1)
    assert [c.household_id for c in ChangedHousehold.objects.filter(batch=batch)] == [home.pk]


def test_what_is_only_said_again_is_not_written_again(office, person) -> None:
    landed("disability", table(DISABILITY, certificate(person)), office)
    batch = landed("disability", table((*DISABILITY, "备注"), (*certificate(person), "十月")), office)
    assert (batch.changed, Certificate.objects.count(), ChangedHousehold.objects.filter(batch=batch).count()) == (
        0,
        1,
        0,
    )


def test_what_somebody_else_said_stays(office, clerk, person) -> None:
    said = {"person": person, "kind": "disability", "code": "1", "grade": 4, "starts_on": date(2020, 1, 1)}
    record_certificate(**said, source="declared", by=clerk, on=DAY, at=at())
    landed("disability", table(DISABILITY, certificate(person)), office)
    assert ("1", 4, date(2020, 1, 1), None) in believed(person)


def test_a_changed_fact_keeps_what_was_true_before(office, person) -> None:
    landed("disability", table(DISABILITY, certificate(person, on="2020-01-01", kind="视力")), office, as_of=SEPTEMBER)
    landed("disability", table(DISABILITY, certificate(person, on="2026-10-05")), office, as_of=OCTOBER)
    before, after = believed(person)
    assert (before, after) == (("1", 1, date(2020, 1, 1), date(2026, 10, 5)), ("4", 1, date(2026, 10, 5), None))


def test_an_older_file_after_a_newer_one_does_not_win(office, person) -> None:
    landed("disability", table(DISABILITY, certificate(person, "二级")), office, as_of=OCTOBER)
    late = landed("disability", table(DISABILITY, certificate(person, "四级")), office, as_of=AUGUST)
    assert (believed(person)[0][1], late.changed) == (2, 0)


def test_who_is_no_longer_on_a_whole_list_loses_the_fact(office, person, wife) -> None:
    landed("disability", table(DISABILITY, certificate(person), certificate(wife)), office, as_of=SEPTEMBER)
    landed("disability", table(DISABILITY, certificate(wife)), office, as_of=OCTOBER)
    assert believed(person) == [("4", 1, date(2024, 5, 6), OCTOBER)]
    assert believed(wife) == [("4", 1, date(2024, 5, 6), None)]


def test_half_a_list_waits_for_somebody_who_says_it_is_whole(office, person, wife, monkeypatch) -> None:
    monkeypatch.setattr(handling, "FEW", 0)
    landed("disability", table(DISABILITY, certificate(person), certificate(wife)), office, as_of=SEPTEMBER)
    half = sent("disability", table(DISABILITY, certificate(wife)), office, as_of=OCTOBER)
    with pytest.raises(Refused, match="半份文件"):
        handling.land(batch=half, by=office, at=at())
    handling.land(batch=half, by=office, at=at(), whole=True)
    assert run(half).state == State.LANDED


def test_vehicles_are_counted_for_the_household(office, home, person, wife) -> None:
    landed("vehicles", table(VEHICLES, car(person), car(wife)), office)
    said = Statement.objects.known().get(household=home, kind="vehicle_count")
    assert (said.amount, said.source, said.starts_on) == (2, "police", OCTOBER)
    landed("vehicles", table(VEHICLES, car(wife, day="2026-11-20")), office)
    assert cars_of(home) == 1


def test_a_household_off_the_list_has_no_vehicle(office, clerk, home, person) -> None:
    neighbour = people_of(a_household(clerk, head=draft("排早东")))[0]
    landed("vehicles", table(VEHICLES, car(person), car(neighbour)), office)
    landed("vehicles", table(VEHICLES, car(neighbour, day="2026-11-20")), office)
    assert cars_of(home) == 0


def test_a_year_of_bills_is_stated_once_all_its_months_are_there(office, person) -> None:
    months = [(2025, 11), (2025, 12), *((2026, month) for month in range(1, 11))]
    for year, month in months[:-1]:
        landed("medical", table(MEDICAL, bill(person, 100, f"{year}-{month:02}-28")), office)
    assert not Statement.objects.filter(kind="medical_self_paid").exists()
    landed("medical", table(MEDICAL, bill(person, 5000, "2026-10-31")), office)
    said = Statement.objects.known().get(person=person, kind="medical_self_paid")
    assert (said.amount, said.starts_on, said.ends_on) == (610000, date(2025, 11, 1), date(2026, 11, 1))


def test_bills_taken_back_after_their_year_make_the_sum_nothing_not_less(office, person) -> None:
    months = [(2025, 11), (2025, 12), *((2026, month) for month in range(1, 11))]
    for year, month in months:
        yuan = -700 if month == 10 else 50
        landed("medical", table(MEDICAL, bill(person, yuan, f"{year}-{month:02}-28")), office)
    assert Statement.objects.known().get(person=person, kind="medical_self_paid").amount == 0


def test_a_correction_adds_to_its_file_and_another_file_replaces_it(office, person) -> None:
    first = landed("medical", table(MEDICAL, bill(person, 100, "2026-10-02")), office)
    landed("medical", table(MEDICAL, bill(person, 50, "2026-10-03")), office, corrects=first)
    live = SourceStanding.objects.filter(fact="medical_self_paid", superseded_by=None)
    assert live.get().amount == 15000
    landed("medical", table(MEDICAL, bill(person, 70, "2026-10-04")), office)
    assert live.get().amount == 7000


def test_a_row_without_a_number_is_found_by_name_birth_and_village(office, person) -> None:
    headings = ("残疾人证号", "身份证号", "姓名", "性别", "出生日期", "村", "残疾类别", "残疾等级", "发证日期")
    row = ("C1", "", person.name, "男", person.birth_date, "弄恩村", "肢体", "一级", "2024-05-06")
    batch = landed("disability", table(headings, row), office)
    assert (batch.matched, len(believed(person))) == (1, 1)


def test_a_number_with_another_name_is_asked_about_and_not_believed(office, person) -> None:
    batch = landed("disability", table(DISABILITY, certificate(person, name="张伟民")), office)
    pair = DoubtfulPair.objects.get(batch=batch)
    assert (pair.person_id, pair.decision, batch.doubtful, believed(person)) == (person.pk, "", 1, [])


def test_people_of_other_places_are_only_counted(office, person) -> None:
    stranger = certificate(person, number=number(), name="外县人")
    batch = landed("disability", table(DISABILITY, stranger), office)
    assert (batch.unmatched, batch.matched, Certificate.objects.count()) == (1, 0, 0)


@pytest.mark.parametrize("stop", range(1, 8))
def test_killed_between_any_two_chunks_and_started_again_the_totals_are_right(office, person, wife, stop) -> None:
    landed("disability", table(DISABILITY, certificate(person)), office, as_of=SEPTEMBER)
    content = table(DISABILITY, certificate(person, "二级"), certificate(wife))
    batch = sent("disability", content, office, as_of=OCTOBER)
    handling.land(batch=batch, by=office, at=at())
    run(batch, chunks=stop)
    batch = run(batch)
    assert (batch.state, batch.changed, len(believed(person)), len(believed(wife))) == (State.LANDED, 2, 1, 1)
    assert SourceStanding.objects.filter(superseded_by=None).count() == 2


def test_a_batch_taken_back_leaves_what_was_believed_before(office, person, wife) -> None:
    landed("disability", table(DISABILITY, certificate(person, "二级")), office, as_of=SEPTEMBER)
    wrong = landed("disability", table(DISABILITY, certificate(wife)), office, as_of=OCTOBER)
    assert (believed(person)[0][3], len(believed(wife))) == (OCTOBER, 1)
    handling.take_back(batch=wrong, reason="发错了文件", by=office, at=at())
    assert run(wrong).state == State.SUPERSEDED
    assert (believed(person), believed(wife)) == ([("4", 2, date(2024, 5, 6), None)], [])


def test_only_the_last_batch_of_a_source_can_be_taken_back(office, person) -> None:
    first = landed("disability", table(DISABILITY, certificate(person, "二级")), office, as_of=SEPTEMBER)
    landed("disability", table(DISABILITY, certificate(person)), office, as_of=OCTOBER)
    with pytest.raises(Refused, match="最后一份"):
        handling.take_back(batch=first, reason="发错了文件", by=office, at=at())
