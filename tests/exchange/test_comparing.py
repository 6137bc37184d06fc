"""The quarterly comparison, both ways."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from python_calamine import CalamineWorkbook

from doudi.exchange import actions
from doudi.exchange.actions.comparing import compile_comparison, confirm_comparison, first_day, quarter_of, rows_of
from doudi.exchange.models import Comparison
from doudi.exchange.queries.comparing import Part
from doudi.registry.actions import Refused, mark_death, move_household, record_circumstance
from tests.conftest import OTHER_VILLAGE
from tests.exchange.conftest import COUNTY
from tests.exchange.test_contract import FAR, status, watch
from tests.exchange.test_incoming import event
from tests.registry.world import DAY, a_household, at, member, people_of

pytestmark = pytest.mark.django_db


def report(by) -> Comparison:
    return compile_comparison(county=COUNTY, by=by, on=DAY, at=at())


def parts(made: Comparison) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {p: [] for p in Part.values}
    for row in rows_of(made):
        found[row.part].append(row.number)
    return found


@pytest.fixture
def both(clerk, county, bureau):
    """A household on both lists."""
    home = a_household(clerk, member())
    watch(home, bureau)
    status(home, county)
    return home


def test_who_is_on_one_list_only_is_named_on_its_side(both, clerk, county, bureau) -> None:
    theirs, ours = a_household(clerk, member()), a_household(clerk, member())
    watch(theirs, bureau)
    status(ours, county)
    found = parts(report(county))
    assert found == {"theirs_only": [theirs.number], "ours_only": [ours.number], "different": [], "one_sided": []}


def test_a_kind_that_we_know_otherwise_is_a_difference(both, clerk, county) -> None:
    record_circumstance(household=both, kind="relapse_watch", code="marginal", source="visit",
                        starts_on=date(2026, 5, 1), by=clerk, on=DAY, at=at())  # fmt: skip
    assert parts(report(county))["different"] == [both.number]


def test_a_death_that_they_have_not_taken_note_of_is_one_sided(both, clerk, county, bureau) -> None:
    mark_death(person=people_of(both)[1], death_date=DAY - timedelta(3), by=clerk, on=DAY, at=at())
    assert parts(report(county))["one_sided"] == [both.number]
    actions.publish(county=COUNTY, at=at(), until=FAR)
    actions.acknowledge(county=COUNTY, up_to=2, by=bureau, at=at())
    assert parts(report(county))["one_sided"] == []


def test_a_move_that_they_have_not_taken_note_of_is_one_sided(both, county) -> None:
    move_household(household=both, to_code=OTHER_VILLAGE, reason="搬迁", by=county, on=DAY, at=at())
    assert parts(report(county))["one_sided"] == [both.number]


def test_a_death_on_their_side_while_we_still_pay_is_one_sided(both, county, bureau, digests) -> None:
    gone = event(1, "removed", DAY - timedelta(5), digests(both)) | {"reason": "died"}
    actions.receive(county=COUNTY, events=[gone], by=bureau, on=DAY, at=at())
    found = parts(report(county))
    assert (found["one_sided"], found["ours_only"]) == ([both.number], [both.number])


def test_people_we_could_not_find_are_theirs_only(county, bureau) -> None:
    stranger = event(1, "added", date(2026, 1, 1), ["0" * 32], "unstable") | {"name": "岳某"}
    actions.receive(county=COUNTY, events=[stranger], by=bureau, on=DAY, at=at())
    (row,) = rows_of(report(county))
    assert (row.part, row.name, row.ours) == ("theirs_only", "岳某", "没有找到这一户")


def test_it_is_counted_by_township(both, clerk, county, bureau) -> None:
    watch(a_household(clerk, member()), bureau)
    assert report(county).counts == {"遮放镇": {"theirs_only": 1, "ours_only": 0, "different": 0, "one_sided": 0}}


def test_one_side_compiles_and_the_other_confirms(both, county, bureau, staff_with) -> None:
    made = report(county)
    for own in (county, staff_with(type(next(iter(county.scope.roles))).COUNTY_CLERK, username="second")):
        with pytest.raises(Refused, match="另一方确认"):
            confirm_comparison(comparison=made, by=own, at=at())
    assert confirm_comparison(comparison=made, by=bureau, at=at()).confirmed_by_id == bureau.pk
    with pytest.raises(Refused, match="下季度"):
        report(bureau)


def test_a_newer_version_is_the_one_to_confirm(both, county, bureau) -> None:
    first, second = report(county), report(county)
    assert (first.version, second.version) == (1, 2)
    with pytest.raises(Refused, match="更新的版本"):
        confirm_comparison(comparison=first, by=bureau, at=at())


def test_the_frozen_copy_does_not_follow_the_register(both, clerk, county, bureau) -> None:
    made = report(county)
    watch(a_household(clerk, member()), bureau)
    assert rows_of(Comparison.objects.get(pk=made.pk)) == []


@pytest.mark.planted
def test_a_changed_copy_is_noticed_and_the_database_refuses_it(both, county, bureau) -> None:
    made = report(county)
    with pytest.raises(ProgrammingError, match="never edited"), transaction.atomic():
        Comparison.objects.filter(pk=made.pk).update(digest="0" * 64)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE exchange_comparison DISABLE TRIGGER only_these_change")
    Comparison.objects.filter(pk=made.pk).update(content="[]" + " ")
    with pytest.raises(Refused, match="校验码不符"):
        confirm_comparison(comparison=made, by=bureau, at=at())


def test_nobody_confirms_their_own_even_in_the_database(both, county) -> None:
    made = report(county)
    with pytest.raises(IntegrityError, match="confirmed_by_another"), transaction.atomic():
        Comparison.objects.filter(pk=made.pk).update(confirmed_at=at(), confirmed_by_id=county.pk)


@pytest.mark.parametrize(
    ("day", "quarter", "first"),
    [
        (date(2026, 1, 1), "2026Q1", date(2026, 1, 1)), (date(2026, 3, 31), "2026Q1", date(2026, 1, 1)),
        (date(2026, 4, 1), "2026Q2", date(2026, 4, 1)), (date(2026, 12, 31), "2026Q4", date(2026, 10, 1)),
    ],
)  # fmt: skip
def test_quarters_begin_in_january_april_july_october(day, quarter, first) -> None:
    assert (quarter_of(day), first_day(quarter)) == (quarter, first)


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def opens(signed_in, as_web, monkeypatch):
    """Fetch a page as somebody, behind row-level security, on the day of the tests."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *a, **k: DAY)

    def fetch(staff, url, data=None):
        client = signed_in(staff)
        with as_web(staff):
            return client.get(url) if data is None else client.post(url, data)

    return fetch


