"""The one page of an emergency, and the short forms after it: a part handed over, a decision of the county, a visit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core import signing
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.casework.actions.opening import Need
from doudi.casework.models import Origin, PlaceBasis
from doudi.casework.programmes import Programme
from doudi.kernel.resident_id import ResidentId, ResidentIdError
from doudi.privacy.masking import mask_resident_id
from doudi.registry.actions.refusal import refuse
from doudi.registry.forms.base import DayField, words
from doudi.registry.models import Household, Person
from doudi.rulebook.forms.facts import YuanField
from doudi.verification.forms.base import ActionForm
from doudi.verification.forms.signing import SignatureFields

from ..actions.relief import MOST_PARTS, Help, Photo
from ..actions.relief_paying import Handing
from ..kinds import PaymentForm
from ..queries.relief import family_of, hidden_file, home_of, person_for

SALT = "payments.relief.heard"
BANK = "bank"
SEVERITIES = (("light", _("较轻")), ("medium", _("一般")), ("severe", _("严重")))
FORMS = (
    ("cash", _("现金")), ("transfer", _("银行卡")), ("goods", _("交医院、买实物")), (BANK, _("走银行代发")),
)  # fmt: skip


class Happened(models.TextChoices):
    """What brought somebody into need."""

    ILLNESS = "illness", _("突发重病")
    INJURY = "injury", _("意外受伤")
    FIRE = "fire", _("火灾")
    DISASTER = "disaster", _("自然灾害")
    INCOME = "income", _("断了收入")
    OTHER = "other", _("其他")


def yuan(label: Any, *, required: bool = True, hint: Any = "") -> YuanField:
    """An amount typed in yuan."""
    return YuanField(
        label=label, required=required, help_text=hint, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )


class HandingFields(SignatureFields):
    """How money is handed over, to whom, and their signature."""

    how = forms.ChoiceField(label=_("怎么给"), choices=FORMS, initial="cash", widget=forms.RadioSelect)
    receiver = words(_("交给谁"), longest=60, required=False, hint=_("不写就是本人；昏迷、年幼的写代收的人"))
    note = words(_("买了什么、交到哪里"), longest=200, required=False, hint=_("交医院、买实物时填写"))
    token = forms.UUIDField(widget=forms.HiddenInput)

    def handing(self, name: str) -> Handing:
        """What was said; whoever signed by typing took it, else the person."""
        said = self.cleaned_data
        token: UUID = said["token"]
        receiver = said["receiver"].strip() or said["mark"].name or name
        form = PaymentForm.TRANSFER if said["how"] == BANK else PaymentForm(said["how"])
        return Handing(form, receiver[:60], said["mark"], token, said["note"], said["how"] == BANK)


class HelpForm(HandingFields, ActionForm):
    """Everything on one page, and nothing that can wait."""

    who = words(_("救助谁"), longest=100, hint=_("身份证号或姓名；不知道就写特征"))
    person = forms.IntegerField(required=False, widget=forms.HiddenInput)
    stranger = words(_("姓名或特征、从哪里来"), longest=100, required=False)
    place = forms.ChoiceField(label=_("急难发生在哪个村（社区）"), required=False)
    what = forms.ChoiceField(
        label=_("遇到什么事"), choices=Happened.choices, widget=forms.RadioSelect,
        error_messages={"required": _("请选一样；都不是就选“其他”")},
    )  # fmt: skip
    story = words(_("简单说说"), longest=400, required=False, rows=2)
    people_count = forms.IntegerField(label=_("几个人"), min_value=1, max_value=50, initial=1)
    severity = forms.ChoiceField(label=_("困难程度"), choices=SEVERITIES, initial="light", widget=forms.RadioSelect)
    amount_fen = forms.IntegerField(label=_("给多少"), required=False, min_value=1, max_value=10**9)
    other_fen = yuan(_("其他金额（元）"), required=False)
    parts = forms.IntegerField(label=_("分几次给"), min_value=1, max_value=MOST_PARTS, initial=1)
    repeated_because = words(_("为什么再次救助"), longest=300, required=False)
    heard = forms.CharField(required=False, widget=forms.HiddenInput)
    heard_at = forms.DateTimeField(
        label=_("几时接到的求助"), required=False, help_text=_("刚接到的不用填"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )  # fmt: skip
    photo = forms.FileField(
        label=_("现场照片"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )  # fmt: skip

    def __init__(self, *args: Any, places: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("按家庭所在的村")), *places]

    @classmethod
    def fresh(cls, at: datetime, **known: Any) -> dict[str, Any]:
        """What the form starts with: a number for this press, and when the page was opened."""
        return {"token": uuid4(), "heard": signing.dumps(at.isoformat(), salt=SALT), "parts": 1, **known}

    def help(self, staff: Staff, on: date, at: datetime) -> Help:
        """What was said, as the action wants it. Refused where nobody, no place or no amount can be made out."""
        said = self.cleaned_data
        person = person_for(staff, said["person"])
        home = home_of(person, staff, on) if person else None
        number = number_in(said["who"])
        hidden = None if person else hidden_file(number)
        amount = said["other_fen"] or said["amount_fen"]
        if not amount:
            raise refuse("amount_fen", gettext("请选金额，或者写一个金额。"))
        need = Need(
            programme=Programme.TEMPORARY_EMERGENCY, household=home, applicant=person,
            stranger="" if home else self._stranger(person, number), origin=Origin.FOUND,
            place_basis=PlaceBasis.EMERGENCY, place=self._place(home, staff), cause=self._cause(),
            severity=said["severity"], people_count=said["people_count"],
            people=[Person(pk=hidden)] if hidden else [person] if person else [],
        )  # fmt: skip
        name = person.name if person else str(need.stranger)
        photo = said["photo"]
        return Help(
            need=need, amount_fen=amount, handing=self.handing(name), heard_at=self._heard(at), parts=said["parts"],
            repeated_because=said["repeated_because"], id_number=number,
            people=tuple([hidden] if hidden else family_of(home, person, on)),
            photo=Photo(photo.file, photo.name) if photo else None,
        )  # fmt: skip

    def _stranger(self, person: Person | None, number: str) -> str:
        who = mask_resident_id(number) if number else self.cleaned_data["who"]
        parts = [person.name if person else "", self.cleaned_data["stranger"], "" if person else who]
        return "，".join(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def _place(self, home: Household | None, staff: Staff) -> str:
        place = str(self.cleaned_data["place"] or "")
        if not place and home is not None and staff.may(Permission.CASE_HANDLE, home.division_code):
            place = home.division_code
        if not place:
            raise refuse("place", gettext("请选急难发生在哪个村（社区）。"))
        return place

    def _cause(self) -> str:
        what = Happened(self.cleaned_data["what"])
        told = self.cleaned_data["story"].strip()
        if what is Happened.OTHER and not told:
            raise refuse("story", gettext("请用一句话写明发生了什么。"))
        return f"{what.label}：{told}" if told else str(what.label)

    def _heard(self, at: datetime) -> datetime:
        if self.cleaned_data["heard_at"]:
            return self.cleaned_data["heard_at"]  # type: ignore[no-any-return]
        try:
            opened = signing.loads(self.cleaned_data["heard"], salt=SALT, max_age=timedelta(days=1))
            return min(datetime.fromisoformat(opened), at)
        except signing.BadSignature:
            return at


def number_in(text: str) -> str:
    """The identity number that was typed, in full; '' if it is none."""
    try:
        return str(ResidentId.parse(text.strip()[:30]).to_18().number)
    except ResidentIdError:
        return ""


class PartForm(HandingFields, ActionForm):
    """The next part of approved help."""


class GrantForm(ActionForm):
    """What the county says to an amount."""

    fen = yuan(_("批准金额（元）"))
    note = words(_("审批意见"), longest=300, required=False, rows=2, hint=_("改动金额、不予救助时要写明理由"))


class FollowUpForm(ActionForm):
    """What a visit found."""

    on = DayField(label=_("走访日期"))
    found = words(_("看到的情况"), longest=500, rows=2)
    still_needed = forms.ChoiceField(
        label=_("走访结果"), widget=forms.RadioSelect,
        choices=[("nothing", _("困难已缓解")), ("more", _("还要继续救助")), ("transfer", _("转其他救助"))],
    )  # fmt: skip
    again_by = DayField(label=_("下次走访不晚于"), required=False, help_text=_("还要继续救助时填写"))
