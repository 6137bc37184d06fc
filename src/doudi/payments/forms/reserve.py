"""The forms of a reserve fund: opening, asking, approving, giving back, counting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.registry.forms.base import pick, words
from doudi.verification.forms.base import ActionForm

from ..models import Fund
from .relief import yuan


class OpenForm(ActionForm):
    """A township's fund: whose money, how much at most, who keeps it."""

    place = pick(_("乡镇"), [])
    fund = forms.ModelChoiceField(label=_("资金"), queryset=Fund.objects.none(), empty_label=_("请选择"))
    target_fen = yuan(_("核定额度（元）"), hint=_("备用金补足到这个数"))

    def __init__(self, *args: Any, places: list[tuple[str, str]], funds: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        place, fund = self.fields["place"], self.fields["fund"]
        assert isinstance(place, forms.ChoiceField)
        assert isinstance(fund, forms.ModelChoiceField)
        place.choices, fund.queryset = [("", _("请选择")), *places], funds


class ChangeForm(ActionForm):
    """Another size or keeper."""

    target_fen = yuan(_("核定额度（元）"))
    keeper_id = pick(_("保管人"), [], required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, keepers: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["keeper_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("未指定")), *keepers]

    def clean_keeper_id(self) -> int | None:
        """The id of whoever keeps the money."""
        chosen = self.cleaned_data["keeper_id"]
        return int(chosen) if chosen else None


class AskForm(ActionForm):
    """How much, and why."""

    fen = yuan(_("申请补充（元）"))
    because = words(_("原因"), longest=300)


class DecideForm(ActionForm):
    """How much is approved; nothing refuses."""

    fen = yuan(_("批准金额（元）"), hint=_("填 0 就是不批准"))
    note = words(_("审批意见"), longest=300, required=False, hint=_("改动金额或不批准时要写明理由"))


class GiveBackForm(ActionForm):
    """Money that came back to finance."""

    fen = yuan(_("交回金额（元）"))
    reference = words(_("缴款凭证编号"), longest=60)


class CountForm(ActionForm):
    """What was counted."""

    counted_fen = yuan(_("实际清点（元）"))
    explained = words(_("差额原因"), longest=300, required=False, hint=_("和账面一样的不用填"))


class ConfirmForm(ActionForm):
    """What the second person counted."""

    counted_fen = yuan(_("您清点的金额（元）"), hint=_("自己再点一遍，不看上一个人的数"))
