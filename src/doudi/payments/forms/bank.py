"""Forms of accounts, the bank and recoveries."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.documents.upload import ACCEPT
from doudi.privacy.fields import blind
from doudi.registry.forms.base import BLANK, DayField, offer, pick, words
from doudi.registry.models import Person
from doudi.rulebook.forms.facts import YuanField
from doudi.verification.forms.base import ActionForm

from ..actions.accounts import Paper
from ..kinds import Fault, Portion, Programme
from ..models import Institution

ENCODINGS = [
    ("gb18030", _("GB18030（含生僻字，一般用这个）")),
    ("gbk", _("GBK（只认常用字的老系统）")),
    ("utf-8", _("UTF-8")),
]


class SendForm(ActionForm):
    """In which form the bank reads it."""

    form = forms.ChoiceField(label=_("文件格式"), choices=[("csv", "csv"), ("xlsx", _("xlsx 表格"))])
    encoding = forms.ChoiceField(label=_("编码"), choices=ENCODINGS, help_text=_("xlsx 不受编码影响"))


class ReturnForm(ActionForm):
    """The bank's file."""

    file = forms.FileField(
        label=_("回盘文件"),
        help_text=_("csv 或 xlsx，按银行给的原样上传，不要改动"),
        error_messages={"required": _("请选择文件"), "empty": _("文件是空的，请核对")},
    )


class ReasonForm(ActionForm):
    """Only why."""

    because = words(_("说明"), longest=200, rows=2)


class SettleForm(ReasonForm):
    """What was found out about an answer that matches nothing."""

    believe = forms.BooleanField(
        label=_("银行已确认到账：按到账入账，不再补发"), required=False,
        help_text=_("只用于先说失败、后说成功的；要有银行的书面或电话确认"),
    )  # fmt: skip


class DecideForm(ActionForm):
    """What becomes of a line that did not arrive."""

    what = forms.ChoiceField(
        label=_("怎么处理"), widget=forms.RadioSelect,
        choices=[("again", _("补发到下面选的账户")), ("later", _("这次不发，资金退回专户，下一批再列入")),
                 ("stop", _("确认停发，以后也不补，资金退回专户"))],
        error_messages={"required": _("请选择一项")},
    )  # fmt: skip
    account = forms.ChoiceField(
        label=_("补发到"), error_messages={"required": _("请选择补发到哪个账户；没有可选的，先登记账户。")}
    )
    because = words(_("说明"), longest=200, rows=2)

    def __init__(self, data: Any = None, *, accounts: list[tuple[str, Any]], what: str = "") -> None:
        super().__init__(data, initial={"what": what} if what else None)
        field = self.fields["account"]
        assert isinstance(field, forms.ChoiceField)
        field.required = (what if data is None else data.get("what")) == "again"
        field.choices = accounts


class AccountForm(ActionForm):
    """A bank account as it stands on the card."""

    number = words(_("银行账号"), longest=60, hint=_("16 至 19 位数字，可以带空格"))
    holder = words(_("户名"), longest=60, hint=_("与卡面、存折完全一致"))
    bank = words(_("开户行"), longest=60)
    because = words(_("登记或更换原因"), longest=200)
    differs_because = words(
        _("户名与姓名不同的原因"), longest=200, required=False, hint=_("一致的不用写；写了的由另一人复核")
    )
    paper = forms.FileField(
        label=_("卡面或存折照片"), required=False, max_length=200, widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("拍照或扫描件，复核时对照；图片 10 MB、pdf 20 MB 以内"),
    )  # fmt: skip

    def __init__(self, *args: Any, may_attach: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not may_attach:
            self.fields.pop("paper")

    def arguments(self) -> dict[str, Any]:
        """For the action."""
        said = dict(self.cleaned_data)
        upload = said.pop("paper", None)
        return said | {"paper": Paper(cast(BinaryIO, upload.file), upload.name or "") if upload else None}


class ImportForm(ActionForm):
    """A list of accounts."""

    file = forms.FileField(
        label=_("账户名单"), help_text=_("xlsx、xls 或 csv"),
        error_messages={"required": _("请选择文件"), "empty": _("文件是空的，请核对")},
    )  # fmt: skip


class PayeeForm(ActionForm):
    """Who receives a portion of an award: a member of the family, a home, or a carer under agreement."""

    portion = pick(_("哪一部分"), Portion.choices)
    person = pick(_("家庭成员代领"), [], required=False)
    institution = pick(_("供养机构代收"), [], required=False)
    carer = words(_("照料人身份证号"), longest=18, required=False, hint=_("不是家庭成员的照料人，须已登记"))
    agreement = words(_("委托照料服务协议编号"), longest=40, required=False)
    because = words(_("原因"), longest=200)

    def __init__(self, data: Any = None, *, people: list[Person], homes: list[Institution]) -> None:
        super().__init__(data)
        offer(self, "person", [BLANK, *((str(one.pk), one.name) for one in people)])
        offer(self, "institution", [BLANK, *((str(one.pk), one.name) for one in homes)])

    def clean_carer(self) -> Person | None:
        """The carer with that number."""
        if not (number := self.cleaned_data["carer"].strip().upper()):
            return None
        index = blind(number, purpose="resident_id")
        found = Person.objects.filter(resident_id_index=index, merged_into__isnull=True).first()
        if found is None:
            raise forms.ValidationError(_("没有登记这个身份证号，请先登记照料人"))
        return found

    def arguments(self) -> dict[str, Any]:
        """For the action."""
        said = dict(self.cleaned_data)
        carer, person, home = said.pop("carer"), said["person"], said["institution"]
        said["person"] = carer or (Person.objects.filter(pk=int(person)).first() if person else None)
        said["institution"] = Institution.objects.filter(pk=int(home)).first() if home else None
        return said


class InstitutionForm(ActionForm):
    """A home."""

    name = words(_("机构名称"), longest=80)


class RecoveryForm(ActionForm):
    """What is asked back, month by month."""

    programme = pick(_("救助项目"), Programme.choices)
    fault = pick(_("多发的原因"), Fault.choices)
    months = words(_("各月多发金额"), longest=600, rows=4, hint=_("每月一行：2026-05 200.00"))
    because = words(_("情况说明"), longest=300, rows=2)
    reference = words(_("依据的文书编号"), longest=40, required=False)
    keep_fen_month = YuanField(
        label=_("每月从待遇中扣回（元）"), required=False, help_text=_("本人同意的才填；不填就是现金或转账退还")
    )


class RepayForm(ActionForm):
    """A part that came back."""

    fen = YuanField(label=_("金额（元）"), widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    how = pick(_("怎么退的"), [("cash", _("现金")), ("bank", _("转账"))])
    note = words(_("收据或银行流水编号"), longest=200)


class WaiveForm(ActionForm):
    """A part that is not demanded any longer."""

    fen = YuanField(label=_("金额（元）"), widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    because = words(_("理由和依据"), longest=200, rows=2)


class KeepForm(ActionForm):
    """How much is kept back each month."""

    fen_month = YuanField(label=_("每月从待遇中扣回（元）"), help_text=_("从下一批起；0 就是不再扣"))


class EndForm(ReasonForm):
    """From when, and why."""

    on = DayField(label=_("从哪一天起"))
    field_order = ("on", "because")
