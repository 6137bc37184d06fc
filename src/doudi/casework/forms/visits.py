"""The form of a visit: who went, where, what they saw, which figures are otherwise, and the family's signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from doudi.accounts.models import Staff
from doudi.documents import sniffing
from doudi.registry.models import Person
from doudi.rulebook.forms.facts import field_for
from doudi.verification.actions.signing import Signing
from doudi.verification.forms.base import ActionForm
from doudi.verification.forms.signing import SignatureFields

from ..actions.surveying import Brought
from ..actions.visits import Seen
from ..models import Enquiry, HomeVisit
from ..queries.figures import Figure
from ..visiting import HINTS, PROMPTS, joined

MOST_PHOTOS = 9
RESULTS: Any = HomeVisit._meta.get_field("result").choices


class PhotosInput(forms.FileInput):
    """Several pictures at once."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """A list of pictures, each recognised by its content."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:  # type: ignore[override]
        photos = [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]
        if len(photos) > MOST_PHOTOS:
            raise forms.ValidationError(_("一次最多上传 9 张照片。"))
        for photo in photos:
            self._check(photo)
        return photos

    def _check(self, photo: UploadedFile[Any]) -> None:
        try:
            found = sniffing.recognise(cast(BinaryIO, photo.file), photo.name or "")
        except sniffing.Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if found not in sniffing.IMAGES:
            raise forms.ValidationError(_("“%(name)s”不是照片。") % {"name": photo.name})


class VisitForm(SignatureFields, ActionForm):
    """A visit. `kinds`: what it may be; `figures`: the table of declared figures."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("调查方式"), widget=forms.RadioSelect)
    on = forms.DateField(label=_("调查日期"), widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(label=_("调查时间"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.CharField(label=_("地点"), max_length=120)
    first_name = forms.CharField(label=_("调查人一"), max_length=60, widget=forms.TextInput(attrs={"list": "staff"}))
    second_name = forms.CharField(
        label=_("调查人二"), max_length=60, widget=forms.TextInput(attrs={"list": "staff"}),
        help_text=_("可以是村（社区）干部、驻村队员"),
    )  # fmt: skip
    result = forms.ChoiceField(label=_("调查结果"), choices=RESULTS, widget=forms.RadioSelect)
    photos = PhotosField(
        label=_("照片"), required=False, widget=PhotosInput(attrs={"accept": "image/*", "multiple": True}),
        help_text=_("最多 9 张；不拍未成年人正面"),
    )  # fmt: skip
    signer = forms.TypedChoiceField(label=_("由谁签名"), coerce=int, empty_value=None, required=False)
    unsigned_because = forms.CharField(
        label=_("不能签名的原因"), max_length=120, required=False, help_text=_("有人签名就不填")
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        kinds: Sequence[HomeVisit.Kind],
        figures: Sequence[Figure],
        signers: Sequence[Person],
        staff: Mapping[str, Staff],
        **more: Any,
    ) -> None:
        super().__init__(data, files, **more)
        self.figures, self.staff = figures, staff
        self._signers = {p.pk: p for p in signers}
        self._offer("kind", [(k.value, str(k.label)) for k in kinds])
        self._offer("signer", [(p.pk, p.name) for p in signers] or [("", "—")])
        for key, label in PROMPTS.items():
            self.fields[f"p_{key}"] = forms.CharField(
                label=str(label), required=False, max_length=600, help_text=str(HINTS.get(key, "")),
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
        for figure in figures:
            self.fields[figure.field] = field_for(figure.spec)

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def prompts(self) -> list[Any]:
        """The inputs of what was seen."""
        return [self[f"p_{key}"] for key in PROMPTS]

    def rows(self) -> list[tuple[Figure, Any]]:
        """The table of figures, each with its input."""
        return [(figure, self[figure.field]) for figure in self.figures]

    def moment(self) -> datetime:
        """When it took place."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["on"], self.cleaned_data["time"]))

    def seen(self) -> Seen:
        """The visit itself."""
        said = self.cleaned_data
        first, second = self.staff.get(said["first_name"].strip()), self.staff.get(said["second_name"].strip())
        return Seen(
            kind=said["kind"], at=self.moment(), place=said["place"], first_name=said["first_name"],
            second_name=said["second_name"], result=said["result"], unsigned_because=said["unsigned_because"],
            findings=joined({key: said[f"p_{key}"] for key in PROMPTS}), first_id=first.pk if first else None,
            second_id=second.pk if second else None,
        )  # fmt: skip

    def brought(self) -> Brought:
        """Signature unless a reason says why not; photos; the figures that were typed."""
        said = self.cleaned_data
        signer = self._signers.get(said["signer"]) if not said["unsigned_because"].strip() else None
        typed = [(f, int(said[f.field])) for f in self.figures if said.get(f.field) is not None]
        return Brought(Signing(signer, said["mark"]) if signer else None, said["photos"], typed)


class EnquiryForm(ActionForm):
    """Whom one asked and what they said; an appraisal with its votes."""

    kind = forms.ChoiceField(label=_("调查方式"), choices=Enquiry.Kind.choices, widget=forms.RadioSelect)
    on = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}))
    asked = forms.CharField(
        label=_("向谁了解"), max_length=300, help_text=_("邻居、单位，或者评议小组成员；加密保存，不告诉申请家庭")
    )
    said = forms.CharField(label=_("了解到的情况"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    votes_for = forms.IntegerField(label=_("认为与申报一致（人）"), min_value=0, max_value=99, required=False)
    votes_against = forms.IntegerField(label=_("认为不一致（人）"), min_value=0, max_value=99, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("votes_for", "votes_against"):
            self.fields[name].help_text = _("只有民主评议才填")
