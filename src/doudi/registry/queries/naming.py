"""Names of places for rows that carry a code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from doudi.places.models import Division


@dataclass(frozen=True, slots=True)
class Spot:
    """A village with the township it lies in: short names as pages name them, `official` for forms on paper."""

    code: str
    village: str
    township: str
    residence_class: str
    official: str

    @property
    def path(self) -> str:
        """Township and village in one."""
        return f"{self.township}{self.village}"


def spots(codes: Iterable[str]) -> dict[str, Spot]:
    """The places of some village codes, in one query."""
    wanted = set(codes)
    found = {d.code: d for d in Division.objects.filter(code__in=wanted | {c[:9] for c in wanted})}
    return {code: _spot(code, found) for code in wanted}


def _spot(code: str, found: dict[str, Division]) -> Spot:
    village, township = found.get(code), found.get(code[:9])
    return Spot(
        code,
        village.short_name if village else code,
        township.short_name if township else "",
        (village.residence_class or "") if village else "",
        "".join(one.name for one in (township, village) if one) or code,
    )


def below(prefixes: Iterable[str], digits: int) -> list[tuple[str, str]]:
    """Code and short name of the open divisions of one level within some prefixes, in the order of the codes."""
    rows = Division.objects.filter(is_open=True).order_by("code").values_list("code", "short_name")
    roots = tuple(prefixes)
    return [(code, name) for code, name in rows if len(code) == digits and code.startswith(roots)]


def called(words: str, prefixes: Iterable[str]) -> list[tuple[str, str]]:
    """Villages and townships within some prefixes whose short or official name starts with `words`."""
    named = Q(name__startswith=words) | Q(short_name__startswith=words)
    rows = Division.objects.filter(named, is_open=True).order_by("code")
    roots = tuple(prefixes)
    return [(d.code, d.short_name) for d in rows if len(d.code) >= 9 and d.code.startswith(roots)]
