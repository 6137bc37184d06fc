"""The upload form. (`forms/` is the folder of printed forms.)"""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from . import sniffing
from .models import Kind

ACCEPT = ",".join(suffix for kind in sniffing.ALLOWED for suffix in kind.suffixes)


class UploadForm(forms.Form):
    """What the file proves, and the file."""

    kind = forms.ChoiceField(label=_("材料类别"), choices=[c for c in Kind.choices if c[0] != Kind.IMPORT])
    file = forms.FileField(
        label=_("文件"),
        max_length=200,
        allow_empty_file=True,  # the check below says it better
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("图片 10 MB、pdf 20 MB、xlsx 和 csv 50 MB 以内"),
    )

    def clean_file(self) -> UploadedFile[Any]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        try:
            sniffing.recognise(cast(BinaryIO, upload.file), upload.name or "")
        except sniffing.Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return upload
