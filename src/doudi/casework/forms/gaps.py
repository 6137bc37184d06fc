"""The confirmation of the one notice of gaps, and the upload of a proxy's authorisation."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.documents.upload import ACCEPT
from doudi.verification.forms.base import ActionForm


class GapForm(ActionForm):
    """Nothing is typed: the list is what the rules say is missing."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class AuthorisationForm(ActionForm):
    """A photo or scan of the signed paper."""

    file = forms.FileField(
        label=_("委托书"), max_length=200, widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("申请人签名，写明委托谁代办；图片 10 MB、pdf 20 MB 以内"),
    )  # fmt: skip
