"""Storing, reading and discarding documents; the encrypted objects beneath."""

from __future__ import annotations

import io
import os
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.audit.models import AuditEvent
from doudi.documents import actions, objects, owners, queries
from doudi.documents.models import Document, Kind, Retention
from doudi.documents.owners import Owner
from doudi.documents.sniffing import Refused
from doudi.jobs import actions as jobs
from doudi.jobs import runner
from doudi.privacy import sealed_files
from doudi.privacy.sealed_files import Tampered
from tests.conftest import FAR_VILLAGE, NOON, VILLAGE
from tests.documents import samples

pytestmark = pytest.mark.django_db
HERE = Owner("household", "7", VILLAGE, "岳勒旺家", "/somewhere/")


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path) -> None:
    settings.DOUDI_DATA_DIR = tmp_path


def stored(by, content: bytes = samples.JPEG, owner: Owner = HERE, **options) -> Document:
    values = {"name": "证件.jpg", "kind": Kind.IDENTITY, "at": NOON, **options}
    return actions.store(by=by, source=io.BytesIO(content), owner=owner, **values)


def content_of(document: Document) -> bytes:
    return b"".join(objects.read(document.digest))


def test_what_is_stored_is_read_back(clerk) -> None:
    document = stored(clerk)
    assert b"".join(actions.read(by=clerk, document=document)) == samples.JPEG
    assert (document.media_type, document.size) == ("image/jpeg", len(samples.JPEG))


def test_a_text_of_several_pieces_is_read_back_whole(clerk) -> None:
    content = os.urandom(1_500_000).hex().encode()
    assert content_of(stored(clerk, content, name="a.txt")) == content


@pytest.mark.parametrize("extra", [-1, 0, 1])
def test_a_file_around_the_size_of_a_piece_is_read_back_whole(extra, clerk) -> None:
    content = b"a" * (sealed_files.PIECE_BYTES + extra)
    assert content_of(stored(clerk, content, name="a.txt")) == content


def test_storing_and_reading_are_on_the_record_without_the_file_name(clerk) -> None:
    document = stored(clerk)
    actions.read(by=clerk, document=document)
    events = AuditEvent.objects.order_by("id")
    assert [e.action for e in events] == ["document.store", "document.read"]
    assert all(e.subject_id == "7" and "证件" not in str(e.detail) for e in events)


def test_on_disk_nothing_is_readable_and_the_name_says_nothing(clerk) -> None:
    document = stored(clerk, "岳勒旺,弄恩村".encode(), name="a.csv")
    assert "岳勒旺".encode() not in objects.path_of(document.digest).read_bytes()
    with pytest.raises(ValueError, match="not a digest"):
        objects.path_of("../../etc/passwd")


def test_equal_files_lie_there_once(clerk) -> None:
    first, second = stored(clerk), stored(clerk, name="又一次.jpg")
    assert first.digest == second.digest
    assert len(list(objects.folder().glob("??/*"))) == 1


def test_a_refused_file_leaves_nothing_behind(clerk) -> None:
    with pytest.raises(Refused):
        stored(clerk, b"<html>")
    assert not Document.objects.exists()
    assert not list(objects.folder().glob("??/*"))


def test_nobody_stores_outside_their_place(clerk) -> None:
    with pytest.raises(NotPermitted):
        stored(clerk, owner=Owner("household", "8", FAR_VILLAGE))


def test_nobody_reads_outside_their_place(clerk, staff_with) -> None:
    document = stored(clerk)
    with pytest.raises(NotPermitted):
        actions.read(by=staff_with(Role.TOWNSHIP_CLERK, "533103103"), document=document)


TAMPERING = {
    "a changed byte": lambda raw: raw[:40] + bytes([raw[40] ^ 1]) + raw[41:],
    "a changed salt": lambda raw: raw[:6] + bytes([raw[6] ^ 1]) + raw[7:],
    "a cut tail": lambda raw: raw[:-5],
    "a missing last piece": lambda raw: raw[: sealed_files.HEADER_BYTES + sealed_files.PIECE_BYTES + 16],
    "an appended byte": lambda raw: raw + b"x",
    "only the header": lambda raw: raw[: sealed_files.HEADER_BYTES],
    "nothing": lambda raw: b"",
}


