"""What the rulebook cannot settle and a person must: named, so that nothing is decided unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from doudi.rulebook.queries.answers import fact_words

from ..models import Application
from ..programmes import Programme
from .evaluation import Evaluation

SHOWN = 6  # facts named in one sentence


@dataclass(frozen=True)
class Matter:
    """One thing to judge. `key` is stored with the answer."""

    key: str
    title: str
    text: str


def to_judge(application: Application, evaluation: Evaluation) -> list[Matter]:
    """Every open matter of a case."""
    return list(_matters(application, evaluation))


def _matters(application: Application, evaluation: Evaluation) -> Iterator[Matter]:
    fit = evaluation.fit(Programme(application.programme), application.person_id)
    if fit.unknown_because:
        words = [fact_words(key, evaluation.names) for key in fit.unknown_because[:SHOWN]]
        rest = _("等 %(n)s 项") % {"n": len(fit.unknown_because)} if len(fit.unknown_because) > SHOWN else ""
        yield Matter("unknown", _("规则还不能判断"), _("还不知道：%(what)s%(rest)s") % {
            "what": "、".join(words), "rest": rest})  # fmt: skip
    if warnings := evaluation.case.warnings():
        yield Matter("warnings", _("资料互相矛盾"), "；".join(warnings))
    if application.programme in (Programme.TEMPORARY_EXPENDITURE, Programme.TEMPORARY_EMERGENCY):
        yield Matter("need", _("困难是否属实、是否紧迫"), _("临时救助的困难原因和程度由经办人判断。"))
