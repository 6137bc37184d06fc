"""申请书: what the registry knew, what the family declared, and what they signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from doudi.documents.forms import PrintStamp
from doudi.policy.engine.nodes import HOUSEHOLD, PERSON
from doudi.policy.facts import FACTS
from doudi.policy.wording import said
from doudi.registry.models import Person
from doudi.registry.models.facts import Source
from doudi.verification.models import Pledge, VerificationConsent
from doudi.verification.texts import materials

from ..models import Application, Declaration, PlaceBasis
from ..queries.gaps import matter_of
from ..queries.sheet import Known, sheet
from .papers import day, head_of, member_rows, person_row, print_guarded, subject_of

FORM = "application_form"
ABOVE = frozenset({"division_code", "birth_date", "sex", "relation", "co_resident"})  # in the table of the family
NOTHING = (0, False, "none", "home")


def print_application(application: Application, stamp: PrintStamp) -> bytes:
    """The application as one would sign it."""
    return print_guarded(FORM, application_data(application), stamp, application.number)


def application_data(application: Application) -> dict[str, Any]:
    """Everything on the sheet."""
    on = application.accepted_on or application.opened_on
    home, person = application.household, subject_of(application)
    known = sheet(home.pk, on).known if home else ()
    declared = list(_declared(application))
    keys = {key for key, *_rest in declared}
    return head_of(application) | {
        "applicant": person_row(person) if person else {},
        "address": home.address if home else "",
        "household": home.number if home else "",
        "proxy": str(application.proxy or ""),
        "proxy_relation": application.proxy_relation,
        "cause": str(application.cause or ""),
        "permit": application.place_basis == PlaceBasis.RESIDENCE_PERMIT,
        "members": member_rows(home, on),
        "known": list(_grouped([k for k in known if k.key not in keys and k.spec.name not in ABOVE])),
        "declared": list(_told(declared)),
        "pledges": _pledges(application),
        "consents": _consents(application),
    }


def _grouped(known: list[Known]) -> Iterator[dict[str, Any]]:
    """What was on file, a row a person; what is simply none is not spelled out."""
    for name, rows in groupby(sorted(known, key=lambda k: k.name), key=lambda k: k.name):
        facts = [f"{k.spec.label} {k.words}（{_source(k.source)}）" for k in rows if k.value not in NOTHING]
        if facts:
            yield {"name": name or "家庭", "facts": facts}


def _source(code: str) -> str:
    return str(Source(code).label) if code in Source.values else "档案"


def _declared(application: Application) -> Iterator[tuple[str, str, str, Any, str]]:
    """(key, name, label, value, words) of everything the family declared; the latest word on each counts."""
    told: dict[str, Any] = {}
    for declaration in Declaration.objects.filter(application=application).order_by("pk"):
        told |= json.loads(str(declaration.said))
    ids = {int(key.split(".")[0].partition(":")[2]) for key in told if key.startswith("person:")}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    for key, value in told.items():
        owner, _dot, fact = key.rpartition(".")
        spec = FACTS[HOUSEHOLD if owner == "household" else PERSON].get(fact)
        if spec is not None:
            name = names.get(int(owner.partition(":")[2]), "") if owner != "household" else "家庭"
            yield key, name, spec.label, value, said(value, spec.unit, spec.choices)


def _told(declared: list[tuple[str, str, str, Any, str]]) -> Iterator[dict[str, Any]]:
    for name, rows in groupby(sorted(declared, key=lambda d: d[1]), key=lambda d: d[1]):
        facts = list(rows)
        yield {
            "name": name,
            "some": [f"{label} {words}" for _key, _name, label, value, words in facts if value not in NOTHING],
            "none": [label for _key, _name, label, value, _words in facts if value in NOTHING],
        }


def _pledges(application: Application) -> list[dict[str, str]]:
    rows = Pledge.objects.filter(matter=matter_of(application)).select_related("signature__signer").order_by("pk")
    return [
        {
            "number": pledge.number,
            "signer": pledge.signature.signer.name,
            "on": day(pledge.given_on),
            "what": "、".join(materials().get(key, key) for key in pledge.statements),
        }
        for pledge in rows
    ]


def _consents(application: Application) -> list[dict[str, str]]:
    on = application.accepted_on or application.opened_on
    people = application.people.values("person_id")
    rows = VerificationConsent.objects.live(on).filter(person__in=people).select_related("person", "signature__signer")
    return [
        {
            "name": consent.person.name,
            "signer": consent.signature.signer.name,
            "since": day(consent.starts_on),
            "until": day(consent.ends_on),
            "sources": f"{len(consent.sources)} 个来源",
        }
        for consent in rows.order_by("person_id", "pk")
    ]
