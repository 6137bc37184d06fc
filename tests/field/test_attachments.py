"""Photos and voice notes in pieces: they go on where they stopped, arrive whole, and say nothing but their pixels."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doudi.documents import actions as documents
from doudi.field.actions.attachments import have, take_piece
from doudi.field.errors import Malformed
from doudi.field.images import stripped
from doudi.field.models import Attachment, AttachmentPart
from doudi.registry.actions.refusal import Refused
from tests.field.world import NOW, Phone, jpeg, piece, png, push, sent

SECRET = b"GPS 24.41 98.58"


@pytest.mark.parametrize("content", [jpeg(SECRET), png(extra=SECRET)])
def test_what_a_camera_writes_beside_the_picture_is_gone(content: bytes) -> None:
    assert SECRET in content
    assert SECRET not in stripped(content)
    assert stripped(stripped(content)) == stripped(content)


def test_a_webp_loses_its_exif_and_says_so() -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)

    body = b"WEBP" + chunk(b"VP8X", b"\x0c" + bytes(9)) + chunk(b"VP8 ", b"abc") + chunk(b"EXIF", SECRET)
    clean = stripped(b"RIFF" + len(body).to_bytes(4, "little") + body)
    assert SECRET not in clean
    assert (clean[20], int.from_bytes(clean[4:8], "little")) == (0, len(clean) - 8)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=200), st.integers(0, 80))
def test_a_damaged_picture_is_refused_or_cleaned_never_a_crash(noise: bytes, cut: int) -> None:
    for content in (noise, jpeg()[:cut] + noise, png()[:cut] + noise, b"RIFF\0\0\0\0WEBP" + noise):
        try:
            stripped(content)
        except Malformed:
            continue


@pytest.mark.django_db
def test_a_photo_in_pieces_becomes_the_households_document_without_its_position(phone: Phone, as_web) -> None:
    content = jpeg(SECRET)
    whole = record_and_piece(phone, content, as_web)
    with as_web(phone.staff):
        for start in range(0, len(content), 50):
            take(phone, whole, start, content[start : start + 50])
        row = Attachment.objects.select_related("document").get()
        stored = b"".join(documents.read(by=phone.staff, document=row.document))
    assert (row.state, row.document.owner_id, AttachmentPart.objects.count()) == ("stored", str(phone.home.pk), 0)
    assert stored == stripped(content)
    assert "24.41" in str(row.place)


def record_and_piece(phone: Phone, content: bytes, as_web, **changes: Any):
    """A record that has arrived, and a piece that belongs to it."""
    record = sent(phone)
    with as_web(phone.staff):
        push(phone, record)
    return piece(record, content, **changes)


def take(phone: Phone, whole, start: int, data: bytes) -> Attachment:
    return take_piece(
        piece=dataclasses.replace(whole, start=start, data=data), device=phone.device, by=phone.staff, at=NOW
    )


@pytest.mark.django_db
def test_pieces_twice_out_of_turn_or_late_change_nothing(phone: Phone, as_web) -> None:
    content = png()
    whole = record_and_piece(phone, content, as_web)
    with as_web(phone.staff):
        assert have(take(phone, whole, 20, content[20:30])) == 0
        assert [have(take(phone, whole, 0, content[:20])) for _ in range(2)] == [20, 20]
        take(phone, whole, 20, content[20:])
        row = take(phone, whole, 0, content[:20])
    assert (row.state, have(row)) == ("stored", len(content))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "changes", "word"),
    [(b"%PDF-1.4 x", {}, "照片"), (png(), {"digest": "0" * 64}, "传坏"), (png()[:60], {}, "损坏")],
)
def test_what_is_no_picture_is_refused_in_words(phone: Phone, as_web, content, changes, word) -> None:
    whole = record_and_piece(phone, content, as_web, **changes)
    with as_web(phone.staff):
        row = take(phone, whole, 0, content)
    assert (row.state, row.document, word in row.problem) == ("refused", None, True)


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"size": 400 * 1024 + 1}, {"size": 0}, {"kind": "film"}, {"digest": "x"}])
def test_what_is_too_large_or_of_no_kind_is_not_begun(phone: Phone, as_web, changes) -> None:
    whole = record_and_piece(phone, png(), as_web, **changes)
    with as_web(phone.staff), pytest.raises(Refused):
        take(phone, whole, 0, b"x")
    assert not Attachment.objects.exists()


@pytest.mark.django_db
def test_an_attachment_waits_for_its_record(phone: Phone, as_web) -> None:
    with as_web(phone.staff), pytest.raises(Refused):
        take(phone, piece(sent(phone), png()), 0, png())


@pytest.mark.django_db
def test_a_voice_note_is_kept_and_anything_else_under_its_name_is_not(phone: Phone, as_web) -> None:
    voice = b"\x1aE\xdf\xa3" + b"\x42\x82\x84webm" + bytes(80)
    for content, state in ((voice, "stored"), (b"MZ" + bytes(90), "refused")):
        record = sent(phone, "absent")
        with as_web(phone.staff):
            push(phone, record)
            row = take(phone, piece(record, content, kind="voice"), 0, content)
        assert row.state == state
