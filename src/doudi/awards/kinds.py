"""The words of an award: what it is granted for, what its lines are, what can be done to it, how it stands."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Programme(models.TextChoices):
    """What gives money month by month. The same codes as the registry's categories.

    Near-threshold and rigid-expenditure households have a status and no money, temporary assistance is paid once:
    neither is an award.
    """

    DIBAO = "dibao", _("最低生活保障")
    INDIVIDUAL_DIBAO = "individual_dibao", _("单人户低保")
    TEKUN = "tekun", _("特困人员救助供养")


class Kind(models.TextChoices):
    """What a line pays for."""

    BASE = "base", _("基本保障金")
    TOP_UP = "top_up", _("分类施保增发")
    CARE = "care", _("照料护理补贴")


class SupportSetting(models.TextChoices):
    """Where somebody in extreme hardship is supported (M43-20)."""

    HOME = "home", _("分散供养")
    INSTITUTION = "institution", _("集中供养")


class Act(models.TextChoices):
    """What was done to an award."""

    GRANT = "grant", _("核定")
    INCREASE = "increase", _("增发")
    REDUCE = "reduce", _("减发")
    ADJUST = "adjust", _("调整（总额不变）")
    SUSPEND = "suspend", _("暂停发放")
    RESTART = "restart", _("恢复发放")
    PHASE_OUT = "phase_out", _("进入渐退期")
    END = "end", _("终止")
    CORRECT = "correct", _("撤回上一次变动")


class State(models.TextChoices):
    """How an award stands on a day."""

    PENDING = "pending", _("待生效")
    ACTIVE = "active", _("在享")
    PHASING_OUT = "phasing_out", _("渐退期")
    SUSPENDED = "suspended", _("暂停发放")
    ENDED = "ended", _("已终止")


LETTERS = {Programme.DIBAO: "DB", Programme.INDIVIDUAL_DIBAO: "DR", Programme.TEKUN: "TK"}
