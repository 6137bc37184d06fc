"""What follows from a confirmation: the category in the registry, and the award from the month after."""

from __future__ import annotations

from datetime import date, datetime

from doudi.accounts.models import Staff

from ..models import Application, Opinion
from ..queries.evaluation import Evaluation


def entitle(
    application: Application,
    opinion: Opinion,
    evaluation: Evaluation,
    *,
    number: str,
    by: Staff,
    on: date,
    at: datetime,
) -> str:
    """Grant what was confirmed; the number of the award, '' where a category gives no money."""
    return ""
