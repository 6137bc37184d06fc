"""The notice that a household gets: one plain sentence, without names."""

from __future__ import annotations

from datetime import date

from doudi.kernel.money import format_yuan

from .comparing import Verdict

WHAT = {"dibao": "您家的最低生活保障金", "individual_dibao": "您的单人户低保金", "tekun": "您的特困人员救助供养金"}


def month_said(month: date) -> str:
    """2026年7月."""
    return f"{month.year}年{month.month}月"


def sentence(verdict: Verdict, title: str, due: dict[date, int]) -> str:
    """What changes from when, from how much to how much, and what is paid later for past months."""
    raised = [one for one in verdict.stretches if one.written]
    first, last = raised[0], raised[-1]
    said = (
        f"按照“{title}”，自{month_said(first.start)}起，{WHAT[verdict.award.programme]}"
        f"由每月{format_yuan(last.fen)}元提高到每月{format_yuan(last.fen_after)}元。"
    )
    fen = sum(due.values())
    if fen:
        months = sorted(due)
        span = month_said(months[0]) + (f"至{month_said(months[-1])}" if len(months) > 1 else "")
        said += f"{span}应补发的差额共{format_yuan(fen)}元，随以后的发放一并补发。"
    return said
