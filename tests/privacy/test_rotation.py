"""Changing keys: every value once, nothing readable on the way, guards still up for everybody else."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction

from doudi.privacy import rotation
from doudi.privacy.fields import blind
from doudi.registry.models import Certificate, Person, Revision
from tests.conftest import VILLAGE

THEN = datetime(2026, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def people(count: int) -> list[Person]:
    """People with phones, one of them with a certificate and a revision, whose tables are never edited."""
    made = [
        Person.objects.create(
            division_code=VILLAGE, name="岳勒旺", pinyin="yuelewang", initials="ylw", sex=1, recorded_at=THEN,
            birth_date=date(1979, 1, 1), phone=f"1870892{n:04}", phone_index=blind(f"1870892{n:04}", purpose="phone"),
        )
        for n in range(count)
    ]  # fmt: skip
    Certificate.objects.create(
        person=made[0], division_code=VILLAGE, kind="severe_illness", code="yes", detail="尿毒症", source="medical",
        starts_on=date(2026, 1, 1), recorded_at=THEN,
    )  # fmt: skip
    Revision.objects.create(person=made[0], division_code=VILLAGE, said="{}", reason="x", since=THEN, until=THEN)
    return made


@pytest.fixture
def second_key(settings) -> None:
    """From now on key 2 is active and key 1 still opens."""
    keys = settings.DOUDI_KEYRING
    settings.DOUDI_KEYRING = {**keys, "active": 2, "fields": {**keys["fields"], "2": "22" * 16}}


def test_every_value_is_under_the_new_key_and_reads_the_same(request) -> None:
    people(5)
    assert set(rotation.keys_in_use()) == {1}
    request.getfixturevalue("second_key")
    assert rotation.rotate(chunk=2) == 7
    assert rotation.keys_in_use() == {2: 7}
    assert sorted(p.phone for p in Person.objects.all())[0] == "18708920000"
    assert Certificate.objects.get().detail == "尿毒症"


def test_stopped_in_the_middle_it_goes_on_with_what_is_left(request) -> None:
    people(5)
    request.getfixturevalue("second_key")
    phone = next(c for c in rotation.columns() if (c.table, c.name) == ("registry_person", "phone"))
    assert rotation.rotate_chunk(phone, after=None, chunk=3)[0] == 3
    assert rotation.rotate() == 4
    assert rotation.rotate() == 0


@pytest.mark.planted
@pytest.mark.parametrize("rotating", ["on", ""])
def test_the_web_role_cannot_pass_the_guard_by_claiming_to_rotate(rotating: str, as_web, clerk) -> None:
    people(1)
    with as_web(clerk), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('doudi.rotating', %s, true)", [rotating])
        with pytest.raises(ProgrammingError, match="never edited"), transaction.atomic():
            cursor.execute("UPDATE registry_certificate SET detail = 'x'")
        cursor.execute("SELECT set_config('doudi.rotating', '', true)")


@pytest.mark.planted
@pytest.mark.parametrize(("column", "rotating"), [("detail = 'x'", ""), ("code = 'no'", "on")])
def test_the_owner_passes_only_while_rotating_and_only_with_ciphertext(column: str, rotating: str) -> None:
    people(1)
    connection.cursor().execute("SELECT set_config('doudi.rotating', %s, true)", [rotating])
    with pytest.raises(ProgrammingError, match="never edited"), transaction.atomic():
        connection.cursor().execute(f"UPDATE registry_certificate SET {column}")


def test_a_new_index_key_finds_people_again(settings) -> None:
    people(3)
    settings.DOUDI_KEYRING = {**settings.DOUDI_KEYRING, "index": "33" * 32}
    assert not Person.objects.filter(phone_index=blind("18708920001", purpose="phone")).exists()
    assert rotation.reindex(chunk=2) == 3
    assert Person.objects.get(phone_index=blind("18708920001", purpose="phone")).phone == "18708920001"


def test_a_new_key_file_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    rotation.new_keyring(path)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        rotation.new_keyring(path)


def test_an_added_key_is_active_and_the_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    rotation.new_keyring(path)
    assert rotation.add_key(path) == 2
    material = json.loads(path.read_text())
    assert (material["active"], sorted(material["fields"])) == (2, ["1", "2"])
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(list(tmp_path.iterdir())) == 1
