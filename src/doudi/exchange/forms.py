"""The forms of the exchange."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.registry.forms.base import words
from doudi.verification.forms.base import ActionForm


class KeyForm(ActionForm):
    """Which system the key is for."""

    name = words(_("哪个系统"), longest=60, hint=_("例如：市防返贫监测信息系统"))


class MatchForm(ActionForm):
    """The household an event is about."""

    number = forms.CharField(label=_("户编号"), max_length=20, help_text=_("在家庭档案里核对后填写，例如 MS-ZF-000123"))


class AsideForm(ActionForm):
    """Why nothing is done about an event."""

    note = words(_("不处理的原因"), hint=_("例如：已核对，不是本市居民"))
