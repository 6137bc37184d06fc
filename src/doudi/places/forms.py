"""Forms about divisions and the calendar."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from doudi.accounts.forms import ActionForm

from .models import ResidenceClass


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **more)


def _source() -> forms.CharField:
    return forms.CharField(label=_("依据"), max_length=120, help_text=_("批复、通知的文号或名称"))


class RenameForm(ActionForm):
    """Another name from a day on."""

    name = forms.CharField(label=_("新名称"), max_length=60)
    short_name = forms.CharField(label=_("简称"), max_length=30)
    starts_on = _day(_("从哪天起"))
    source = _source()


class ClassForm(ActionForm):
    """Urban or rural from a day on."""

    residence_class = forms.ChoiceField(label=_("城乡类别"), choices=ResidenceClass.choices)
    starts_on = _day(_("从哪天起"))
    source = _source()


class CloseForm(ActionForm):
    """The first day a division no longer exists."""

    ends_on = _day(_("从哪天起不再存在"))
    source = _source()


class OpenForm(ActionForm):
    """A new division under the one whose page this is."""

    code = forms.CharField(label=_("区划代码"), max_length=12, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    name = forms.CharField(label=_("名称"), max_length=60)
    short_name = forms.CharField(label=_("简称"), max_length=30)
    residence_class = forms.TypedChoiceField(
        label=_("城乡类别"),
        required=False,
        empty_value=None,
        choices=[("", _("不是村和社区")), *ResidenceClass.choices],
    )
    letters = forms.RegexField(
        label=_("户编号字头"), regex=r"^[A-Z]{2}$", required=False, help_text=_("乡镇填两个大写字母，村不填")
    )
    starts_on = _day(_("从哪天起"))
    source = _source()


class HolidayForm(ActionForm):
    """A local day off, or a weekend worked."""

    day = _day(_("哪一天"))
    name = forms.CharField(label=_("名称"), max_length=30, help_text=_("例如 泼水节、目瑙纵歌节"))
    is_workday = forms.BooleanField(label=_("这天是调休上班，不是放假"), required=False)
    source = _source()


SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s+(\d{4}-\d{2}-\d{2}))?\s+(\S+)")


class HolidayYearForm(ActionForm):
    """The national arrangement of a year, as the notice states it: one span a line."""

    year = forms.IntegerField(label=_("年份"), min_value=2019, max_value=2100)
    notice = forms.CharField(label=_("通知名称和文号"), max_length=120)
    off = forms.CharField(
        label=_("放假"),
        max_length=4000,
        strip=False,
        help_text=_("每行一段：首日 末日 名称，例如 2027-01-01 2027-01-03 元旦；只放一天的写一个日期"),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    work = forms.CharField(
        label=_("调休上班"),
        max_length=4000,
        strip=False,
        required=False,
        help_text=_("每行一天：日期 名称，例如 2027-02-20 春节"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean_off(self) -> dict[date, str]:
        return _days(self.cleaned_data["off"])

    def clean_work(self) -> dict[date, str]:
        return _days(self.cleaned_data["work"])


def _days(text: str) -> dict[date, str]:
    """The days of all lines; ValidationError names the line that cannot be read."""
    found: dict[date, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            first, last, name = _span(line.strip())
        except (ValueError, AttributeError) as error:
            raise forms.ValidationError(
                _now("第 %(n)s 行看不懂：%(line)s") % {"n": number, "line": line[:40]}
            ) from error
        found |= {first + timedelta(days=n): name for n in range((last - first).days + 1)}
    return found


def _span(line: str) -> tuple[date, date, str]:
    first, last, name = SPAN.fullmatch(line).groups()  # type: ignore[union-attr]
    begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    if not 0 <= (end - begin).days <= 31:
        raise ValueError("a span ends on or after its first day, within a month")
    return begin, end, name
