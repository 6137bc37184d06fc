"""The log on its way out: a file for the stand-alone verifier, the head for safe keeping elsewhere, rows as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.utils import timezone

from doudi.privacy.wall import owner_alias

from .canonical import event_lines, seal_lines, sm3, stamp
from .models import AuditEvent, AuditSeal

HEADER = b'{"doudi_audit":1}\n'
# What a spreadsheet would run: neutralised by a leading apostrophe, as every export does.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write(path: Path, *, using: str | None = None) -> int:
    """Write the seals, then the events with their digests, as JSON lines; returns the number of events.

    What is written to the log in between is merely not sealed yet, so no common snapshot is needed.
    """
    alias, events = using or owner_alias(), 0
    with path.open("wb") as file:
        file.write(HEADER)
        for line in seal_lines(alias):
            file.write(line + b"\n")
        for line in event_lines(alias):
            file.write(b'{"d":"%s","e":%s}\n' % (sm3(line).hex().encode(), line))
            events += 1
    return events


def head_text(seal: AuditSeal) -> str:
    """The head of the chain as a few lines that can be printed, signed for, or sent to another office."""
    return (
        "doudi audit head / 兜底审计链头\n"
        f"number {seal.number}\nhead {seal.head}\nsealed_at {stamp(seal.sealed_at)}\n"
        f"public_key {seal.public_key}\nsignature {seal.signature}\n"
    )


def head(path: Path, *, using: str | None = None) -> AuditSeal | None:
    """Append the newest head to an anchor file; None if nothing has been sealed yet."""
    seal = AuditSeal.objects.using(using or owner_alias()).order_by("number").last()
    if seal is not None:
        with path.open("a", encoding="utf-8") as file:
            file.write(head_text(seal))
    return seal


def csv_rows(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """CSV text line by line, with the mark that lets Excel read UTF-8 and nothing a spreadsheet would execute."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(header)
    yield buffer.getvalue()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([_harmless(str(value)) for value in row])
        yield buffer.getvalue()


def _harmless(text: str) -> str:
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def csv_of(events: Iterable[AuditEvent], header: Iterable[str]) -> Iterator[str]:
    """The rows of a filtered list, times in local time."""
    return csv_rows(header, map(_csv_row, events))


def _csv_row(event: AuditEvent) -> list[object]:
    who = [event.actor_id or "", event.actor_role, event.actor_place]
    what = [event.action, event.subject_kind, event.subject_id, event.subject_place, event.purpose]
    return [f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}", event.pk, *who, *what, event.request_id]
