"""Field by field: every text that the data map knows, on every page, list, file and phone, for every role and place.

A canary stands in every text field of every table. Whatever a role can open is read through: HTML, CSV, JSON, the text
of PDFs, the inside of workbooks. A canary may be found only by the roles that the sentence of the data map names, and
only within the place. Nothing here lists a page or a field: both come from the code.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from tests.access.doors import DOORS
from tests.access.rows import told
from tests.access.seen import EVERYBODY, not_understood, stated
from tests.access.standing import CLOSED, SHARES, Stage, ask, set_stage, signed_in, with_arguments
from tests.access.test_every_door import everyman, held, natural_place, other_place
from tests.access.test_row_security import OPEN
from tests.access.world import SECRET_NUMBER
from tests.conftest import staff_member

pytestmark = pytest.mark.django_db
REVEAL = frozenset({"registry:reveal", "services:reveal", "payments:account_reveal"})


@pytest.fixture
def stage(divisions: dict, settings: Any, tmp_path: Any) -> Stage:
    """Canaries everywhere."""
    settings.DOUDI_DATA_DIR = tmp_path
    return set_stage()


def everything(staff: Staff, stage: Stage, roles: set[Role]) -> dict[str, Any]:
    """The answers of every door that these roles pass."""
    client = signed_in(staff)
    found = {
        name: ask(client, staff, "GET", stage.address(name))
        for name, door in DOORS.items()
        if "GET" in door.methods and any(held(name, role) for role in roles)
    }
    if any(held("field:pull", role) for role in roles):
        found |= phone(staff, client)
    return found


def phone(staff: Staff, client: Any) -> dict[str, Any]:
    """What a phone of theirs is given."""
    import uuid

    from doudi.field.actions.devices import register
    from tests.conftest import NOON

    key = str(register(key=uuid.uuid4(), name="测试", by=staff, at=NOON).key)
    said = json.dumps({"device": key, "have": {}})
    return {"field:pull": ask(client, staff, "POST", "/field/pull/", data=said, content_type="application/json")}


def leaks(answers: dict[str, Any], roles: set[Role], *, within: bool) -> list[str]:
    """Canaries that these roles should not have found."""
    known, found = stated(), []
    for name, answer in answers.items():
        for table, field in sorted(told(answer.text_seen)):
            seen = known.get((table, field))
            fine = seen is None or seen.roles == EVERYBODY or bool((within or table in OPEN) and roles & seen.roles)
            if not fine and not (seen and seen.masked and name in REVEAL):
                found.append(f"{name}: {table}.{field}（{seen.sentence if seen else ''}）")
        if SECRET_NUMBER in answer.text_seen and name not in REVEAL:
            found.append(f"{name}: a whole number of a person")
    return found


def test_every_sentence_of_the_data_map_is_understood() -> None:
    assert not not_understood()


def test_every_door_that_names_something_is_opened_or_explained(stage: Stage) -> None:
    staff = everyman("opens")
    client, shut = signed_in(staff), set()
    for name in with_arguments():
        if "GET" in DOORS[name].methods and ask(client, staff, "GET", stage.address(name)).status_code != 200:
            shut.add(name)
    assert shut == set(CLOSED)


@pytest.mark.parametrize("roles", SHARES)
def test_from_within_a_field_is_seen_by_whom_the_data_map_names(roles: list[Role], stage: Stage) -> None:
    found, broken = {}, set()
    for role in roles:
        answers = everything(staff_member(role, natural_place(role)), stage, {role})
        broken |= {name for name, answer in answers.items() if answer.status_code >= 500}
        if wrong := leaks(answers, {role}, within=True):
            found[role.value] = wrong
    assert found == {}
    assert broken == set()


def test_from_elsewhere_no_field_is_seen(stage: Stage) -> None:
    staff = everyman("elsewhere", place=other_place)
    assert leaks(everything(staff, stage, set(Role)), set(Role), within=False) == []
