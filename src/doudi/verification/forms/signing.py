"""The fields of a signature, for any form that is signed, and the forms of consent and pledge."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.registry.forms.base import BLANK, DayField, pick, words
from doudi.registry.models import Person

from ..actions.images import LONGEST
from ..actions.signing import Mark, Signing
from ..limits import CONSENT_USUAL_DAYS
from ..models import Method, Outcome, Purpose
from ..sources import SOURCES
from ..texts import materials
from .base import ActionForm


class SignatureFields(forms.Form):
    """How somebody signs. Put before ActionForm; show with verification/_sign.html; read `cleaned_data["mark"]`."""

    sign_method = forms.ChoiceField(
        label=gettext_lazy("怎样签名"), choices=Method.choices, initial=Method.DRAWN, widget=forms.RadioSelect
    )
    sign_image = forms.CharField(
        label=gettext_lazy("签名"), required=False, widget=forms.HiddenInput, max_length=LONGEST,
        error_messages={"max_length": gettext_lazy("签名图片超过 512 KB，请清除后重新签名，或改为录入姓名")},
    )  # fmt: skip
    sign_name = forms.CharField(
        label=gettext_lazy("录入姓名"), required=False, max_length=60,
        help_text=gettext_lazy("不方便手写时，由签署人看着录入本人姓名"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["mark"] = Mark(
            values.get("sign_method", ""), values.get("sign_image", ""), str(values.get("sign_name", "")).strip()
        )
        return values


class Signed(SignatureFields, ActionForm):
    """A form signed by one of some people."""

    signer = pick(gettext_lazy("由谁签署"), [])

    def __init__(self, data: Any = None, *, signers: list[Person], **more: Any) -> None:
        super().__init__(data, **more)
        self._signers = {str(p.pk): p for p in signers}
        field = self.fields["signer"]
        assert isinstance(field, forms.ChoiceField)
        # Nobody is chosen by accident where several may sign.
        field.choices = [*([BLANK] if len(signers) > 1 else []), *((str(p.pk), p.name) for p in signers)]
        self.order_fields([name for name in self.fields if not name.startswith("sign_")])

    def signing(self) -> Signing:
        """Who signed, and how."""
        return Signing(self._signers[self.cleaned_data["signer"]], self.cleaned_data["mark"])


class ConsentForm(Signed):
    """What one person allows, and for how long."""

    sources = forms.MultipleChoiceField(
        label=gettext_lazy("同意查询的来源"), widget=forms.CheckboxSelectMultiple,
        choices=[(key.value, key.label) for key in SOURCES],
        error_messages={"required": gettext_lazy("请至少选择一个来源")},
    )  # fmt: skip
    purpose = pick(gettext_lazy("用途"), Purpose.choices)
    starts_on = DayField(label=gettext_lazy("从哪天起"))
    ends_on = DayField(label=gettext_lazy("到哪天止"), help_text=gettext_lazy("这一天起不再查询，最长三年"))

    def __init__(self, data: Any = None, *, on: date, purpose: str = Purpose.APPLICATION, **more: Any) -> None:
        until = on + timedelta(days=CONSENT_USUAL_DAYS)
        known = {"starts_on": on, "ends_on": until, "sources": [k.value for k in SOURCES], "purpose": purpose}
        super().__init__(data, initial=known, **more)

    def terms(self) -> dict[str, Any]:
        """What the action is told beside the signature."""
        return {name: self.cleaned_data[name] for name in ("sources", "purpose", "starts_on", "ends_on")}


class PledgeForm(Signed):
    """Which papers a pledge replaces."""

    statements = forms.MultipleChoiceField(
        label=gettext_lazy("以承诺代替的材料"), widget=forms.CheckboxSelectMultiple, choices=list(materials().items()),
        error_messages={"required": gettext_lazy("请至少选择一项")},
    )  # fmt: skip
    more = words(gettext_lazy("补充说明"), longest=400, required=False, rows=2)

    def terms(self) -> dict[str, Any]:
        """What the action is told beside the signature."""
        return {"statements": self.cleaned_data["statements"], "more": self.cleaned_data["more"]}


class WithdrawForm(ActionForm):
    """Why, if they want to say."""

    because = words(
        gettext_lazy("撤回说明"), required=False, hint=gettext_lazy("可以不填；撤回立即生效，已完成的查询仍然有效")
    )


class DrawForm(ActionForm):
    """Which month, how many, and the seed."""

    month = forms.DateField(
        label=gettext_lazy("月份"), input_formats=["%Y-%m"], widget=forms.DateInput(attrs={"type": "month"}),
        error_messages={"invalid": gettext_lazy("月份写成 2026-10 这样")},
    )  # fmt: skip
    share_percent = forms.IntegerField(label=gettext_lazy("抽查比例（%）"), min_value=1, max_value=100, initial=5)
    seed = words(gettext_lazy("随机种子"), longest=60, hint=gettext_lazy("和名单一起留存，谁都可以用它重抽核对"))

    def clean_month(self) -> date:
        """A month that exists in practice."""
        month: date = self.cleaned_data["month"]
        if not 2021 <= month.year <= 2099:
            raise ValidationError(_("月份应在 2021 年以后，请核对"))
        return month


class OutcomeForm(ActionForm):
    """What the check of a pledge found."""

    outcome = forms.ChoiceField(label=gettext_lazy("抽查结果"), choices=Outcome.choices, widget=forms.RadioSelect)
    note = words(gettext_lazy("怎样核实的"), longest=400, rows=2)