def test_the_report_is_compiled_shown_and_confirmed_on_pages(both, clerk, county, bureau, opens) -> None:
    ours = a_household(clerk, member())
    status(ours, county)
    url = opens(county, "/exchange/comparisons/compile/", {})["Location"]
    name = people_of(ours)[0].name
    assert name in opens(county, f"{url}?part=ours_only").content.decode()
    assert name not in opens(bureau, f"{url}?part=ours_only").content.decode()
    assert opens(county, f"{url}confirm/", {}).status_code == 422
    assert opens(bureau, f"{url}confirm/", {}).status_code == 302
    assert "双方已确认" in opens(county, url).content.decode()


def test_the_sheet_is_made_of_the_frozen_copy_and_names_its_digest(both, county, opens) -> None:
    made = report(county)
    answer = opens(county, f"/exchange/comparisons/{made.pk}.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert made.digest in str(rows[-1])


def test_a_key_is_shown_once(bureau, opens) -> None:
    page = opens(bureau, "/exchange/keys/", {"name": "防返贫系统"}).content.decode()
    assert "只显示这一次" in page
    assert "只显示这一次" not in opens(bureau, "/exchange/").content.decode()


def test_an_unmatched_event_is_settled_on_its_page(clerk, county, bureau, opens) -> None:
    stranger = event(1, "added", date(2026, 1, 1), ["0" * 32], "unstable")
    actions.receive(county=COUNTY, events=[stranger], by=bureau, on=DAY, at=at())
    pk = actions.receiving.Incoming.objects.get().pk
    assert "核对" in opens(county, "/exchange/").content.decode()
    assert opens(county, f"/exchange/incoming/{pk}/", {"do": "match", "number": "MS-ZF-999999"}).status_code == 422
    assert opens(county, f"/exchange/incoming/{pk}/", {"do": "aside", "note": "不是本市居民"}).status_code == 302
    assert "对方告知的都找到了家庭" in opens(county, "/exchange/").content.decode()
