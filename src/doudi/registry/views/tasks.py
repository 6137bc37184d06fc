"""Every change that has a page: address, right, form, words."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doudi.accounts.permissions import Permission
from doudi.registry.forms import households as h
from doudi.registry.forms import people as p
from doudi.registry.models import Certificate, Household, KinTie, LowIncomeStatus, Membership, Merge, Person

from .changes import Task, Text

W = Permission.PERSON_WRITE
HOME = "households/<household:number>/"
ONE = "people/<int:pk>/"

TASKS = (
    Task(
        "member_add",
        HOME + "members/",
        W,
        Household,
        h.AddMember,
        _("添加成员"),
        _("添加"),
        _("已添加成员"),
        _(
            "填身份证号最省事：出生日期、性别不用再填，已在册的人自动连上原来的档案。新生儿没有号码，先填姓名和出生日期，办好后再更正"
        ),
    ),
    Task("address", HOME + "address/", W, Household, h.CorrectAddress, _("更正住址"), _("保存"), _("住址已更正")),
    Task(
        "head",
        HOME + "head/",
        W,
        Household,
        h.ChangeHead,
        _("变更户主"),
        _("变更"),
        _("户主已变更"),
        _("给每名成员选与新户主的关系，新户主本人选“新户主”"),
    ),
    Task(
        "split",
        HOME + "split/",
        W,
        Household,
        h.SplitHousehold,
        _("分户"),
        _("分户"),
        _("已分户，这是新户"),
        _("要分出去的人选与新户户主的关系，其中一人选“新户的户主”；其余留在原户"),
    ),
    Task(
        "join",
        HOME + "join/",
        W,
        Household,
        h.JoinHousehold,
        _("并户"),
        _("并户"),
        _("已并户"),
        _("先填户编号并提交一次，再给迁来的每个人选与本户户主的关系"),
    ),
    Task(
        "move",
        HOME + "move/",
        W,
        Household,
        h.MoveHousehold,
        _("整户迁移"),
        _("迁移"),
        _("已迁移"),
        _("档案和已登记的内容一起转到迁入村，迁出地不再能改"),
    ),
    Task(
        "circumstance",
        HOME + "circumstances/",
        W,
        Household,
        h.RecordCircumstance,
        _("登记家庭情况"),
        _("登记"),
        _("已登记"),
    ),
    Task("assets", HOME + "assets/", W, Household, p.StateAsset, _("登记财产"), _("登记"), _("已登记")),
    Task(
        "status",
        HOME + "status/",
        Permission.STATUS_WRITE,
        Household,
        h.DetermineStatus,
        _("登记认定"),
        _("登记"),
        _("已登记认定"),
    ),
    Task(
        "watch",
        HOME + "watch/",
        Permission.RELAPSE_WRITE,
        Household,
        h.DetermineWatch,
        _("登记乡村振兴认定"),
        _("登记"),
        _("已登记认定"),
    ),
    Task(
        "correct",
        ONE + "correct/",
        W,
        Person,
        p.CorrectPerson,
        _("更正个人信息"),
        _("更正"),
        _("已更正，原来的内容留有记录"),
        _("更正的是登记错的内容。原来写的是什么、谁改的、为什么改，都会留下"),
    ),
    Task(
        "death",
        ONE + "death/",
        W,
        Person,
        p.MarkDeath,
        _("登记死亡"),
        _("登记死亡"),
        _("已登记死亡"),
        _("死亡当天仍是家庭成员，次日起不再计入；个人认定同时终止"),
        danger=True,
    ),
    Task(
        "revive",
        ONE + "death/revoke/",
        W,
        Person,
        p.RevokeDeath,
        _("撤销死亡登记"),
        _("撤销"),
        _("已撤销死亡登记"),
        _("登记错了才撤销。因死亡终止的成员关系和认定恢复原样"),
    ),
    Task(
        "certificate",
        ONE + "certificates/",
        W,
        Person,
        p.RecordCertificate,
        _("登记证明与情况"),
        _("登记"),
        _("已登记"),
    ),
    Task(
        "amount",
        ONE + "amounts/",
        W,
        Person,
        p.StateAmount,
        _("登记收入与支出"),
        _("登记"),
        _("已登记"),
        _("登记的内容不覆盖别的来源。家庭申报、入户调查、部门核对各记一份，页面上并排比较"),
    ),
    Task("kin", ONE + "kin/", W, Person, p.RecordKin, _("登记法定义务人和亲属"), _("登记"), _("已登记")),
    Task("residence", ONE + "residences/", W, Person, p.RecordResidence, _("登记户籍与居住地"), _("登记"), _("已登记")),
    Task("member_move", ONE + "household/", W, Person, p.MoveMember, _("迁入另一户"), _("迁入"), _("已迁入")),
    Task(
        "membership_change",
        "memberships/<int:pk>/",
        W,
        Membership,
        p.ChangeMembership,
        _("改成员关系"),
        _("保存"),
        _("已改"),
    ),
    Task(
        "membership_end",
        "memberships/<int:pk>/end/",
        W,
        Membership,
        p.EndMembership,
        _("成员迁出"),
        _("迁出"),
        _("已迁出"),
        danger=True,
    ),
    Task(
        "status_end",
        "statuses/<int:pk>/end/",
        Permission.PERSON_READ,
        LowIncomeStatus,
        p.EndStatus,
        _("终止认定"),
        _("终止认定"),
        _("认定已终止"),
        _("终止后这户不再列入该类别，历次认定仍可查"),
        danger=True,
    ),
    Task(
        "certificate_end",
        "certificates/<int:pk>/end/",
        W,
        Certificate,
        p.EndCertificate,
        _("终止证明"),
        _("终止"),
        _("已终止"),
        danger=True,
    ),
    Task("kin_end", "kin/<int:pk>/end/", W, KinTie, p.EndKin, _("终止亲属关系"), _("终止"), _("已终止"), danger=True),
    Task(
        "merge_undo",
        "merges/<int:pk>/undo/",
        Permission.PERSON_MERGE,
        Merge,
        p.UndoMerge,
        _("撤销合并"),
        _("撤销合并"),
        _("已撤销合并"),
        _("两份档案恢复到合并前的样子"),
        danger=True,
    ),
)

HOUSEHOLD_MENU = ("address", "head", "split", "join", "move", "circumstance", "assets")
PERSON_MENU = ("certificate", "amount", "kin", "residence", "member_move", "merge", "death")
TITLES: dict[str, Text] = {task.name: task.title for task in TASKS} | {"merge": _("合并重复档案")}


def menu(names: tuple[str, ...], key: str | int) -> list[tuple[Text, str]]:
    """Words and addresses of some changes to one file."""
    return [(TITLES[name], reverse(f"registry:{name}", args=[key])) for name in names]
