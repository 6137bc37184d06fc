"""Forms about the clocks: stopping them, giving more time, answering a notice of a late one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.places.queries import options

from ..limits import LIMITS, ExtensionGround, PauseGround
from ..programmes import Programme
from ..queries.clock_report import BY, WHOLE, Wish
from .steps import StepForm


class PauseForm(StepForm):
    """A listed ground, its evidence, and what happened."""

    ground = forms.ChoiceField(label=_("暂停理由"), choices=PauseGround.choices, widget=forms.RadioSelect)
    evidence = forms.FileField(label=_("证明材料"), help_text=_("照片、扫描件或 PDF"))
    field_order = ("version", "ground", "evidence", "note", "on")

    def arguments(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        file = said.pop("evidence")
        return said | {"source": file, "name": file.name}


class ExtendForm(StepForm):
    """One of the named grounds, and why it applies."""

    ground = forms.ChoiceField(label=_("延长理由"), choices=ExtensionGround.choices, widget=forms.RadioSelect)
    field_order = ("version", "ground", "note", "on")


class AnswerEscalationForm(forms.Form):
    """What will be done about a late case."""

    note = forms.CharField(label=_("怎么处理、什么时候办结"), max_length=300)


class ReportForm(forms.Form):
    """Which clocks the report is about. Without words: this year, the whole procedure, by programme."""

    by = forms.ChoiceField(label=_("分组"), choices=list(BY.items()))
    since = forms.DateField(label=_("开始日期从"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("到"), widget=forms.DateInput(attrs={"type": "date"}))
    key = forms.ChoiceField(label=_("期限"), required=False)
    programme = forms.ChoiceField(label=_("项目"), required=False, choices=[("", _("全部")), *Programme.choices])
    place = forms.ChoiceField(label=_("乡镇"), required=False)

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {limit.key: str(limit.label) for limit in LIMITS if not limit.least and limit.key not in WHOLE}
        self._offer("key", [("", _("全程（含急难救助）")), *labels.items(), ("*", _("全部环节"))])
        own = staff.scope.places(Permission.FIGURES_READ)
        towns = [one for place in own for one in options(place, 9)]
        self._offer("place", [("", _("全部")), *towns])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @classmethod
    def usual(cls, today: date) -> dict[str, str]:
        """What is asked unless somebody asks otherwise."""
        return {"by": "programme", "since": f"{today.year}-01-01", "last": today.isoformat()}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        since, last = said.get("since"), said.get("last")
        if since and last and last < since:
            self.add_error("last", _("结束日期早于开始日期，请核对。"))
        return said

    def wish(self) -> Wish:
        """The form in the terms of the query."""
        said = self.cleaned_data
        return Wish(said["by"], said["since"], said["last"] + timedelta(days=1), said["key"], said["programme"],
                    said["place"])  # fmt: skip
