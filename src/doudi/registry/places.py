"""What the registry needs to know about places: is this code a village, in which township, urban or rural on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from doudi.places.models import Division, DivisionVersion


@dataclass(frozen=True)
class Village:
    """A village or community and the township it lies in, by their short names."""

    code: str
    name: str
    is_open: bool
    township: str
    letters: str
    county_letters: str


def village(code: str) -> Village | None:
    """The village of a 12-digit code; None if there is none."""
    if len(code) != 12 or not (code.isascii() and code.isdigit()):
        return None
    found = Division.objects.select_related("parent__parent").filter(code=code, level="village").first()
    if found is None:
        return None
    township = found.parent
    county = township.parent if township else None
    return Village(
        code=found.code,
        name=found.short_name,
        is_open=found.is_open,
        township=township.short_name if township else "",
        letters=township.letters if township else "",
        county_letters=county.letters if county else "",
    )


def residence_class(code: str, on: date, using: str = "default") -> str | None:
    """Urban or rural, as the village was classed on a day; None if that is not known."""
    versions = DivisionVersion.objects.using(using).filter(division_id=code, starts_on__lte=on)
    version = versions.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)).first()
    if version is not None:
        return version.residence_class
    return Division.objects.using(using).filter(code=code).values_list("residence_class", flat=True).first()
