"""Uploading, looking at and discarding documents in the browser."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from doudi.accounts.roles import Role
from doudi.audit.models import AuditEvent
from doudi.documents import actions, objects, owners
from doudi.documents.models import Document, Kind
from doudi.documents.owners import Owner
from tests.conftest import NOON, VILLAGE
from tests.documents import samples

pytestmark = pytest.mark.django_db
HERE = Owner("test-owner", "7", VILLAGE, "岳勒旺家", "/help/")
UPLOAD = "/documents/add/test-owner/7/"


@pytest.fixture(autouse=True)
def world(settings, tmp_path, monkeypatch) -> None:
    settings.DOUDI_DATA_DIR = tmp_path
    monkeypatch.setitem(owners._finders, "test-owner", lambda staff, pk: HERE if pk == "7" else None)


def stored(by, content=samples.JPEG, name="证件.jpg") -> Document:
    return actions.store(by=by, source=io.BytesIO(content), name=name, kind=Kind.IDENTITY, owner=HERE, at=NOON)


def upload(client, content: bytes, name: str):
    return client.post(UPLOAD, {"kind": "identity", "file": SimpleUploadedFile(name, content)})


def test_a_file_is_uploaded_to_its_owner(signed_in, clerk) -> None:
    response = upload(signed_in(clerk), samples.JPEG, "证件.jpg")
    assert response["Location"] == "/help/"
    assert Document.objects.get().name == "证件.jpg"


@pytest.mark.parametrize(("content", "words"), [(b"", "空"), (b"<html>", "网页"), (samples.PDF, "扩展名")])
def test_a_refused_file_brings_the_form_back_with_a_sentence(content, words, signed_in, clerk) -> None:
    response = upload(signed_in(clerk), content, "证件.jpg")
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Document.objects.exists()


def test_without_a_file_the_form_says_so(signed_in, clerk) -> None:
    assert signed_in(clerk).post(UPLOAD, {"kind": "identity"}).status_code == 422


def test_an_unknown_owner_is_not_found(signed_in, clerk) -> None:
    assert signed_in(clerk).get("/documents/add/test-owner/8/").status_code == 404


def test_a_picture_is_shown_and_never_run(signed_in, clerk) -> None:
    response = signed_in(clerk).get(reverse("documents:show", args=[stored(clerk).pk]))
    assert b"".join(response.streaming_content) == samples.JPEG
    assert response["Content-Disposition"].startswith("inline")
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"


def test_anything_else_is_downloaded(signed_in, clerk) -> None:
    document = stored(clerk, samples.PDF, "诊断.pdf")
    response = signed_in(clerk).get(reverse("documents:show", args=[document.pk]))
    assert response["Content-Disposition"].startswith("attachment")


def test_looking_is_on_the_record(signed_in, clerk) -> None:
    signed_in(clerk).get(reverse("documents:show", args=[stored(clerk).pk]))
    assert AuditEvent.objects.filter(action="document.read", actor_id=clerk.pk).count() == 1


def test_a_document_of_another_place_is_not_found(signed_in, clerk, staff_with) -> None:
    client = signed_in(staff_with(Role.TOWNSHIP_CLERK, "533103103"))
    assert client.get(reverse("documents:show", args=[stored(clerk).pk])).status_code == 404


@pytest.mark.parametrize("damage", [lambda p: p.unlink(), lambda p: p.write_bytes(b"DDF1")])
def test_a_damaged_document_is_reported_and_not_served(damage, signed_in, clerk) -> None:
    document = stored(clerk)
    damage(objects.path_of(document.digest))
    response = signed_in(clerk).get(reverse("documents:show", args=[document.pk]))
    assert response.status_code == 409
    assert "备份" in response.content.decode()


def test_discarding_needs_a_reason(signed_in, clerk) -> None:
    url = reverse("documents:discard", args=[stored(clerk).pk])
    client = signed_in(clerk)
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "拍错了"}).status_code == 302
    assert not Document.objects.kept().exists()
