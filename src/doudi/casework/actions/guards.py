"""What must be true before a step, beyond the table: one function a condition, one table of who asks which.

A guard adds its sentence to the problems: what is missing and what to do. Each feature keeps its own conditions in its
`queries`; here they are only put in order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from doudi.accounts.models import Staff
from doudi.registry.actions.refusal import Problems

from ..models import Application, Conclusion
from ..queries import determinations, gaps, notices, opinions, timing, visits

Guard = Callable[[Application, Staff, date, Problems], None]

DECIDING: tuple[Guard, ...] = (
    opinions.has_opinion, visits.county_has_visited, visits.was_drawn_from, determinations.facts_still_say_so,
    timing.not_paused,
)  # fmt: skip
GUARDS: Mapping[str, tuple[Guard, ...]] = {
    "list_gaps": (gaps.not_told_before,),
    "accept": (gaps.nothing_missing,),
    "finish_survey": (visits.is_visited, visits.is_verified, timing.not_paused),
    "finish_check": (visits.county_has_visited,),
    "propose_grant": (opinions.proposes(Conclusion.GRANT), opinions.says_how_much, timing.not_paused),
    "propose_refusal": (opinions.proposes(Conclusion.REFUSE), timing.not_paused),
    "answer_objection": (notices.all_answered,),
    "end_notice": (notices.has_stood, timing.not_paused),
    "confirm": DECIDING,
    "refuse": DECIDING,
    "pause": (timing.may_pause,),
    "resume": (timing.may_resume,),
    "extend": (timing.may_extend,),
}


def check(application: Application, move: str, *, by: Staff, on: date, problems: Problems) -> None:
    """Ask every guard of a move."""
    for guard in GUARDS.get(move, ()):
        guard(application, by, on, problems)
