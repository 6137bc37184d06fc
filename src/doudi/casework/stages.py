"""Where an application stands. Which stage follows which is said once, in `moves.py`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Every state of an application."""

    DRAFT = "draft", _("填写中")
    SUBMITTED = "submitted", _("待受理")
    GAPS = "gaps", _("待补正")
    SURVEY = "survey", _("调查核对")
    REVIEW = "review", _("乡镇审核")
    NOTICE = "notice", _("公示中")
    OBJECTION = "objection", _("异议处理")
    COUNTY = "county", _("待审核确认")
    CHECK = "check", _("入户抽查")
    RELIEF = "relief", _("急难办理")
    PAPERS = "papers", _("补充材料")
    CONFIRMED = "confirmed", _("已确认")
    REFUSED = "refused", _("不予确认")
    WITHDRAWN = "withdrawn", _("已撤回")
    TERMINATED = "terminated", _("已终止")
    TRANSFERRED = "transferred", _("已移交外县")


S = Stage
ENDED = frozenset({S.CONFIRMED, S.REFUSED, S.WITHDRAWN, S.TERMINATED, S.TRANSFERRED})
OPEN = frozenset(S) - ENDED
RUNNING = OPEN - {S.DRAFT, S.SUBMITTED, S.GAPS}  # the law's clock runs from acceptance
BEFORE_DECISION = OPEN - {S.PAPERS}

# The steps a family and a clerk see, in order (the stepper of the case page).
SHOWN = ((S.SUBMITTED, _("受理")), (S.SURVEY, _("核对与入户")), (S.REVIEW, _("乡镇审核")), (S.NOTICE, _("公示")),
         (S.COUNTY, _("审核确认")), (S.CONFIRMED, _("办结")))  # fmt: skip
SHOWN_RELIEF = ((S.SUBMITTED, _("登记")), (S.RELIEF, _("决定")), (S.PAPERS, _("补充材料")), (S.CONFIRMED, _("办结")))
