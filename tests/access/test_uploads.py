"""Every field that takes a file, found on the pages: bombs, two files in one, names that climb, bytes that lie."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from doudi.accounts.roles import Role
from tests.access.corpus import files_watched, harm, nothing_leaves
from tests.access.doors import DOORS
from tests.access.standing import Stage, set_stage, signed_in, text_of
from tests.access.test_every_door import held, natural_place
from tests.bad_input.filled import _Fields
from tests.conftest import staff_member, web_role

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
XML = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'
SENDS = (
    Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK, Role.PAYMENT_MAKER, Role.LIAISON_MEDICAL, Role.RURAL_REVITALISATION,
    Role.COORDINATOR,
)  # fmt: skip

# What is taken all the same, and why that does no harm.
KEPT: dict[str, tuple[tuple[str, ...], str]] = {
    "feeds:send": (
        ("bomb", "entity", "climbing members", "page in a picture", "page in a paper", "drawing that runs", "program",
         "program in a list", "wrong name", "climbing name", "climbing name, encoded", "long name"),
        "kept encrypted as a batch; a job reads it and refuses it in words (tests/feeds)",
    ),
    "documents:upload": (("entity", "page in a picture"), "kept encrypted, never unpacked, shown by its first bytes"),
}  # fmt: skip


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as one:
        for name, content in members.items():
            one.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def hostile() -> dict[str, tuple[str, bytes]]:
    """Name and bytes of each."""
    bomb = archive(
        **{"[Content_Types].xml": b"<x/>", "xl__workbook.xml": b"<x/>", "xl__sheet.xml": b"\0" * 200_000_000}
    )
    entity = archive(**{"[Content_Types].xml": XML, "xl__workbook.xml": XML, "xl__worksheets__sheet1.xml": XML})
    return {
        "bomb": ("名册.xlsx", bomb),
        "entity": ("名册.xlsx", entity),
        "climbing members": ("名册.xlsx", archive(**{"..__..__..__tmp__climbed": b"x", "xl__workbook.xml": b"<x/>"})),
        "page in a picture": ("证.png", b"\x89PNG\r\n\x1a\n<html><script>x()</script></html>"),
        "page in a paper": ("证.pdf", b"<html><script>x()</script>%PDF-1.4"),
        "drawing that runs": ("证.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
        "program": ("证.jpg", b"MZ\x90\0" + b"\0" * 200),
        "program in a list": ("名册.csv", b"\x7fELF" + b"\0" * 200),
        "wrong name": ("名册.xlsx", PNG),
        "climbing name": ("../../../../etc/cron.d/x", b"* * * * * root x"),
        "climbing name, encoded": ("..%2f..%2fetc%2fpasswd", PNG),
        "nothing": ("名册.xlsx", b""),
        "long name": ("长" * 400 + ".xlsx", b"x"),
    }  # fmt: skip


@pytest.fixture
def stage(divisions: dict, settings: Any, tmp_path: Any) -> Stage:
    """A row in every table, and a folder for what is uploaded."""
    settings.DOUDI_DATA_DIR = tmp_path / "data"
    return set_stage()


def takers(stage: Stage) -> dict[str, tuple[Role, str, dict[str, str], list[str]]]:
    """Door → who sends, where, the good fields, and the fields that take a file."""
    found: dict[str, tuple[Role, str, dict[str, str], list[str]]] = {}
    for role in SENDS:
        staff = staff_member(role, natural_place(role), username=f"sends-{role.value}"[:40].replace("_", "-"))
        client = signed_in(staff)
        for name, door in DOORS.items():
            if name in found or not door.methods >= {"GET", "POST"} or not held(name, role):
                continue
            point = transaction.savepoint()
            with web_role(staff):
                page = client.get(stage.address(name))
            transaction.savepoint_rollback(point)
            fields = _Fields()
            fields.feed(page.content.decode("utf-8", "replace") if not page.streaming else "")
            files = [field for field, kind in fields.types.items() if kind == "file"]
            if files:
                found[name] = role, stage.address(name), fields.values, files
    return found


def test_no_door_takes_a_file_that_is_not_what_it_says(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    doors, wrong, bad = takers(stage), [], hostile()
    assert len(doors) >= 6, sorted(doors)
    with nothing_leaves(monkeypatch) as reached, files_watched(tmp_path) as touched:
        for name, (role, url, values, files) in doors.items():
            staff = staff_member(
                role, natural_place(role), username=f"t-{name}-{role.value}"[:40].translate({95: 45, 58: 45})
            )
            client = signed_in(staff)
            for what, (file_name, content) in bad.items():
                said = values | {field: SimpleUploadedFile(file_name, content) for field in files}
                point = transaction.savepoint()
                with web_role(staff):
                    answer = client.post(url, {k: v for k, v in said.items() if v is not None})
                    text = text_of(answer.content)
                wrong += [(name, what, problem) for problem in harm(answer, text)]
                if what in KEPT.get(name, ("", ""))[0]:
                    continue
                if answer.status_code not in (400, 403, 404, 409, 413, 422):
                    wrong.append((name, what, f"taken: {answer.status_code}"))
                transaction.savepoint_rollback(point)
    assert wrong == []
    assert (reached, touched) == ([], [])
    assert reverse("documents:upload", args=["household", str(stage.world.household.pk)])


def test_the_hostile_files_are_small_and_would_be_large() -> None:
    assert all(len(content) < 2_000_000 for _name, content in hostile().values())
