"""The village a file names, by code or by name as people write it, within the actor's own places."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import within
from doudi.kernel.text import compact
from doudi.places.models import Division

_ENDINGS = ("居民委员会", "村民委员会", "村委会", "居委会", "委员会", "社区", "村")


def _short(name: str) -> str:
    word = compact(name)
    for ending in _ENDINGS:
        if len(word) > len(ending) + 1:
            word = word.removesuffix(ending)
    return word


class Villages:
    """The open villages where one person may register people."""

    def __init__(self, by: Staff) -> None:
        places = by.scope.places(Permission.PERSON_WRITE)
        own = reduce(or_, (within(p, "code") for p in places), Q(pk__in=[]))
        rows = Division.objects.filter(own, level="village", is_open=True).values_list("code", "name")
        self.codes = {code for code, _name in rows}
        self.names: dict[str, list[str]] = {}
        for code, name in rows:
            self.names.setdefault(_short(name), []).append(code)

    def find(self, text: str) -> tuple[str, str]:
        """The code and '', or '' and what is wrong."""
        word = compact(text[:60])
        if not word:
            return "", _("请填写村（社区）。")
        if word.isascii() and word.isdigit():
            return (word, "") if word in self.codes else ("", _("区划代码不在您的辖区，或不是村（社区）的 12 位代码。"))
        found = self.names.get(_short(word)) or [
            code for name, codes in self.names.items() if len(name) > 1 and word.endswith(name) for code in codes
        ]
        if len(found) == 1:
            return found[0], ""
        if found:
            return "", _("有 %(n)s 个村（社区）叫这个名字，请改填 12 位区划代码。") % {"n": len(found)}
        return "", _("“%(name)s”不在您的辖区，请核对村（社区）名称。") % {"name": word[:20]}
