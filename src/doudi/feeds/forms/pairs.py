"""The form under a doubtful pair: why, and one of two buttons."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.registry.forms.base import words

from ..actions.pairs import LONGEST_REASON


class PairForm(forms.Form):
    """`same` comes from the button that was pressed."""

    reason = words(_("依据"), longest=LONGEST_REASON, hint=_("如何判断的，例如：电话问过村委会、核对过户口簿"))
    same = forms.ChoiceField(choices=[("yes", _("是同一人")), ("no", _("不是同一人"))], widget=forms.HiddenInput)
