"""Forms of a transfer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.awards.kinds import Programme as Paid
from doudi.places.queries import options
from doudi.registry.forms.base import pick, words
from doudi.registry.models import Household
from doudi.verification.forms.base import ActionForm

from ..actions.opening import Need
from ..actions.transfers import Before
from ..models import Application
from ..queries.determinations import in_force
from .reviews import MonthField
from .steps import StepForm


class WithinForm(ActionForm):
    """Which village, why."""

    to_code = pick(_("移交到哪个村（社区）"), [])
    address = words(_("新住址"), longest=200, required=False)
    reason = words(_("原因"), longest=200)

    def __init__(self, data: Any = None, *, home: Household, **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["to_code"]
        assert isinstance(field, forms.ChoiceField)
        towns = options(home.division_code[:6], 9)
        field.choices = [(name, [c for c in options(code, 12) if c[0] != home.division_code]) for code, name in towns]

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class OutForm(ActionForm):
    """Which county, why."""

    to_place = words(_("接收的县（市、区）"), longest=60)
    reason = words(_("原因"), longest=200)

    def __init__(self, data: Any = None, *, home: Household, **more: Any) -> None:
        super().__init__(data, **more)

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class InForm(ActionForm):
    """What was received where the family comes from."""

    place = words(_("从哪个县（市、区）转入"), longest=60)
    programme = pick(_("原待遇"), Paid.choices)
    number = words(_("原待遇编号"), longest=32)
    yuan = forms.DecimalField(label=_("原月金额（元）"), required=False, min_value=0, max_digits=9, decimal_places=2)
    last_month = MonthField(label=_("原来发放到哪个月"), help_text=_("以对方的函件为准；新待遇从下一个月起"))

    def __init__(self, data: Any = None, *, home: Household, **more: Any) -> None:
        self.home = home
        super().__init__(data, **more)

    def arguments(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        yuan = said.pop("yuan")
        fen = int(yuan * 100) if yuan is not None else None
        return {"need": Need(household=self.home), "before": Before(fen=fen, **said)}


class CompleteForm(ActionForm):
    """The other county's first month."""

    first_month = MonthField(label=_("接收地从哪个月起发放"), help_text=_("本市发放到前一个月为止"))


class CancelForm(ActionForm):
    """Why."""

    reason = words(_("取消的原因"), longest=200)


class CorrectForm(StepForm):
    """The reason of a determination as it should read."""

    corrected = words(_("更正后的决定理由"), longest=1000, rows=4)
    field_order = ("version", "corrected", "note", "on")

    @classmethod
    def known(cls, application: Application) -> dict[str, Any]:
        made = in_force(application)
        return {"corrected": str(made.reason or "")} if made else {}
