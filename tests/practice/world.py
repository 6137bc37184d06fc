"""Practice cases for the tests, and the answers of somebody who knows the rulebook: asked of it directly."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from doudi.casework.letters import COURT_MONTHS, REVIEW_DAYS
from doudi.casework.limits import course_of, limits_of
from doudi.kernel.calendar import WorkCalendar
from doudi.policy import rulebook
from doudi.policy.schemes.temporary import temporary_assistance
from doudi.practice.desk import Desk
from doudi.practice.generate import generate
from doudi.practice.topics import Level

CALENDAR = WorkCalendar.official()
COUNTY = "533103"


@cache
def a_desk(seed: int, level: Level = Level.MEDIUM) -> Desk:
    """The case of a seed by the rulebook of the package."""
    book = rulebook()
    return Desk(generate(seed, level, book=book, calendar=CALENDAR, county=COUNTY), book, CALENDAR)


def workdays_after(day: date, count: int, paused: set[date] = frozenset()) -> str:  # type: ignore[assignment]
    """The last of so many working days, walked one by one."""
    while count:
        day += timedelta(days=1)
        count -= CALENDAR.is_workday(day) and day not in paused
    return day.isoformat()


class Oracle:
    """Every answer, made from rulebook.as_json and the limits, not from the tasks."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.scenario = desk, desk.scenario
        self.told = desk.book.decide(self.scenario.case, self.scenario.accepted_on).as_json()
        self.home, self.persons = self.told["household"], self.told["persons"]

    def answer(self, task: str) -> dict[str, Any]:
        return getattr(self, task)()

    def place(self) -> dict[str, Any]:
        placing = self.scenario.placing
        basis = {"here": "hukou", "split": "split"}.get(placing.hukou.value)
        taken = placing.permit and placing.switched
        return {
            "basis": basis or ("permit" if taken else "elsewhere"),
            "relative": "register" if placing.relative else "normal",
        }

    def papers(self) -> dict[str, Any]:
        rows = self.scenario.case.persons
        wanted = {"form", "pledge", *(f"consent_{p['person_id']}" for p in rows)}
        for fact in ("medical_self_paid_fen", "education_fee_fen", "rehabilitation_fee_fen"):
            wanted |= {f"{fact}_{p['person_id']}" for p in rows if p[fact]}
        return {"missing": sorted(wanted - self.scenario.handed)}

    def _counted(self) -> list[str]:
        return [p for p, row in self.persons.items() if row["counted"]]

    def family(self) -> dict[str, Any]:
        return {"counted": self._counted()}

    def _sum(self, *names: str) -> int | None:
        values = [self.persons[p][n] for p in self._counted() for n in names]
        return None if None in values else sum(values)

    def income(self) -> dict[str, Any]:
        adopt = {"unexplained": "verified", "ended": "recheck", "exempt": "declared"}
        difference = self.scenario.difference
        return {
            "adopt": adopt[difference.reason.value] if difference else None,
            "settled": "no" if self.home["income_year"] is None else "yes",
            "counted": self._sum("countable_income"),
            "deducted": self._sum("employment_cost", "rigid_deduction"),
            "income": self.home["income_year"],
        }

    def _over(self) -> list[str]:
        """Measured against the limits themselves."""
        home = self.scenario.case.household
        standard = self._parameter("dibao_standard")
        within = {
            "financial_assets_fen": self._parameter("financial_multiple.dibao") * standard * 12 * len(self._counted()),
            "vehicle_count": self._parameter("vehicles_max.dibao"),
            "vehicle_value_fen": self._parameter("vehicle_value_max.dibao"),
            "extra_dwellings": self._parameter("extra_dwellings_max.dibao"),
        }
        return [name for name, limit in within.items() if int(str(home[name])) > limit]

    def _parameter(self, name: str) -> int:
        home = self.scenario.case.household
        find = self.desk.book.parameters.find
        return int(find(name, home["division_code"], home["residence_class"], self.scenario.accepted_on).value)  # type: ignore[arg-type]

    def assets(self) -> dict[str, Any]:
        near = self.home["assets_within_near_threshold"]
        within = "dibao" if self.home["assets_within_dibao"] else "near" if near else "no"
        return {"within": within, "over": self._over()}

    def _fit(self) -> tuple[str, list[str]]:
        """The first programme that fits, and for whom."""
        for name, key in (("tekun", "tekun_eligible"), ("household_dibao", "dibao_eligible"),
                          ("individual_dibao", "individual_dibao_eligible"), ("near_threshold", "near_threshold"),
                          ("rigid_expenditure", "rigid_expenditure")):  # fmt: skip
            alone = key in self.home
            values = {"": self.home[key]} if alone else {p: row[key] for p, row in self.persons.items()}
            if any(values.values()):
                return name, [p for p, fits in values.items() if fits and p]
            if None in values.values():
                return "unknown", []
        return "none", []

    def programme(self) -> dict[str, Any]:
        name, persons = self._fit()
        return {"programme": name, "persons": persons}

    def decision(self) -> dict[str, Any]:
        name, persons = self._fit()
        sums = {
            "household_dibao": lambda: self.home["dibao_amount"],
            "tekun": lambda: sum(self.persons[p]["tekun_amount"] for p in persons),
            "individual_dibao": lambda: sum(self.persons[p]["individual_dibao_amount"] for p in persons),
        }
        conclusion = {"none": "refuse", "unknown": "wait"}.get(name, "grant")
        return {"conclusion": conclusion, "amount": sums.get(name, lambda: 0)(), "start": "next"}

    def letter(self) -> dict[str, Any]:
        name, _persons = self._fit()
        letter = {"none": "refuse", "unknown": "none"}.get(name, "grant")
        reasons = [] if self.home["income_below_dibao"] is not False else ["income"]
        due = workdays_after(self.scenario.timeline.decided_on, 3)
        assert (REVIEW_DAYS, COURT_MONTHS) == (60, 6)
        given = name in ("household_dibao", "tekun")
        return {
            "letter": letter, "reasons": [] if given else reasons + self._over(), "remedy": "60+6", "served": due,
        }  # fmt: skip

    def limits(self) -> dict[str, Any]:
        line, started = self.scenario.timeline, self.scenario.accepted_on
        away = {pause.start + timedelta(days=n) for pause, _g in line.pauses for n in range(40)
                if pause.until and pause.start + timedelta(days=n) < pause.until}  # fmt: skip
        happened = {one.move: one.on for one in line.happened}
        course = course_of(delegated=line.delegated, extended=line.extended is not None)
        length = {limit.key: limit.length for limit in limits_of(line.programme, started, course)}
        said = {"notice": (happened["propose_grant"] + timedelta(days=7)).isoformat()}
        for key, since in (("survey_start", started), ("opinion", started), ("total", started),
                           ("decision", happened["end_notice"])):  # fmt: skip
            if key in length:
                said[key] = workdays_after(since, length[key], away)
        return said

    def notice(self) -> dict[str, Any]:
        objected = any(one.move == "object" for one in self.scenario.timeline.happened)
        return {"shown": ["name", "people", "amount"], "objection": "again" if objected else "go_on"}

    def relief(self) -> dict[str, Any]:
        one = self.scenario.emergency
        rapid = one.on >= date(2026, 1, 29)
        place = str(self.scenario.case.household["division_code"])
        told = temporary_assistance(
            self.desk.book.parameters, place=place, on=one.on, kind="emergency", severity=one.severity,
            persons=one.persons, rapid=rapid,
        )  # fmt: skip
        return {
            "place": "here", "steps": "first", "amount": told.amount_fen,
            "decides": "township" if told.township_decides else "county",
            "relief": (one.on + timedelta(days=3 if rapid else 1)).isoformat(), "papers": workdays_after(one.on, 10),
        }  # fmt: skip

    def later(self) -> dict[str, Any]:
        later = self.scenario.later
        heard = later.reduced_on >= date(2026, 7, 1)
        works = any(
            p["labour_capacity"] in ("full", "partial") and p["person_id"] in self._counted()
            for p in self.scenario.case.persons
        )
        month = later.died_on.month + 2
        last = date(later.died_on.year + month // 12, month % 12 + 1, 1)
        end = (date(last.year + last.month // 12, last.month % 12 + 1, 1) - timedelta(days=1)).day
        return {
            "hearing": "hear" if heard else "tell", "cadence": "half" if works else "year",
            "died": last.replace(day=min(later.died_on.day, end)).isoformat(),
            "grace": str(self.home["phase_out_max_months"]), "jobs": "member" if later.refusals > 2 else "nothing",
        }  # fmt: skip


__all__ = ["CALENDAR", "COUNTY", "Oracle", "a_desk", "workdays_after"]
