"""The one form of the shell: why somebody needs to see a value in full."""

from __future__ import annotations

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RevealReason(TextChoices):
    """The usual reasons to look at a whole number."""

    ON_SITE = "on_site", _("现场核对证件")
    VERIFICATION = "verification", _("提交核对")
    BANK_CARD = "bank_card", _("银行换卡")
    OTHER = "other", _("其他")


class RevealForm(forms.Form):
    """Reason for seeing a masked value; `purpose()` is the text for the audit record."""

    reason = forms.ChoiceField(label=_("为什么要看"), choices=RevealReason.choices, widget=forms.RadioSelect)
    detail = forms.CharField(label=_("具体事由"), max_length=200, required=False)

    def clean(self) -> dict:
        values = super().clean() or {}
        if values.get("reason") == RevealReason.OTHER and len(values.get("detail", "")) < 4:
            self.add_error("detail", _("选“其他”时请写明事由，至少 4 个字"))
        return values

    def purpose(self) -> str:
        """The reason in words, as it goes on record."""
        label = str(RevealReason(self.cleaned_data["reason"]).label)
        return f"{label}：{detail}" if (detail := self.cleaned_data["detail"]) else label
