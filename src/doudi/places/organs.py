"""The organs under whose seal papers go out: a seal names an organ in full, never the office that printed."""

from __future__ import annotations

from .queries import place_name

ENDINGS = (("街道", "办事处"), ("镇", "人民政府"), ("乡", "人民政府"))


def township_government(code: str) -> str:
    """遮放镇人民政府, 某某街道办事处; a farm under its own name."""
    name = place_name(code[:9])
    return next((name + organ for ending, organ in ENDINGS if name.endswith(ending)), name or code[:9])


def county_bureau(code: str) -> str:
    """芒市民政局."""
    return county_office(code, "民政局")


def county_office(code: str, office: str) -> str:
    """An office of the county: 芒市农业农村局."""
    return f"{place_name(code[:6])}{office}"
