"""What the bank's codes mean, and what is usually done about them. A bank's own codes are shown as they are."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

UNSAID = "E00"


@dataclass(frozen=True)
class Code:
    """One reason of a bank: in words, and what helps: another card, a corrected name or number, or sending again."""

    words: str | Promise
    advice: str | Promise
    helps: str


CODES = {
    UNSAID: Code(gettext_lazy("银行没有说明原因"), gettext_lazy("向银行问清原因后再定"), "again"),
    "E01": Code(gettext_lazy("没有这个账号"), gettext_lazy("对照卡面核对账号，改正后补发"), "correct"),
    "E03": Code(gettext_lazy("户名与账号不一致"), gettext_lazy("对照证件和银行卡核对姓名用字，改正后补发"), "correct"),
    "E05": Code(gettext_lazy("账户挂失或冻结"), gettext_lazy("联系本人解除，或者换卡补发"), "card"),
    "E07": Code(gettext_lazy("银行卡已注销"), gettext_lazy("联系本人换卡，换卡复核后补发"), "card"),
    "E09": Code(gettext_lazy("超过账户收款限额"), gettext_lazy("联系本人到网点升级账户，或者换卡补发"), "card"),
    "E99": Code(gettext_lazy("银行系统原因"), gettext_lazy("账户没有问题，原样补发"), "again"),
    "R01": Code(gettext_lazy("到账后被退回"), gettext_lazy("联系本人核实账户，换卡补发"), "card"),
}


def code_of(text: str) -> Code:
    """The meaning of a code; one of the bank's own stands for itself."""
    own = Code(_("银行代码 %(code)s") % {"code": text}, _("向银行问清原因后再定"), "again")
    return CODES.get(text, own)
