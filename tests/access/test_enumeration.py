"""Walking through numbers: what is not there and what is not yours get one answer, and leave one trace.

Every door that names one thing is asked for a row of another place and for a number that nobody has. The answers must
be the same but for the number itself, and each is an event of the log.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse

from doudi.accounts.roles import Role
from doudi.audit.middleware import REFUSED
from doudi.audit.models import AuditEvent
from tests.access.doors import DOORS
from tests.access.rows import told
from tests.access.standing import Stage, ask, set_stage, signed_in, with_arguments
from tests.access.test_every_door import everyman, other_place
from tests.access.world import SECRET_NUMBER
from tests.conftest import staff_member

pytestmark = pytest.mark.django_db
ABSENT = 98_765_432_101
CHANGING = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|data-csrf="[^"]*"|"now": "[^"]*"')

# Doors that answer differently on purpose.
TOWNSHIP = (
    "a household's number carries its township's letters; the answer names that township, whom to call, and no more"
)
INSTALLATION = "a row of the installation, not of a family: see OPEN in test_row_security.py"
TOLD: dict[str, str] = dict.fromkeys(
    (
        "audit:settle", "casework:end_switch", "payments:run_act", "payments:subsidy_confirm", "places:close",
        "places:open_below", "places:rename", "places:set_class",
    ),
    INSTALLATION,
)  # fmt: skip


@pytest.fixture
def stage(divisions: dict, settings: Any, tmp_path: Any) -> Stage:
    """A row in every table."""
    settings.DOUDI_DATA_DIR = tmp_path
    return set_stage()


def absent(value: Any) -> Any:
    """A number of the same kind that nobody has."""
    if isinstance(value, int):
        return ABSENT if value > 9 else value
    return re.sub(r"\d{3,}$", lambda m: "8" * len(m[0]), str(value))


def pairs(stage: Stage) -> list[tuple[str, str, str, str]]:
    """(door, method, address of somebody else's, address of nothing)."""
    found = []
    for name in with_arguments():
        arguments = stage.arguments(name)
        nothing = {key: absent(value) for key, value in arguments.items()}
        try:
            urls = reverse(name, kwargs=arguments), reverse(name, kwargs=nothing)
        except NoReverseMatch:
            continue
        if urls[0] != urls[1]:
            found += [(name, method, *urls) for method in sorted(DOORS[name].methods)]
    return found


def shape(answer: Any, url: str, arguments: dict[str, Any]) -> tuple[int, str]:
    """An answer without the number that was asked for."""
    text = CHANGING.sub("", answer.text_seen)
    for value in sorted((url, *map(str, arguments.values())), key=len, reverse=True):
        text = text.replace(value, "#") if len(value) > 3 else text
    return answer.status_code, text


def test_not_there_and_not_yours_get_the_same_answer_and_leave_a_trace(stage: Stage) -> None:
    staff = everyman("walks", place=other_place)
    client, wrong = signed_in(staff), []
    for name, method, theirs, nothing in pairs(stage):
        arguments = stage.arguments(name)
        first, traced = kept(client, staff, method, theirs)
        second, _ = kept(client, staff, method, nothing)
        same = shape(first, theirs, arguments) == shape(
            second, nothing, {key: absent(value) for key, value in arguments.items()}
        )
        if first.status_code < 400:
            continue  # public to this role wherever it works: not a thing of a place (test_fields looks at its fields)
        if name in TOLD:
            continue
        by_household = arguments.get("number") == stage.world.household.number
        only_the_township = by_household and first.status_code == second.status_code and "遮放镇" in first.text_seen
        if not same and not only_the_township:
            wrong.append((name, method, first.status_code, second.status_code, "differ"))
        if told(first.text_seen) or SECRET_NUMBER in first.text_seen:
            wrong.append((name, method, "tells of the row"))
        if first.status_code in (403, 404) and not traced:
            wrong.append((name, method, "leaves no trace"))
    assert wrong == []


def kept(client: Any, staff: Any, method: str, url: str) -> tuple[Any, int]:
    """An answer, and how many refusals the log holds more."""
    from django.db import transaction

    point, before = transaction.savepoint(), AuditEvent.objects.filter(action=REFUSED).count()
    answer = ask(client, staff, method, url, keep=True)
    traced = AuditEvent.objects.filter(action=REFUSED).count() - before
    transaction.savepoint_rollback(point)
    return answer, traced


def test_the_trace_says_who_asked_for_what_and_nothing_about_the_file(stage: Stage) -> None:
    staff = staff_member(Role.TOWNSHIP_CLERK, other_place(Role.TOWNSHIP_CLERK))
    url = reverse("registry:person", kwargs={"pk": stage.world.person.pk})
    ask(signed_in(staff), staff, "GET", url, keep=True)
    event = AuditEvent.objects.get(action=REFUSED)
    assert (event.actor_id, event.subject_kind, event.subject_id) == (staff.pk, "door", str(stage.world.person.pk))
    assert event.detail == {"door": "registry:person", "method": "GET", "status": 404}
    assert event.subject_place == ""  # not whose it is: that would answer the question


@pytest.mark.parametrize("times", [40])
def test_a_walk_through_numbers_leaves_as_many_traces_as_steps(times: int, stage: Stage) -> None:
    staff = staff_member(Role.TOWNSHIP_CLERK, other_place(Role.TOWNSHIP_CLERK))
    client = signed_in(staff)
    for n in range(times):
        assert ask(client, staff, "GET", f"/people/{ABSENT + n}/", keep=True).status_code == 404
    assert AuditEvent.objects.filter(action=REFUSED, actor_id=staff.pk).count() == times


@pytest.mark.planted
def test_planted_a_door_that_tells_them_apart_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wall down for people and the filter off: somebody else's person is no longer like nobody."""
    from django.db import connection

    from tests.access.test_every_door import switch_filters_off

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE registry_person DISABLE ROW LEVEL SECURITY")
    switch_filters_off(monkeypatch)
    staff = staff_member(Role.TOWNSHIP_CLERK, other_place(Role.TOWNSHIP_CLERK))
    arguments = {"pk": stage.world.person.pk}
    first = ask(signed_in(staff), staff, "GET", f"/people/{stage.world.person.pk}/")
    second = ask(signed_in(staff), staff, "GET", f"/people/{ABSENT}/")
    assert shape(first, "", arguments) != shape(second, "", {"pk": ABSENT})
