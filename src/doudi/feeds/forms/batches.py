"""Sending a file, mapping its columns, giving a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.registry.forms.base import DateInput, pick, words

from ..access import contracts_for
from ..contracts import Contract
from ..models import Batch
from .base import ActionForm


class SendForm(ActionForm):
    """A department's file."""

    contract = pick(_("数据来源"), [])
    file = forms.FileField(
        label=_("文件"),
        help_text=_("xlsx、xls、csv 或 json，原样上传，不用改格式。身份证号整列须是文本"),
        error_messages={"required": _("请选择文件"), "empty": _("文件是空的，请重新导出")},
    )
    as_of = forms.DateField(
        label=_("数据截至"), required=False, widget=DateInput(),
        help_text=_("文件里有统计日期的不用填"), error_messages={"invalid": _("日期写成 2026-11-23 这样")},
    )  # fmt: skip

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["contract"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("请选择")), *((one.key, one.title) for one in contracts_for(staff))]


class CorrectForm(ActionForm):
    """The corrected rows of a batch."""

    file = forms.FileField(
        label=_("更正后的文件"),
        help_text=_("下载的更正文件，改好再传；只放更正的行"),
        error_messages={"required": _("请选择文件"), "empty": _("文件是空的，请重新选择")},
    )


class ReasonForm(ActionForm):
    """Why a file is not used, or was wrong."""

    reason = words(_("原因"), longest=200, rows=3, hint=_("写给报送的人看：哪里不对，请对方怎么做"))


class MappingForm(ActionForm):
    """Under which heading each column stands."""

    def __init__(self, *args: Any, batch: Batch, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        headings = [("", _("文件里没有")), *((text, text) for text in batch.headings)]
        for column in contract.columns:
            field = forms.ChoiceField(
                label=column.title, choices=headings, required=False, initial=batch.mapping.get(column.name, ""),
                help_text=column.hint, error_messages={"invalid_choice": _("请从列表中选择")},
            )  # fmt: skip
            field.widget.attrs["required"] = column.required
            self.fields[column.name] = field


class KeyForm(ActionForm):
    """For which source a key is made."""

    contract = pick(_("数据来源"), [], hint=_("一个密钥只能报送一个来源，一年后到期"))

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["contract"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("请选择")), *((one.key, one.title) for one in contracts_for(staff))]
