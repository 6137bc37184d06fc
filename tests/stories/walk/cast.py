"""The people of the walk who are on file before it begins: `python -m tests.stories.walk.cast enter | …`.

`enter` registers the families that will apply; `fading` lays, through the actions, what happened before the first day:
a family of the county whom work lifted over the line in the summer, so that its aid runs out at New Year.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time
from typing import Any

from ..families import TOLD, WIFE, Kin, Plan
from ..subsidies import _staff

# The coordinator of the demo looks after this village.
VILLAGE = "533103102202"
FAMILIES = {
    "bill": Plan("管勒旺", birth=date(1968, 7, 9), kin=(WIFE,), finds=133),
    "refused": Plan("尹加旺", kin=(Kin("尹小团", "20", date(1996, 2, 3), 1),)),
    "permit": Plan("思保忠"),
}
LIFTED, SUMMER, MONTHS = date(2026, 6, 24), date(2026, 7, 1), 6


def main(what: str) -> None:
    """Do what is asked and print what the story must know."""
    from doudi.config.commands.running import django

    django(as_owner=True)
    said = {"enter": enter, "fading": fading, "dying": dying}[what]()
    sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")


def enter() -> dict[str, Any]:
    """The families, with the numbers of their people: departments write them into their files."""
    from django.utils import timezone

    from doudi.registry.models import Person

    from ..families import _enter

    assert set(FAMILIES) & set(TOLD) == {"refused"}
    clerk, now, told = _staff("township_clerk"), timezone.now(), {}
    for key, plan in FAMILIES.items():
        village = VILLAGE if key == "bill" else "533103102203"
        one = _enter(key, plan, clerk, now, village=village)
        head = Person.objects.get(pk=one["head"])
        told[key] = one | {"resident_id": str(head.resident_id)}
    return told


def fading() -> dict[str, Any]:
    """A family on dibao since long: in June it was decided that its aid goes on for half a year and ends."""
    from django.utils import timezone

    from doudi.awards import actions
    from doudi.awards.actions import Why
    from doudi.awards.models import Award

    rows = Award.objects.filter(
        programme="dibao", ends_on=None, starts_on__lt=SUMMER, division_code__startswith="533103102"
    )
    paid = rows.filter(household__head__death_date=None).exclude(household__closed_on__isnull=False)
    award = paid.order_by("pk")[0]
    actions.phase_out(
        award=award, months=MONTHS, from_month=SUMMER, why=Why("employment", "JTJD-2026-0624-01"),
        by=_staff("county_reviewer"), on=LIFTED,
        at=datetime.combine(LIFTED, time(10), tzinfo=timezone.get_current_timezone()),
    )  # fmt: skip
    home = award.household
    return {"award": award.number, "number": home.number, "name": home.head.name, "household": home.pk}


def dying() -> dict[str, Any]:
    """Somebody who lives alone on dibao, with an account."""
    from ..monitored import recipient

    return recipient()


if __name__ == "__main__":
    main(sys.argv[1])
