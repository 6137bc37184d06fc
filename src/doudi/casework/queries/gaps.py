"""What an application still lacks, all of it at once (M57-10): only what no register and no pledge can replace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.registry.actions.refusal import Problems
from doudi.registry.models import Person
from doudi.verification.models import Pledge
from doudi.verification.queries import consents_missing

from ..models import Application, GapNotice, Origin
from ..programmes import SETTINGS, Programme


@dataclass(frozen=True)
class Gap:
    """One thing that is missing. `key` and `person` are stored with the notice; `words` is what the family reads."""

    key: str
    person: int | None
    words: str


def matter_of(application: Application) -> str:
    """The name under which other rooms know a case."""
    return f"application:{application.pk}"


def gaps_of(application: Application, on: date) -> list[Gap]:
    """Everything missing on a day."""
    return list(_gaps(application, on))


def words_of_items(notice: GapNotice) -> list[str]:
    """What a notice told, in words, from the codes that were kept."""
    names = dict(Person.objects.filter(pk__in=[i["person"] for i in notice.items]).values_list("pk", "name"))
    return [_words(item["key"], names.get(item["person"], "")) for item in notice.items]


def _words(key: str, name: str) -> str:
    said = {
        "consent": _("核对授权书：%(name)s签名"),
        "guardian": _("核对授权书：%(name)s 的监护人签名"),
        "pledge": _("如实申报承诺书：申请人签名"),
        "proxy": _("委托书：由申请人签名，说明委托谁代办"),
    }
    return said[key] % {"name": name} if name else said[key]


def _gaps(application: Application, on: date) -> Iterator[Gap]:
    if application.household_id is None or not SETTINGS[Programme(application.programme)].verified:
        return
    for missing in consents_missing(application.household_id, on):
        key = "guardian" if missing.signer == "guardian" else "consent"
        yield Gap(key, missing.person_id, _words(key, missing.name))
    if not Pledge.objects.filter(matter=matter_of(application)).exists():
        yield Gap("pledge", None, _words("pledge", ""))
    if application.origin == Origin.PROXY and application.proxy_document is None:
        yield Gap("proxy", None, _words("proxy", ""))


def notice_of_gaps(application: Application) -> GapNotice | None:
    """The one notice that was given; None if none was."""
    return GapNotice.objects.filter(application=application).first()


def nothing_missing(application: Application, by: Staff, on: date, problems: Problems) -> None:
    """The guard of acceptance."""
    for gap in gaps_of(application, on):
        problems.add("", _("还缺：%(what)s") % {"what": gap.words})


def not_told_before(application: Application, by: Staff, on: date, problems: Problems) -> None:
    """The guard of the notice: it is given once, with everything."""
    if notice_of_gaps(application) is not None:
        problems.add("", _("已经一次性告知过，不能再要新的材料；请帮助家庭补齐，或按现有材料受理。"))
    elif not gaps_of(application, on):
        problems.add("", _("材料已经齐全，请直接受理。"))
