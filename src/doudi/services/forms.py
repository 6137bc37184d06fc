"""The forms of referrals; each ends in one action."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.kernel.money import parse_yuan
from doudi.registry.forms.base import BLANK, DayField, words
from doudi.verification.forms.base import ActionForm

from .entitlements import FOUND, Department, Entitlement
from .moves import Reason

WHY = {one.entitlement.value: str(one.why) for one in FOUND}


class SendForm(ActionForm):
    """What a household needs, of whom, and in which words the department is told."""

    entitlement = forms.ChoiceField(
        label=_("帮扶事项"), choices=[BLANK, *Entitlement.choices], error_messages={"required": _("请选择事项")}
    )
    person = forms.ChoiceField(label=_("为谁"), required=False)
    department = forms.ChoiceField(
        label=_("接收部门"), required=False, choices=[BLANK, *Department.choices],
        help_text=_("只在“其他帮扶”时选择，其余事项的部门是固定的"),
    )  # fmt: skip
    why = words(_("转介原因"), longest=400, rows=3, hint=_("只写部门需要知道的，不写收入、病情和证号"))

    def __init__(self, data: Any = None, *, people: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("全家")), *[(str(pk), name) for pk, name in people]]

    def clean_person(self) -> int | None:
        return int(self.cleaned_data["person"]) if self.cleaned_data["person"] else None


class NoteForm(ActionForm):
    """A word with a move."""

    note = words(_("说明"), longest=400, rows=2)


class AcceptForm(ActionForm):
    """Taking it on: a word if there is something to say."""

    note = words(_("说明"), longest=400, rows=2, required=False)


class WithoutForm(ActionForm):
    """Why nothing is given."""

    reason = forms.ChoiceField(
        label=_("原因"), choices=Reason.choices, widget=forms.RadioSelect, error_messages={"required": _("请选择原因")}
    )
    note = words(_("说明"), longest=400, rows=2, required=False, hint=_("选“其他”时要写"))


class GiveForm(ActionForm):
    """What was given, how much of it in money, and when."""

    what = words(_("给予内容"), longest=400, hint=_("例如：门诊救助、助学金、公益性岗位"))
    fen = forms.CharField(label=_("金额（元）"), required=False, max_length=20, help_text=_("没有给钱的不填"))
    given_on = DayField(label=_("给予日期"))
    note = words(_("说明"), longest=400, rows=2, required=False)

    def clean_fen(self) -> int | None:
        text = self.cleaned_data["fen"].strip()
        try:
            return parse_yuan(text) if text else None
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class ReturnForm(ActionForm):
    """The sheet with the answers."""

    file = forms.FileField(
        label=_("填好的名单"), help_text=_("从这里导出的 xlsx，填好“答复”等列后上传；没填“答复”的行不动"),
        error_messages={"required": _("请选择文件"), "empty": _("文件是空的，请核对")},
    )  # fmt: skip


class UnmetForm(ActionForm):
    """The needs chosen from the list."""

    need = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": _("有一项刚刚已转介或不再符合，请刷新后重选")}
    )

    def __init__(self, data: Any, *, keys: list[str], **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["need"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(key, key) for key in keys]
