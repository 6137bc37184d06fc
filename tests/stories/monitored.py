"""People for the stories of monitoring, in the running demo: `python -m tests.stories.monitored family`.

`family` and `recipient` enter a household whose numbers a story writes into a department's file; `watch` starts the
round that looks at what a file has changed; `history` lets the ledger have two months behind it.
"""

from __future__ import annotations

import json
import sys
import uuid
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from .running import ask as worked_in

if TYPE_CHECKING:
    from doudi.accounts.models import Staff
    from doudi.monitoring.models import VisitTask

HEAVY, QUIET = "medical_heavy", "elder_alone_fading"
PAST_DAYS, OPEN_STILL = 50, 4
# Self-paid in yuan of past warnings, and whether the visit found it true: most of the small ones were not.
PAST = [(10_200 + 190 * i, i % 6 == 0) for i in range(18)] + [(15_300 + 2_150 * i, i % 5 != 4) for i in range(10)]


def ask(var: str, *arguments: str) -> dict[str, Any]:
    """Have something done in the demo county of a folder."""
    found: dict[str, Any] = worked_in(var, "monitored", *arguments)
    return found


def main() -> None:
    """Do what is asked and say what came of it as one line of JSON."""
    from doudi.config.commands.running import django

    django(as_owner=True)
    acts = {"family": family, "recipient": recipient, "watch": watch, "history": history}
    sys.stdout.write(json.dumps(acts[sys.argv[1]](*sys.argv[2:]), ensure_ascii=False) + "\n")


def family() -> dict[str, Any]:
    """Somebody with a wife in the coordinator's village, who receives nothing."""
    from .families import WIFE, Plan

    return _entered(Plan("管小旺", birth=date(1968, 7, 9), kin=(WIFE,)), _village())


def recipient() -> dict[str, Any]:
    """Somebody who lives alone on dibao since a while, with an account."""
    from django.utils import timezone

    from doudi.awards import actions
    from doudi.awards.entitlements import Entitlement, Line
    from doudi.awards.kinds import Kind, Programme
    from doudi.payments.months import month_of, months_after
    from doudi.registry.models import Household

    from .families import VILLAGE, Plan
    from .subsidies import _card

    told = _entered(Plan(_unheard_of(), birth=date(1949, 2, 3)), VILLAGE)
    home = Household.objects.get(number=told["number"])
    _card(home)
    since = months_after(month_of(timezone.localdate()), -1)
    said = Entitlement(Programme.DIBAO, home.pk, (home.head_id,), (Line(Kind.BASE, 60_000, "gap", ("M57-23",)),))
    award = actions.grant(
        entitlement=said, determination=f"DBQR-{home.pk}", digest="5e" * 32, by=_staff("county_reviewer"),
        on=since - timedelta(days=3), at=timezone.now(),
    )  # fmt: skip
    return told | {"award": award.number}


def watch(which: str) -> dict[str, Any]:
    """Start the round that the clock would start: over what was `changed`, or over `all`."""
    from django.utils import timezone

    from doudi.jobs import actions as jobs
    from doudi.monitoring.rounds import WatchAll, WatchChanged

    kind = {"changed": WatchChanged.kind, "all": WatchAll.kind}[which]
    return {"job": jobs.start(kind, by_id=None, at=timezone.now()).pk}


def history() -> dict[str, Any]:
    """Two months of warnings of heavy medical cost: raised by the indicator, visited, settled; a few still wait."""
    from django.utils import timezone

    from doudi.monitoring.models import VisitTask
    from doudi.registry.models import Household

    clerk, day = _staff("township_clerk"), timezone.localdate() - timedelta(days=PAST_DAYS)
    free = Household.objects.filter(division_code__startswith=clerk.scope.own_places[0][:9], closed_on=None)
    free = free.exclude(pk__in=VisitTask.objects.values("household_id")).exclude(head__death_date__isnull=False)
    homes = list(free.select_related("head").order_by("-pk")[: len(PAST)])
    for place, (home, (yuan, true)) in enumerate(zip(homes, PAST, strict=True)):
        _raised(home, yuan, clerk, day)
        if place >= OPEN_STILL:
            _settled(VisitTask.objects.get(household=home), true, clerk, day)
    return {"heavy": HEAVY, "quiet": QUIET, "raised": len(homes)}


def _raised(home: Any, yuan: int, clerk: Staff, day: date) -> None:
    """The figure as the department states it, what the indicator makes of it, and a second, weaker signal."""
    from doudi.monitoring.actions.raising import Finding, raise_findings
    from doudi.monitoring.sources import findings_of_households
    from doudi.registry.actions import state_amount

    state_amount(
        kind="medical_self_paid", amount=yuan * 100, source="medical", as_of=day, person=home.head, by=clerk, on=day,
        at=_at(day),
    )  # fmt: skip
    found = [one for one in findings_of_households([home.pk], day) if one.indicator == HEAVY]
    weak = Finding(
        household_id=home.pk, person_id=None, indicator=QUIET, group="help", evidence=json.dumps({"facts": {}}),
        sentence="全户 1 人，最年轻 78 岁；近三十天用电 9 度，此前一般 31 度。",
        clauses=("SEED-二(七)",), deadline_days=3,
    )  # fmt: skip
    raise_findings([*found, weak], looked=None, by=None, on=day, at=_at(day))


def _settled(task: VisitTask, true: bool, clerk: Staff, day: date) -> None:
    """Visited after three days and settled after four; the weak signal was nearly never right."""
    from doudi.monitoring.actions.disposing import Choice, dispose
    from doudi.monitoring.actions.visits import report_visit
    from doudi.monitoring.queries.field import pack_of

    task.refresh_from_db()
    visited, settled = day + timedelta(days=3), day + timedelta(days=4)
    end = "already_helped" if true else "false"
    report_visit(
        number=task.number, version=pack_of(task, visited).version, answers={}, disposition=end, note="入户核对",
        visited_at=_at(visited), place="", by=clerk, on=visited, at=_at(visited), client_id=uuid.uuid4(),
    )  # fmt: skip
    choice = Choice(end, "票据已核对" if true else "费用已由商业保险支付", untrue=frozenset({QUIET}))
    dispose(number=task.number, choice=choice, by=clerk, on=settled, at=_at(settled))


def _at(day: date) -> datetime:
    from django.utils import timezone

    return datetime.combine(day, time(10), tzinfo=timezone.get_current_timezone())


def _entered(plan: Any, village: str) -> dict[str, Any]:
    from django.utils import timezone

    from doudi.registry.models import Person

    from .families import _enter

    told = _enter("", plan, _staff("township_clerk"), timezone.now(), village=village)
    head = Person.objects.get(pk=told["head"])
    return told | {"resident_id": str(head.resident_id)}


def _unheard_of() -> str:
    """A name that nobody has yet: a list of payments is searched by name, and stories may run again."""
    from doudi.registry.models import Person

    known = set(Person.objects.filter(division_code__startswith="533103102203").values_list("name", flat=True))
    return next(name for name in (f"晚{a}{b}" for a in "腊岩波尚" for b in "木旺保石明光山林生") if name not in known)


def _village() -> str:
    return str(_staff("coordinator").scope.own_places[0])


def _staff(role: str) -> Staff:
    from .subsidies import _staff as found

    return found(role)


if __name__ == "__main__":
    main()
