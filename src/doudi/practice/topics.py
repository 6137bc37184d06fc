"""What is practised: the topics a score is kept for, and how hard the families are."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """The topics, in the order of the office."""

    PLACE = "place", _("管辖")
    PAPERS = "papers", _("材料")
    FAMILY = "family", _("家庭成员")
    INCOME = "income", _("收入")
    ASSETS = "assets", _("财产")
    PROGRAMME = "programme", _("资格与项目")
    LIMITS = "limits", _("期限")
    NOTICE = "notice", _("公示")
    DECISION = "decision", _("决定与救济")
    RELIEF = "relief", _("急难")
    LATER = "later", _("动态管理")


class Level(models.TextChoices):
    """How near the facts lie to the boundaries, and how many things come together."""

    EASY = "easy", _("入门")
    MEDIUM = "medium", _("一般")
    HARD = "hard", _("疑难")


class Outcome(models.TextChoices):
    """How an answer stands against the rules."""

    RIGHT = "right", _("正确")
    PARTLY = "partly", _("部分正确")
    WRONG = "wrong", _("不正确")
