"""Who saw or changed a file: the page's view of the audit log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.audit.models import AuditEvent

Text = str | Promise
READS = ("household.read", "person.read", "person.reveal", "household.print", "document.read", "award.read",
         "payment.reveal_account", "payment.print_recovery")  # fmt: skip
ACTIONS: dict[str, Text] = {
    "household.read": gettext_lazy("查看家庭档案"),
    "person.read": gettext_lazy("查看个人档案"),
    "person.reveal": gettext_lazy("查看完整号码"),
    "household.print": gettext_lazy("打印家庭档案"),
    "household.register": gettext_lazy("登记家庭"),
    "person.register": gettext_lazy("登记人员"),
    "household.add_member": gettext_lazy("添加成员"),
    "household.change_membership": gettext_lazy("改成员关系"),
    "household.end_membership": gettext_lazy("成员迁出"),
    "household.move_member": gettext_lazy("成员迁入另一户"),
    "household.split": gettext_lazy("分户"),
    "household.merge": gettext_lazy("并户"),
    "household.move": gettext_lazy("整户迁移"),
    "household.set_head": gettext_lazy("变更户主"),
    "household.correct_address": gettext_lazy("更正住址"),
    "household.circumstance": gettext_lazy("登记家庭情况"),
    "person.correct": gettext_lazy("更正个人信息"),
    "person.mark_death": gettext_lazy("登记死亡"),
    "person.revoke_death": gettext_lazy("撤销死亡登记"),
    "person.merge": gettext_lazy("合并重复档案"),
    "person.undo_merge": gettext_lazy("撤销合并"),
    "person.certificate": gettext_lazy("登记证明与情况"),
    "person.end_certificate": gettext_lazy("终止证明"),
    "person.kin": gettext_lazy("登记亲属"),
    "person.end_kin": gettext_lazy("终止亲属关系"),
    "person.residence": gettext_lazy("登记户籍与居住地"),
    "economy.state": gettext_lazy("登记收入、支出或财产"),
    "status.determine": gettext_lazy("登记认定"),
    "status.end": gettext_lazy("终止认定"),
    "award.read": gettext_lazy("查看待遇"),
    "award.grant": gettext_lazy("核定待遇"),
    "award.increase": gettext_lazy("增发待遇"),
    "award.reduce": gettext_lazy("减发待遇"),
    "award.adjust": gettext_lazy("调整待遇"),
    "award.suspend": gettext_lazy("暂停发放待遇"),
    "award.restart": gettext_lazy("恢复发放待遇"),
    "award.phase_out": gettext_lazy("待遇进入渐退期"),
    "award.end": gettext_lazy("终止待遇"),
    "award.correct": gettext_lazy("撤回待遇变动"),
    "award.plan_review": gettext_lazy("安排定期核查"),
    "payment.register_account": gettext_lazy("登记领款账户"),
    "payment.change_account": gettext_lazy("更换领款账户"),
    "payment.check_account": gettext_lazy("复核领款账户"),
    "payment.end_account": gettext_lazy("停用领款账户"),
    "payment.reveal_account": gettext_lazy("查看完整银行账号"),
    "payment.open_recovery": gettext_lazy("提出追回多发资金"),
    "payment.approve_recovery": gettext_lazy("同意追回"),
    "payment.turn_down_recovery": gettext_lazy("不同意追回"),
    "payment.repay_recovery": gettext_lazy("登记退还资金"),
    "payment.waive_recovery": gettext_lazy("免予追回"),
    "payment.keep_back": gettext_lazy("设定按月扣回"),
    "payment.print_recovery": gettext_lazy("打印追回通知书"),
    "document.store": gettext_lazy("上传材料"),
    "document.read": gettext_lazy("查看材料"),
    "document.discard": gettext_lazy("作废材料"),
}


@dataclass(frozen=True, slots=True)
class Trace:
    """One event about a file, with the name of who did it."""

    at: datetime
    what: str
    who: str
    office: str
    purpose: str
    read: bool


def traces(
    *, household: int | None = None, people: Iterable[int] = (), changes: bool | None = None, limit: int = 8
) -> list[Trace]:
    """The latest events about a household and its people; `changes` True: only changes, False: only looks."""
    subjects = [("household", str(household))] if household is not None else []
    subjects += [("person", str(p)) for p in people]
    if not subjects:
        return []
    values = ", ".join(["(%s, %s)"] * len(subjects))
    wanted = {None: "", True: "AND action <> ALL(%s)", False: "AND action = ANY(%s)"}[changes]
    params: list[object] = [part for subject in subjects for part in subject]
    params += [*([list(READS)] if wanted else []), limit, limit]
    found = list(AuditEvent.objects.raw(LATEST.format(subjects=values, wanted=wanted), params))
    names = {s.pk: s for s in Staff.objects.filter(pk__in={e.actor_id for e in found if e.actor_id})}
    return [_trace(e, names.get(e.actor_id or 0)) for e in found]


# Each subject walks its own end of the index; one OR over all of them would tempt the planner to scan the log.
LATEST = """
SELECT event.* FROM (VALUES {subjects}) AS subject (kind, pk)
CROSS JOIN LATERAL (
  SELECT id, at, actor_id, action, purpose FROM audit_auditevent
  WHERE subject_kind = subject.kind AND subject_id = subject.pk {wanted} ORDER BY id DESC LIMIT %s
) AS event ORDER BY event.id DESC LIMIT %s
"""


def lately_opened(staff: Staff, limit: int = 8) -> list[int]:
    """Ids of the households this person opened last, newest first."""
    rows = AuditEvent.objects.filter(actor_id=staff.pk, action="household.read").order_by("-id")
    seen: dict[int, None] = {}
    for found in rows.values_list("subject_id", flat=True)[: limit * 5]:
        seen.setdefault(int(found))
    return list(seen)[:limit]


def _trace(event: AuditEvent, who: Staff | None) -> Trace:
    return Trace(
        at=event.at,
        what=str(ACTIONS.get(event.action, event.action)),
        who=who.name if who else _("系统"),
        office=who.office if who else "",
        purpose=event.purpose,
        read=event.action in READS,
    )
