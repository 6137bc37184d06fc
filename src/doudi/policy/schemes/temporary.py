"""Temporary assistance: an amount for one application, and who may decide it. A function of place and day."""

from dataclasses import dataclass
from datetime import date

from doudi.policy.errors import PolicyError
from doudi.policy.facts import check_day
from doudi.policy.law import D649, LAW26, SEED, TR14, TR18, TR26
from doudi.policy.parameters.lookup import Parameters

IMPLEMENTS = (
    *TR14("三(一)", "三(五)"),
    *TR18("二(一)", "二(二)", "二(三)"),
    TR26.article("小额快救"),
    *D649(47, 48),
    LAW26.article(29),
    SEED.article("二(六)"),
)
RAPID_FROM = date(2026, 1, 29)
KINDS = {"emergency": "急难型", "expenditure": "支出型"}
SEVERITIES = {"light": "较轻", "medium": "一般", "severe": "严重"}


@dataclass(frozen=True)
class TemporaryAssistance:
    """The most that one application may be given, in fen, and the level that decides it."""

    amount_fen: int
    months: int
    standard_fen_month: int
    township_decides: bool
    assist_first_hours: int
    paperwork_workdays: int


def temporary_assistance(
    parameters: Parameters, *, place: str, on: date, kind: str, severity: str, persons: int, rapid: bool = False
) -> TemporaryAssistance:
    """min(months × standard × persons, cap × standard), with rapid also at most one standard per person.

    The standard is the urban one of the handling place. PolicyError for an unknown kind or severity, no persons, a day
    before the first, rapid assistance before it existed, or a parameter that is still open.
    """
    _check(on, kind, severity, persons, rapid)

    def value(name: str) -> int:
        found = parameters.find(name, place, "urban", on).value
        if found is None:
            raise PolicyError(f"参数 {name} 还没有确定，不能计算临时救助。")
        return int(found)

    standard, months = value("dibao_standard"), value(f"temporary_months.{kind}.{severity}")
    amount = min(months * standard * persons, value("temporary_cap_months") * standard)
    if rapid:
        amount = min(amount, standard * persons)
    return TemporaryAssistance(
        amount_fen=amount,
        months=months,
        standard_fen_month=standard,
        township_decides=amount <= value("township_limit"),
        assist_first_hours=value("assist_first_hours"),
        paperwork_workdays=value("paperwork_workdays"),
    )


def _check(on: date, kind: str, severity: str, persons: int, rapid: bool) -> None:
    check_day(on)
    if kind not in KINDS or severity not in SEVERITIES:
        raise PolicyError(f"临时救助的类型“{kind}”或程度“{severity}”无效。")
    if persons < 1:
        raise PolicyError("临时救助至少要有一人。")
    if rapid and on < RAPID_FROM:
        raise PolicyError(f"小额快救自 {RAPID_FROM} 起施行，{on} 还不能适用。")
