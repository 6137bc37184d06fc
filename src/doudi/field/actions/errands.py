"""What each kind of record does, through the doors of the rooms below. Nothing here writes a table of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.casework.actions.accepting import submit
from doudi.casework.actions.opening import Need, open_application
from doudi.casework.models import Origin, PlaceBasis
from doudi.casework.programmes import Programme
from doudi.monitoring.actions.leads import Told, report_lead
from doudi.monitoring.actions.visits import Answer, TaskConflict, report_visit
from doudi.monitoring.models import Reporter, Urgency
from doudi.registry.actions.refusal import Conflict, refuse
from doudi.registry.models import Household, Person
from doudi.registry.queries.visible import visible
from doudi.verification.actions import consents, pledges
from doudi.verification.actions.signing import Mark, Signing
from doudi.verification.models import Method
from doudi.verification.queries.people import parties

from ..models import RecordKind
from ..parcels import Sent
from ..queries.packs import pack_json

NOTE_LETTERS = 1000


@dataclass(frozen=True)
class Errand:
    """A record on its way: what was sent, when it happened by our clock, who sends it now."""

    sent: Sent
    happened_at: datetime
    by: Staff
    on: date
    at: datetime

    def text(self, name: str, most: int = NOTE_LETTERS) -> str:
        """A text of the body, cut to what fits."""
        said = self.sent.body.get(name)
        return said.strip()[:most] if isinstance(said, str) else ""

    @property
    def day(self) -> date:
        """The county's day on which it happened."""
        return timezone.localdate(self.happened_at)


@dataclass(frozen=True)
class Done:
    """Where a record belongs, and what the phone is told of it."""

    place: str = ""
    household_id: int | None = None
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """A conflict as the phone shows it: what it started from, and what stands now."""

    base: Any
    theirs: Any
    done: Done


def visit(errand: Errand) -> Done:
    """A home was visited and somebody was seen."""
    disposition = errand.text("disposition", 20)
    if not disposition:
        raise refuse("disposition", _("请选择“您看这家难不难”。"))
    return _report(errand, _replies(errand), disposition, _remark(errand))


def absent(errand: Errand) -> Done:
    """Nobody was at home. The task stays on the phone; that somebody was there is kept, and shown on the file."""
    home = _required(errand)
    return Done(home.division_code, home.pk)


def _report(errand: Errand, answers: dict[str, Answer], disposition: str, note: str) -> Done:
    sent = errand.sent
    if not sent.task or sent.version is None:
        raise refuse("", _("不知道是哪件任务，请从任务里打开再填。"))
    report_visit(
        number=sent.task, version=sent.version, answers=answers, disposition=disposition, note=note,
        visited_at=errand.happened_at, place=spot(sent.place), by=errand.by, on=errand.on, at=errand.at,
        client_id=sent.client_id,
    )  # fmt: skip
    return _home_of_task(errand, {"number": sent.task})


def spot(place: dict[str, float] | None) -> str:
    """A position in words."""
    return f"{place['lat']:.5f}, {place['lon']:.5f} ±{place['accuracy']:.0f} m" if place else ""


def _home_of_task(errand: Errand, told: dict[str, Any]) -> Done:
    home = _household(errand)
    return Done(home.division_code, home.pk, told) if home else Done(told=told)


def _replies(errand: Errand) -> dict[str, Answer]:
    said = errand.sent.body.get("answers")
    rows = said if isinstance(said, dict) else {}
    return {
        str(key)[:80]: Answer(row.get("correct"), row.get("value"))
        for key, row in rows.items()
        if isinstance(row, dict) and row.get("correct") in (True, False, None)
    }


def _remark(errand: Errand) -> str:
    """The note, with what the coordinator saw in words: the township reads it, no form has a place for it."""
    seen = {True: _("见到本人。"), False: _("没有见到本人。")}.get(errand.sent.body.get("seen"), "")  # type: ignore[arg-type]
    hard = {"none": _("协理员看：不难。"), "help": _("协理员看：难，要帮。"), "urgent": _("协理员看：急，马上。")}
    return f"{seen}{hard.get(errand.text('hardship', 10), '')}{errand.text('note')}"


def consent(errand: Errand) -> Done:
    """Somebody signs that sources may be asked. What they signed must be, word for word, what they were shown."""
    home = _required(errand)
    sources = errand.sent.body.get("sources")
    starts, ends = _day(errand, "starts_on") or errand.day, _day(errand, "ends_on")
    given = consents.give(
        household=home, person=_member(errand, home, "person"), signing=_signing(errand, home),
        sources=[str(s) for s in sources] if isinstance(sources, list) else [],
        purpose=errand.text("purpose", 20), starts_on=starts, ends_on=ends or starts + timedelta(days=365),
        by=errand.by, on=errand.day, at=errand.happened_at,
    )  # fmt: skip
    _same_words(errand, str(given.signature.text_shown))
    return Done(home.division_code, home.pk, {"number": given.number})


