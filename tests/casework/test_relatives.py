"""The disclosure register and the switches of townships: who may, what is kept, what it does to a case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.casework.actions import opening
from doudi.casework.actions.disclosures import disclose, end_disclosure
from doudi.casework.actions.moving import move
from doudi.casework.actions.switches import switch_off, switch_on
from doudi.casework.models import Application, RelativeDisclosure, TownshipSwitch
from doudi.casework.queries.relatives import register_for
from doudi.registry.actions.refusal import Refused
from tests.casework.known import a_poor_family
from tests.casework.world import TUESDAY, a_draft, an_accepted, at

TOWNSHIP = "533103102"


def disclosed(by, home, **changes) -> RelativeDisclosure:
    words = {"relation": "sibling", "name": home.head.name, "number": str(home.head.resident_id)} | changes
    return disclose(by=by, on=TUESDAY, at=at(TUESDAY), **words)


def test_a_number_is_kept_as_an_index_and_the_name_sealed(clerk) -> None:
    home = a_poor_family(clerk)
    disclosed(clerk, home)
    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM casework_relativedisclosure r")
        kept = cursor.fetchone()[0]
    assert str(home.head.resident_id) not in kept
    assert home.head.name not in kept


def test_whoever_disclosed_a_relative_cannot_take_a_step_and_the_county_must_go_there(clerk, staff_with) -> None:
    head = staff_with(Role.TOWNSHIP_HEAD)
    home = a_poor_family(clerk)
    disclosed(head, home)
    case = an_accepted(clerk, household=home)
    assert case.visit_because == "relatives"
    with pytest.raises(Refused, match="近亲属"):
        move(case, "change_handler", by=head, on=TUESDAY, at=at(TUESDAY))


def test_a_relative_disclosed_while_the_case_runs_counts_too(clerk, staff_with, signed_in) -> None:
    home = a_poor_family(clerk)
    case = an_accepted(clerk, household=home)
    disclosed(staff_with(Role.TOWNSHIP_HEAD), home)
    page = signed_in(clerk).get(f"/cases/{case.number}/").content.decode()
    assert "须市级入户" in page
    assert "单独登记备案" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"number": "53310319790101001"}, "."), ({"number": ""}, "身份证号"), ({"relation": "neighbour"}, "关系")],
)
def test_half_a_disclosure_is_refused(clerk, changes, words) -> None:
    with pytest.raises(Refused, match=words):
        disclosed(clerk, a_poor_family(clerk), **changes)


def test_a_relative_is_disclosed_once_and_ended_by_oneself(clerk, staff_with) -> None:
    home = a_poor_family(clerk)
    made = disclosed(clerk, home)
    with pytest.raises(Refused, match="已经备案"):
        disclosed(clerk, home)
    with pytest.raises(Refused, match="本人终止"):
        end_disclosure(disclosure=made, by=staff_with(Role.TOWNSHIP_HEAD), on=TUESDAY)
    end_disclosure(disclosure=made, by=clerk, on=TUESDAY)
    assert RelativeDisclosure.objects.get().ends_on == TUESDAY


def test_the_register_shows_those_of_ones_own_place(clerk, staff_with) -> None:
    disclosed(clerk, a_poor_family(clerk))
    assert [one.staff for one in register_for(staff_with(Role.COUNTY_REVIEWER))] == [clerk]
    assert list(register_for(staff_with(Role.TOWNSHIP_HEAD, "533103103"))) == []


def test_nobody_discloses_for_another_even_past_the_application(clerk, staff_with, as_web) -> None:
    other = staff_with(Role.TOWNSHIP_HEAD)
    words = {"relative_name": "岳勒旺", "relation": "sibling", "place": "533103", "starts_on": TUESDAY,
             "disclosed_at": at(TUESDAY), "resident_id_index": b"x"}  # fmt: skip
    with as_web(clerk), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        RelativeDisclosure.objects.create(staff_id=other.pk, **words)


def test_the_page_discloses_and_lists(clerk, signed_in) -> None:
    home = a_poor_family(clerk)
    client = signed_in(clerk)
    page = client.get("/cases/relatives/", {"q": home.head.name}).content.decode()
    assert f"?person={home.head_id}" in page
    words = {"relation": "spouse", "name": home.head.name, "person": home.head_id, "on": "2026-10-27"}
    assert client.post("/cases/relatives/", words).status_code == 302
    made = RelativeDisclosure.objects.get()
    assert (made.person_id, made.staff_id) == (home.head_id, clerk.pk)
    assert "配偶" in client.get("/cases/relatives/").content.decode()


def switched_on(by, **changes) -> TownshipSwitch:
    words = {"township": TOWNSHIP, "kind": "delegated", "starts_on": date(2026, 1, 1), "basis": "芒民发〔2026〕1号"}
    return switch_on(by=by, **words | changes)


def test_two_switches_of_a_kind_never_overlap(clerk, staff_with) -> None:
    reviewer = staff_with(Role.COUNTY_REVIEWER)
    first = switched_on(reviewer)
    with pytest.raises(Refused, match="重叠"):
        switched_on(reviewer, starts_on=date(2026, 5, 1))
    switched_on(reviewer, kind="residence_permit")
    switch_off(switch=first, by=reviewer, on=date(2026, 6, 1))
    assert TownshipSwitch.objects.get(pk=first.pk).ends_on == date(2026, 6, 1)
    switched_on(reviewer, starts_on=date(2026, 6, 1))
    with pytest.raises(IntegrityError, match="switch_no_overlap"), transaction.atomic():
        TownshipSwitch.objects.create(
            division_code=TOWNSHIP, kind="delegated", starts_on=date(2026, 3, 1), ends_on=date(2026, 7, 1), basis="x"
        )


def test_only_the_county_reviewer_throws_a_switch(clerk, staff_with) -> None:
    with pytest.raises(NotPermitted):
        switched_on(staff_with(Role.TOWNSHIP_HEAD))


def test_a_case_accepted_before_keeps_its_course(clerk, staff_with, signed_in) -> None:
    case = an_accepted(clerk, household=a_poor_family(clerk))
    client = signed_in(staff_with(Role.COUNTY_REVIEWER))
    words = {"township": TOWNSHIP, "kind": "delegated", "starts_on": "2026-10-27", "basis": "芒民发〔2026〕1号"}
    assert client.post("/cases/switches/", words).status_code == 302
    assert not Application.objects.get(pk=case.pk).delegated
    assert an_accepted(clerk).delegated


def test_nobody_takes_down_a_relatives_application(clerk) -> None:
    home = a_poor_family(clerk)
    disclosed(clerk, home)
    with pytest.raises(Refused, match="近亲属"):
        a_draft(clerk, household=home)
    assert not Application.objects.exists()


def test_an_application_is_never_dated_in_the_future(clerk) -> None:
    home = a_poor_family(clerk)
    tomorrow = TUESDAY + timedelta(days=1)
    with pytest.raises(Refused, match="不能晚于今天"):
        opening.open_application(need=opening.Need(household=home), by=clerk, on=tomorrow, at=at(TUESDAY))
