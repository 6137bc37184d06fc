"""Names of places for rows that carry a code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from doudi.places.models import Division


@dataclass(frozen=True, slots=True)
class Spot:
    """A village with the township it lies in, as pages name it."""

    code: str
    village: str
    township: str
    residence_class: str

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
        village.name if village else code,
        township.name if township else "",
        (village.residence_class or "") if village else "",
    )


def below(prefixes: Iterable[str], digits: int) -> list[tuple[str, str]]:
    """Code and name of the open divisions of one level within some prefixes, in the order of the codes."""
    rows = Division.objects.filter(is_open=True).order_by("code").values_list("code", "name")
    roots = tuple(prefixes)
    return [(code, name) for code, name in rows if len(code) == digits and code.startswith(roots)]


def called(words: str, prefixes: Iterable[str]) -> list[tuple[str, str]]:
    """Villages and townships within some prefixes whose name starts with `words`."""
    rows = Division.objects.filter(name__startswith=words, is_open=True).order_by("code")
    roots = tuple(prefixes)
    return [(d.code, d.name) for d in rows if len(d.code) >= 9 and d.code.startswith(roots)]