def pledge(errand: Errand) -> Done:
    """Somebody pledges facts for their family, on the spot."""
    home = _required(errand)
    chosen = errand.sent.body.get("statements")
    given = pledges.give(
        household=home, matter=f"household:{home.pk}", signing=_signing(errand, home), more=errand.text("more", 400),
        statements=[str(s) for s in chosen] if isinstance(chosen, list) else [],
        by=errand.by, on=errand.day, at=errand.happened_at,
    )  # fmt: skip
    _same_words(errand, str(given.signature.text_shown))
    return Done(home.division_code, home.pk, {"number": f"CN-{given.pk}"})


def _same_words(errand: Errand, shown: str) -> None:
    said = errand.sent.body.get("shown")
    if said != shown:
        raise refuse("shown", _("签署的文字和现在的文本不一致（文本可能已更新），没有保存。请联网后重新签署。"))


def _signing(errand: Errand, home: Household) -> Signing:
    drawn = errand.sent.body.get("image")
    name = errand.text("typed", 60)
    mark = Mark(Method.TYPED, name=name) if name else Mark(Method.DRAWN, image=drawn if isinstance(drawn, str) else "")
    return Signing(_member(errand, home, "signer"), mark)


def _member(errand: Errand, home: Household, name: str) -> Person:
    wanted = errand.sent.body.get(name)
    found = next((p.person for p in parties(home, errand.day) if p.person.pk == wanted), None)
    if found is None:
        raise refuse(name, _("签署人不在这一户里，请核对成员。"))
    return found


def _household(errand: Errand) -> Household | None:
    number = errand.text("household", 40)
    return visible(Household.objects.filter(number=number), errand.by, Permission.MONITORING_VISIT).first()


def _required(errand: Errand) -> Household:
    found = _household(errand)
    if found is None:
        raise refuse("household", _("找不到这一户，或不在您的辖区。"))
    return found


def lead(errand: Errand) -> Done:
    """Somebody on no list may need help."""
    if not errand.text("about", 200) or not errand.text("text"):
        raise refuse("about", _("请写明谁家、什么情况。"))
    home = _household(errand)
    place = home.division_code if home else _own_place(errand)
    told = Told(
        reporter=Reporter.COORDINATOR, place=place, about=errand.text("about", 200), text=errand.text("text"),
        urgency=Urgency.NOW if errand.sent.body.get("urgent") is True else Urgency.ORDINARY, name=errand.by.name,
        household_number=home.number if home else "",
    )  # fmt: skip
    number = report_lead(told=told, by=errand.by, on=errand.on, at=errand.at, client_id=errand.sent.client_id).number
    return Done(place, home.pk if home else None, {"number": number})


def emergency(errand: Errand) -> Done:
    """An emergency is asked for on the spot: the case waits for the township's acceptance, money first."""
    home = _required(errand) if errand.text("household") else None
    who = errand.text("about", 200)
    people = errand.sent.body.get("people")
    need = Need(
        programme=Programme.TEMPORARY_EMERGENCY, household=home, stranger="" if home else who, origin=Origin.FOUND,
        place_basis=PlaceBasis.EMERGENCY, place=home.division_code if home else _own_place(errand),
        cause=errand.text("text"), severity=errand.text("severity", 10),
        people_count=people if isinstance(people, int) else None,
    )  # fmt: skip
    opened = open_application(need=need, by=errand.by, on=errand.on, at=errand.at)
    opened = submit(application=opened, by=errand.by, on=errand.on, at=errand.at)
    return Done(opened.division_code, home.pk if home else None, {"number": opened.number, "case": opened.pk})


def theirs(errand: Errand) -> Done:
    """The coordinator lets stand what somebody else reported; their own words stay in the record."""
    if errand.sent.resolves is None:
        raise refuse("", _("没有要处理的冲突。"))
    return _home_of_task(errand, {})


def _own_place(errand: Errand) -> str:
    """The village that the phone named, if it is one of ours; else the only one there is."""
    named, places = errand.text("village", 12), errand.by.scope.places(Permission.MONITORING_VISIT)
    if len(named) == 12 and errand.by.may(Permission.MONITORING_VISIT, named):
        return named
    if len(places) == 1 and len(places[0]) == 12:
        return places[0]
    raise refuse("village", _("请选择在哪个村。"))


def _day(errand: Errand, name: str) -> date | None:
    try:
        return parse_date(errand.text(name, 10))
    except ValueError:
        return None


def conflict_of(errand: Errand, conflict: Conflict) -> Seen:
    """Both sides: what the phone says it started from, and the task as monitoring has it now."""
    theirs = pack_json(conflict.theirs) | {"state": conflict.state} if isinstance(conflict, TaskConflict) else None
    return Seen(errand.sent.body.get("base"), theirs, _home_of_task(errand, {}))


ERRANDS: dict[RecordKind, Callable[[Errand], Done]] = {
    RecordKind.VISIT: visit,
    RecordKind.ABSENT: absent,
    RecordKind.CONSENT: consent,
    RecordKind.PLEDGE: pledge,
    RecordKind.LEAD: lead,
    RecordKind.EMERGENCY: emergency,
    RecordKind.THEIRS: theirs,
}
