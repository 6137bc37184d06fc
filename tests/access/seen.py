"""Who may see a field, read from the sentence of the data map; a sentence that nobody here understands is an error.

`who_sees` is written for people. It names permissions in quotes, roles by their names, or one of the few turns of
phrase below; whoever writes a new one says here what it means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from doudi.accounts.permissions import GRANTS, Permission
from doudi.accounts.roles import Role
from doudi.privacy.datamap import TECHNICAL, contexts, map_of

P = Permission
LABELS = {str(permission.label): permission for permission in Permission}
ROLES = {str(role.label): role for role in Role}
QUOTED = re.compile("“([^”]+)”")
EVERYBODY = frozenset(Role)
NOBODY: frozenset[Role] = frozenset()
# Turns of phrase → the permissions that open the field. More than one: any of them, the test of kinds says which.
PHRASES: dict[str, tuple[Permission, ...]] = {
    "辖区内有查看权限的经办人员": (P.PERSON_READ,),
    "辖区内可查看收支财产的人员": (P.ECONOMY_READ,),
    "辖区内可查看健康信息的人员": (P.HEALTH_READ,),
    "按事项分别授权": (P.HEALTH_READ, P.STUDY_READ, P.WORK_READ, P.ECONOMY_READ),
    "辖区内经办人员和接收部门": (P.REFERRAL_READ,),
}
WHO: dict[str, frozenset[Role]] = {
    "系统内工作人员": EVERYBODY, "全体工作人员": EVERYBODY, "公示期内公开": EVERYBODY, "待遇存续期间公开": EVERYBODY,
    "不显示": NOBODY, "不在页面显示": NOBODY, "仅系统任务": NOBODY, "只供程序比对，不向任何人显示": NOBODY,
    "默认脱敏；说明理由后显示并留痕": NOBODY, "本人绑定时": NOBODY, "本人": NOBODY, "只有发起人": NOBODY,
    "本人；上级只看到按主题的次数": NOBODY, "只供程序读取，更正文件只给报送和接收的人": NOBODY,
    "发起人、系统管理员": frozenset({Role.SYSTEM_ADMIN}), "审计可查": frozenset({Role.AUDIT_ADMIN}),
    "审计管理员；本人的操作本人可见；档案的查阅记录由有权查看该档案的人员可见": EVERYBODY,
    "市级有“查看与乡村振兴的数据交换”权限的人员和对方系统": GRANTS[P.EXCHANGE_READ],
}  # fmt: skip
MASKED = "脱敏"


@dataclass(frozen=True)
class Seen:
    """The roles that may see a field at its place."""

    table: str
    field: str
    sentence: str
    roles: frozenset[Role]

    @property
    def masked(self) -> bool:
        """Whether the whole value is shown for a reason only."""
        return MASKED in self.sentence


def roles_of(sentence: str) -> frozenset[Role] | None:
    """The roles that a sentence means; None where it is not understood."""
    if sentence in WHO:
        return WHO[sentence]
    found: set[Role] = set()
    understood = False
    for permission in _permissions(sentence):
        found |= GRANTS[permission]
        understood = True
    for label, role in ROLES.items():
        if label in sentence:
            found.add(role)
            understood = True
    if "当地负责人" in sentence:
        found, understood = found | GRANTS[P.ACCESS_GRANT], True
    if "该来源的联络员" in sentence or "接收部门" in sentence:
        found |= {role for role in Role if role.value.startswith("liaison_")}
    return frozenset(found) if understood else None


def _permissions(sentence: str) -> list[Permission]:
    named = [
        p for word in QUOTED.findall(sentence) for label, p in LABELS.items() if re.match(f"{word}($|[、（])", label)
    ]
    return named + [p for phrase, many in PHRASES.items() if phrase in sentence for p in many]


@cache
def stated() -> dict[tuple[str, str], Seen]:
    """(table, field) → who may see it, for every field that the data map says something about."""
    found = {}
    for config in contexts():
        for table, fields in map_of(config).items():
            for name, entry in fields.items():
                if name != TECHNICAL:
                    sentence = str(entry["who_sees"])
                    found[table, name] = Seen(table, name, sentence, roles_of(sentence) or NOBODY)
    return found


def not_understood() -> list[str]:
    """Sentences of the data map that mean nothing here."""
    sentences = {
        str(entry["who_sees"]): f"{table}.{name}"
        for config in contexts()
        for table, fields in map_of(config).items()
        for name, entry in fields.items()
        if name != TECHNICAL
    }
    return [f"{where}: {sentence}" for sentence, where in sentences.items() if roles_of(sentence) is None]


@cache
def readers_of(table: str) -> frozenset[Role]:
    """The roles that may see anything of a table."""
    return frozenset().union(*(seen.roles for (one, _), seen in stated().items() if one == table))
