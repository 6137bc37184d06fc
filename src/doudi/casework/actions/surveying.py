"""A visit with all it brought: the family's signature, photos, and the figures that are otherwise than declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from doudi.accounts.models import Staff
from doudi.documents import actions as documents
from doudi.documents.models import Kind
from doudi.registry import actions as registry
from doudi.registry.models.facts import Source
from doudi.verification.actions.signing import Signing, sign
from doudi.verification.texts import TextVersion

from ..models import Application, HomeVisit
from ..owners import case_owner
from ..queries.figures import Figure
from .visits import Seen, record_visit

TEXT = TextVersion(
    "home_visit", "2026.1", date(2021, 7, 1), "入户调查记录",
    (
        "调查时间：{when}；地点：{place}；调查人：{first}、{second}。",
        "{findings}",
        "以上记录已读给我听，与当时所说所看到的一致。签名不代表救助结果。",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Brought:
    """What came home with the investigators beside the words. `figures`: what was found instead of the declared."""

    signing: Signing | None = None
    photos: Sequence[Any] = ()
    figures: Sequence[tuple[Figure, int]] = ()


def survey(
    *,
    application: Application,
    seen: Seen,
    brought: Brought,
    by: Staff,
    on: date,
    at: datetime,
    version: int | None = None,
) -> HomeVisit:
    """Keep all of it or nothing."""
    with transaction.atomic():
        if brought.signing is not None:
            seen = replace(seen, signature=_signed(application, seen, brought.signing, by, at), unsigned_because="")
        visit = record_visit(application=application, seen=seen, by=by, on=on, at=at, version=version)
        for photo in brought.photos:
            owner = case_owner(application)
            documents.store(by=by, source=photo.file, name=photo.name, kind=Kind.PHOTO, owner=owner, at=at)
        for figure, amount in brought.figures:
            _state(application, figure, amount, by, on, at)
    return visit


def _signed(application: Application, seen: Seen, signing: Signing, by: Staff, at: datetime) -> int:
    assert application.household is not None
    words = {
        "when": f"{seen.at:%Y-%m-%d %H:%M}", "place": seen.place, "first": seen.first_name,
        "second": seen.second_name, "findings": seen.findings,
    }  # fmt: skip
    signature = sign(
        household=application.household, signer=signing.signer, text=TEXT, words=words, mark=signing.mark, by=by, at=at
    )
    return signature.pk


def _state(application: Application, figure: Figure, amount: int, by: Staff, on: date, at: datetime) -> None:
    """As of the day of acceptance, whose facts decide: what is found later about that day still counts."""
    about: dict[str, Any] = {"person": figure.person} if figure.person else {"household": application.household}
    as_of = min(on, application.accepted_on or on)
    registry.state_amount(
        kind=figure.fact.kind, amount=amount, source=Source.VISIT, as_of=as_of, by=by, on=on, at=at,
        reference=application.number, **about,
    )  # fmt: skip
