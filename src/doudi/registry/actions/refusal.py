"""How an action says no: every problem at once, each with the field it belongs to and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the field it concerns ('' for the whole) and a sentence for the person who can act."""

    field: str
    message: str


class Refused(Exception):
    """The action was not carried out; `problems` lists everything that stood against it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("；".join(p.message for p in problems))

    @property
    def by_field(self) -> dict[str, list[str]]:
        """Messages by field, as a form wants them."""
        found: dict[str, list[str]] = {}
        for problem in self.problems:
            found.setdefault(problem.field, []).append(problem.message)
        return found


class Conflict(Exception):
    """Somebody else changed the record since it was read; show both versions and let the person decide."""


class Problems:
    """Collects what is wrong and refuses once, at the end."""

    def __init__(self, prefix: str = "") -> None:
        self.found: list[Problem] = []
        self.prefix = prefix

    def add(self, field: str, message: str) -> None:
        self.found.append(Problem(self.prefix + field, str(message)))

    def under(self, prefix: str) -> Problems:
        """The same list, with fields named under a prefix ('head.', 'members.0.')."""
        child = Problems(self.prefix + prefix)
        child.found = self.found
        return child

    def refuse_if_any(self) -> None:
        """Raise Refused with everything found so far."""
        if self.found:
            raise Refused(list(self.found))


def refuse(field: str, message: str) -> Refused:
    """A refusal with a single reason."""
    return Refused([Problem(field, str(message))])


# What the database refused, in words. Row-level security hides files of other places from the checks before, so these
# are the messages for a record that exists where the actor may not look.
_SAID_BY_THE_DATABASE = {
    "person_number_once_a_county": ("resident_id", "该身份证号已在其他乡镇登记，请申请查看，不要重复登记。"),
    "membership_one_household_a_day": ("", "该人员在这一时段已是另一户的成员，请先办理迁出或申请查看对方档案。"),
    "household_number_once_a_county": ("number", "户编号刚被占用，请重新提交。"),
    "status_one_category_a_day": ("category", "该家庭在这一时段已有认定类别，请先终止原认定。"),
    "status_one_personal_a_day": ("category", "该人员在这一时段已有认定类别，请先终止原认定。"),
    "status_determined_by_its_department": ("department", "该类别不由所选部门认定，请核对认定部门。"),
    "status_personal_names_a_person": ("person", "特困、单人户低保须选定人员；其他类别按户认定。"),
    "kin_tie_once": ("relative", "该亲属关系已登记，请勿重复登记。"),
    "person_no_death_before_birth": ("death_date", "死亡日期早于出生日期，请核对。"),
    "statement_sign": ("amount", "金额不能为负数。"),
    "statement_amount_in_bounds": ("amount", "金额过大，请核对单位（元）。"),
    "certificate_disability_graded": ("grade", "残疾类别应为 0 至 7，等级应为 0 至 4。"),
    "certificate_self_care_counted": ("grade", "不能自理的项目数应为 0 至 6。"),
    "merge_once": ("", "该档案已被合并，不能再次合并。"),
    "merge_of_two": ("", "不能把档案与自身合并。"),
}


@contextmanager
def guarded() -> Iterator[None]:
    """One transaction; what a constraint refuses comes out as Refused, with nothing saved."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        if name not in _SAID_BY_THE_DATABASE:
            raise
        field, message = _SAID_BY_THE_DATABASE[name]
        raise refuse(field, _(message)) from error
