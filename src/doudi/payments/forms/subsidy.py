"""Forms of the price subsidy: an index, its correction, a file of months, the start."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.registry.forms.base import DayField, words
from doudi.verification.forms.base import ActionForm

from ..actions.subsidy_index import Figures, tenths
from ..models import IndexRelease
from ..queries.subsidy_index import Level


class MonthField(forms.Field):
    """A month, typed or chosen: 2026-11."""

    widget = forms.DateInput(attrs={"type": "month", "placeholder": "2026-11"})

    def to_python(self, value: Any) -> date | None:
        """The first of the month."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return date.fromisoformat(f"{text}-01")
        except ValueError:
            raise forms.ValidationError(_("月份写成 2026-11 这样")) from None


class PercentField(forms.CharField):
    """Percent with one decimal, kept as tenths."""

    def __init__(self, label: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "maxlength": 8})
        super().__init__(label=label, required=False, max_length=8, widget=widget)

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        """Tenths of a percent; None where nothing is typed."""
        text = str(value or "").strip().removesuffix("%").replace("\u2212", "-").replace("－", "-").strip()
        if not text:
            return None
        try:
            return tenths(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class IndexForm(ActionForm):
    """The index of a month as it was released."""

    month = MonthField(label=_("指数月份"))
    level = forms.ChoiceField(
        label=_("哪一级指数"), choices=Level.choices, widget=forms.RadioSelect, initial=Level.PREFECTURE.value
    )
    cpi = PercentField(_("居民消费价格同比（%）"))
    food_cpi = PercentField(_("食品价格同比（%）"))
    released_on = DayField(label=_("公布日期"), required=False, help_text=_("20 个工作日从这天起算；全国指数可不填"))
    source = words(_("出处"), hint=_("哪个部门的哪份通报"))

    def figures(self) -> Figures:
        """What was typed."""
        said = self.cleaned_data
        return Figures(said["cpi"], said["food_cpi"], said["released_on"], said["source"])


class CorrectionForm(IndexForm):
    """The right figures, and why they are others."""

    because = words(_("更正原因"))
    field_order = ("cpi", "food_cpi", "released_on", "source", "because")

    def __init__(self, data: Any, release: IndexRelease) -> None:
        super().__init__(
            data,
            initial={
                "cpi": _typed(release.cpi), "food_cpi": _typed(release.food_cpi), "released_on": release.released_on,
                "source": release.source,
            },
        )  # fmt: skip
        del self.fields["month"], self.fields["level"]


class FileForm(forms.Form):
    """A table of months."""

    level = IndexForm.base_fields["level"]
    source = IndexForm.base_fields["source"]
    file = forms.FileField(
        label=_("指数文件"), help_text=_("xlsx 或 csv，列名：月份、居民消费价格、食品价格、公布日期"),
        error_messages={"required": _("请选择文件"), "empty": _("文件是空的，请核对")},
    )  # fmt: skip


class StartForm(ActionForm):
    """Consent to the next level's index, where the county's own has none."""

    stands_in = forms.BooleanField(label=_("这个月没有州级指数，同意按省级指数计算"), required=False)


def _typed(value: int | None) -> str:
    if value is None:
        return ""
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 10}.{abs(value) % 10}"