@pytest.mark.planted
@pytest.mark.parametrize("what", TAMPERING)
def test_planted_tampering_with_an_object_is_noticed(what, clerk) -> None:
    document = stored(clerk, b"a" * (sealed_files.PIECE_BYTES + 100), name="a.txt")
    path = objects.path_of(document.digest)
    path.write_bytes(TAMPERING[what](path.read_bytes()))
    with pytest.raises(Tampered):
        content_of(document)


@pytest.mark.planted
def test_planted_one_object_in_the_place_of_another_is_noticed(clerk) -> None:
    first, second = stored(clerk), stored(clerk, samples.PNG, name="a.png")
    objects.path_of(first.digest).write_bytes(objects.path_of(second.digest).read_bytes())
    with pytest.raises(Tampered):
        content_of(first)


def test_a_discarded_document_is_gone_for_everybody_and_says_why(clerk) -> None:
    document = stored(clerk)
    actions.discard(by=clerk, document=document, reason="拍错了", at=NOON)
    assert not queries.documents_of(HERE, for_staff=clerk).exists()
    assert AuditEvent.objects.filter(action="document.discard", purpose="拍错了").exists()


def sweep(at) -> None:
    job = jobs.start("documents.sweep", by_id=None, at=at)
    runner.run(job.pk, clock=lambda: at)


def test_the_sweep_removes_only_what_no_matter_needs(clerk) -> None:
    shared, again, lonely = stored(clerk), stored(clerk), stored(clerk, samples.PNG, name="a.png")
    for document in (shared, lonely):
        actions.discard(by=clerk, document=document, reason="拍错了", at=NOON)
    sweep(NOON.replace(year=2099))
    assert content_of(again) == samples.JPEG
    assert not objects.path_of(lonely.digest).exists()


def test_the_sweep_leaves_young_objects_alone(clerk) -> None:
    document = stored(clerk)
    actions.discard(by=clerk, document=document, reason="拍错了", at=NOON)
    sweep(NOON.replace(year=2000))
    assert objects.path_of(document.digest).exists()


@pytest.mark.parametrize(("days", "kept"), [(30, True), (31, False)])
def test_what_is_kept_thirty_days_goes_after_thirty_days(days, kept, clerk) -> None:
    stored(clerk, retention=Retention.MONTH)
    sweep(NOON + timedelta(days=days))
    assert Document.objects.kept().exists() is kept


def test_after_a_key_change_every_object_follows_and_reads_the_same(clerk, settings) -> None:
    document = stored(clerk)
    ring = settings.DOUDI_KEYRING
    settings.DOUDI_KEYRING = ring | {"active": 2, "fields": ring["fields"] | {"2": "22" * 16}}
    job = jobs.start("documents.reseal", by_id=None, at=NOON)
    runner.run(job.pk)
    runner.run(job.pk)
    assert sealed_files.key_id_of(objects.path_of(document.digest)) == 2
    assert content_of(document) == samples.JPEG


def test_behind_the_wall_documents_are_seen_by_place(as_web, clerk, staff_with) -> None:
    stored(clerk)
    with as_web(clerk):
        assert Document.objects.count() == 1
    for stranger in (staff_with(Role.TOWNSHIP_CLERK, "533103103"), staff_with(Role.FINANCE), None):
        with as_web(stranger):
            assert not Document.objects.exists()


def test_behind_the_wall_nobody_deletes_or_edits_a_document(as_web, clerk) -> None:
    document = stored(clerk)
    with as_web(clerk), pytest.raises(DatabaseError), transaction.atomic():
        document.delete()
    with as_web(clerk), pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.update(digest="0" * 64)


def test_behind_the_wall_documents_are_added_in_ones_own_name_and_place(as_web, clerk) -> None:
    with as_web(clerk):
        document = stored(clerk)
        actions.discard(by=clerk, document=document, reason="拍错了", at=NOON)
        with pytest.raises(DatabaseError), transaction.atomic():
            Document.objects.create(
                digest="0" * 64, size=1, media_type="x", name="x", kind="other", owner_kind="x", owner_id="1",
                division_code=FAR_VILLAGE, uploaded_by=clerk, uploaded_at=NOON,
            )  # fmt: skip


def test_an_unknown_kind_of_owner_is_not_found(clerk) -> None:
    assert owners.find_owner(clerk, "nothing", "1") is None
