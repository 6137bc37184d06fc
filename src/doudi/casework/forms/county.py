"""Forms of the county: a draw, a switch of a township; and what every official discloses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.verification.forms.base import ActionForm

from ..models import TownshipSwitch
from ..programmes import Programme
from ..queries.relatives import RELATIONS


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    """A day."""
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}))


class DrawForm(ActionForm):
    """Of which cases, how many in a hundred, and the seed."""

    programme = forms.ChoiceField(label=_("抽查哪一项"), choices=[(p.value, p.label) for p in Programme])
    share_percent = forms.IntegerField(
        label=_("抽查比例（%）"), min_value=1, max_value=100, help_text=_("特困人员认定不低于 30%")
    )
    seed = forms.CharField(
        label=_("随机种子"), max_length=64, help_text=_("例如当天开奖号码；任何人凭它都能重新抽出同样的名单")
    )


class SwitchForm(ActionForm):
    """Which township, what, since when, on what basis."""

    township = forms.ChoiceField(label=_("乡镇（街道、农场）"))
    kind = forms.ChoiceField(label=_("事项"), choices=TownshipSwitch.Kind.choices, widget=forms.RadioSelect)
    starts_on = day_field(_("从哪天起"))
    ends_on = day_field(_("到哪天止（不含）"), required=False)
    basis = forms.CharField(label=_("依据"), max_length=200, help_text=_("文件名称和文号"))

    def __init__(self, *args: Any, townships: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["township"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = townships


class DisclosureForm(ActionForm):
    """One's own near relative: by number, or the person on file that was picked."""

    relation = forms.ChoiceField(label=_("与您的关系"), choices=[("", _("请选择")), *RELATIONS.items()])
    name = forms.CharField(label=_("姓名"), max_length=60)
    number = forms.CharField(
        label=_("身份证号"), max_length=24, required=False,
        help_text=_("只用来识别需要回避的申请，不保存原号，谁也看不到"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    on = day_field(_("从哪天起"))
