"""The one permission table. The view, the action, the navigation and the database all read this, and nothing else.

`GRANTS[permission]` is the set of roles that hold it. *Where* a role holds it is the place of the staff member's
assignment: a permission reaches every division whose code starts with the assignment's code.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .roles import ADMINS, CIVIL_AFFAIRS, COUNTY, LIAISONS, MONEY, TOWNSHIP, Role


class Permission(models.TextChoices):
    """Every right in the system, named by what one may do."""

    PERSON_READ = "person.read", _("查看家庭档案（证号脱敏）")
    PERSON_REVEAL = "person.reveal", _("说明理由后查看完整证号、电话")
    PERSON_WRITE = "person.write", _("登记和更正人员、家庭")
    PERSON_MERGE = "person.merge", _("合并重复档案、撤销合并")
    ECONOMY_READ = "economy.read", _("查看收入、支出、财产")
    HEALTH_READ = "health.read", _("查看残疾、疾病、自理能力")
    STUDY_READ = "study.read", _("查看就学")
    WORK_READ = "work.read", _("查看就业、劳动能力")
    STATUS_WRITE = "status.write", _("登记民政部门认定的低收入状态")
    RELAPSE_WRITE = "relapse.write", _("登记乡村振兴部门认定的状态")
    LIST_EXPORT = "list.export", _("导出名册")
    IMPORT_RUN = "import.run", _("批量导入")
    DOCUMENT_READ = "document.read", _("查看和打印材料")
    DOCUMENT_WRITE = "document.write", _("上传材料")
    CASE_READ = "case.read", _("查看申请与办理情况")
    CASE_INTAKE = "case.intake", _("登记申请、代办申请")
    CASE_HANDLE = "case.handle", _("受理、调查、初审、公示")
    CASE_APPROVE = "case.approve", _("乡镇签批、第二人复核、委托确认")
    CASE_CHECK = "case.check", _("市级抽查、入户、转办")
    CASE_CONFIRM = "case.confirm", _("审核确认")
    CASE_DEPARTMENT = "case.department", _("本部门负责类别的认定")
    CONSENT_WRITE = "consent.write", _("登记核对授权与承诺、撤回")
    VERIFICATION_READ = "verification.read", _("查看核对报告")
    VERIFICATION_REQUEST = "verification.request", _("提出核对、处理差异与异议")
    VERIFICATION_RUN = "verification.run", _("向数据来源发起查询")
    AWARD_READ = "award.read", _("查看待遇")
    AWARD_WRITE = "award.write", _("核定待遇")
    PAYMENT_READ = "payment.read", _("查看发放批次与到账情况")
    PAYMENT_MAKE = "payment.make", _("发放制单、处理暂缓与退回")
    PAYMENT_CHECK = "payment.check", _("发放复核、核实换卡")
    PAYMENT_APPROVE = "payment.approve", _("财政审签、下达预算、拨付备用金")
    BENEFIT_ACCOUNT_WRITE = "benefit_account.write", _("登记和更换领款账户、领款人")
    LEDGER_READ = "ledger.read", _("查看总账、预算与资金")
    LEDGER_POST = "ledger.post", _("经办资金业务时记账")
    RESERVE_READ = "reserve.read", _("查看备用金")
    RESERVE_PAY = "reserve.pay", _("从备用金支付、盘点、申请补充")
    RESERVE_APPROVE = "reserve.approve", _("审批备用金补充")
    SUBSIDY_WRITE = "subsidy.write", _("录入价格指数、测算价格补贴")
    SUBSIDY_CONFIRM = "subsidy.confirm", _("复核价格指数")
    DISCLOSURE_WRITE = "disclosure.write", _("申报本人近亲属")
    DISCLOSURE_READ = "disclosure.read", _("查看近亲属备案")
    FEED_READ = "feed.read", _("查看部门数据批次与新鲜度")
    FEED_WRITE = "feed.write", _("接收部门数据、对应列、认定疑似同一人")
    MONITORING_READ = "monitoring.read", _("查看预警、入户任务与线索")
    MONITORING_HANDLE = "monitoring.handle", _("派单、处置预警与线索")
    MONITORING_VISIT = "monitoring.visit", _("入户核实、上报线索")
    INDICATOR_DRAFT = "indicator.draft", _("试算预警指标、提出调整")
    INDICATOR_DECIDE = "indicator.decide", _("批准调整、启用或停用预警指标")
    LEAD_WRITE = "lead.write", _("登记线索")
    REFERRAL_READ = "referral.read", _("查看转介")
    REFERRAL_SEND = "referral.send", _("向部门转介")
    REFERRAL_ANSWER = "referral.answer", _("答复转介")
    EXCHANGE_READ = "exchange.read", _("查看与乡村振兴的数据交换")
    EXCHANGE_WRITE = "exchange.write", _("发出和接收数据交换、编制比对报告")
    FIGURES_READ = "figures.read", _("查看汇总数字")
    POLICY_READ = "policy.read", _("查看政策规则、做个案测算")
    POLICY_DRAFT = "policy.draft", _("起草和试算参数")
    POLICY_PUBLISH = "policy.publish", _("发布参数")
    POLICY_SIMULATE = "policy.simulate", _("政策模拟")
    PLACE_READ = "place.read", _("查看区划")
    PLACE_WRITE = "place.write", _("维护区划")
    CALENDAR_WRITE = "calendar.write", _("维护地方节假日")
    STAFF_READ = "staff.read", _("查看人员与角色")
    STAFF_WRITE = "staff.write", _("维护人员、角色与辖区")
    ACCESS_GRANT = "access.grant", _("批准跨辖区临时查看")
    TABLE_READ = "permission_table.read", _("查看权限表")
    AUDIT_READ = "audit.read", _("查看审计记录")
    AUDIT_EXPORT = "audit.export", _("导出审计链头")
    OVERSIGHT_READ = "oversight.read", _("查看异常查阅")
    OVERSIGHT_SETTLE = "oversight.settle", _("查明异常查阅")
    JOBS_READ = "jobs.read", _("查看后台任务")
    SYSTEM_RUN = "system.run", _("封存、换钥等系统任务")
    SELF = "self", _("本人的账号、任务与消息")


P = Permission
EVERYONE = frozenset(Role)
FILE_READERS = (
    CIVIL_AFFAIRS
    | LIAISONS
    | {Role.PAYMENT_MAKER, Role.PAYMENT_CHECKER, Role.FINANCE, Role.RURAL_REVITALISATION, Role.HOTLINE}
    | {Role.VISITOR}
)

GRANTS: dict[Permission, frozenset[Role]] = {
    P.PERSON_READ: FILE_READERS,
    P.PERSON_REVEAL: CIVIL_AFFAIRS | {Role.PAYMENT_MAKER, Role.PAYMENT_CHECKER},
    P.PERSON_WRITE: frozenset({Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK}),
    P.PERSON_MERGE: frozenset({Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK}),
    P.ECONOMY_READ: CIVIL_AFFAIRS | {Role.VISITOR, Role.RURAL_REVITALISATION},
    P.HEALTH_READ: CIVIL_AFFAIRS | {Role.VISITOR, Role.LIAISON_MEDICAL, Role.LIAISON_DISABLED},
    P.STUDY_READ: CIVIL_AFFAIRS | {Role.VISITOR, Role.LIAISON_EDUCATION},
    P.WORK_READ: CIVIL_AFFAIRS | {Role.VISITOR, Role.LIAISON_EMPLOYMENT, Role.RURAL_REVITALISATION},
    # The township head only where confirmation is delegated: the action of casework asks for that.
    P.STATUS_WRITE: frozenset({Role.COUNTY_CLERK, Role.COUNTY_REVIEWER, Role.TOWNSHIP_HEAD}),
    P.RELAPSE_WRITE: frozenset({Role.RURAL_REVITALISATION}),
    P.LIST_EXPORT: TOWNSHIP | COUNTY | {Role.RURAL_REVITALISATION},
    P.IMPORT_RUN: frozenset({Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK}),
    P.DOCUMENT_READ: CIVIL_AFFAIRS,
    P.DOCUMENT_WRITE: frozenset({Role.COORDINATOR, Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK}),
    P.CASE_READ: CIVIL_AFFAIRS | {Role.VISITOR, Role.RURAL_REVITALISATION},
    P.CASE_INTAKE: frozenset({Role.COORDINATOR, Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK}),
    P.CASE_HANDLE: frozenset({Role.TOWNSHIP_CLERK}),
    P.CASE_APPROVE: frozenset({Role.TOWNSHIP_HEAD}),
    P.CASE_CHECK: frozenset({Role.COUNTY_CLERK}),
    P.CASE_CONFIRM: frozenset({Role.COUNTY_REVIEWER}),
    P.CASE_DEPARTMENT: frozenset({Role.RURAL_REVITALISATION}),
    P.CONSENT_WRITE: frozenset({Role.COORDINATOR, Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK}),
    P.VERIFICATION_READ: TOWNSHIP | COUNTY,
    P.VERIFICATION_REQUEST: frozenset({Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK}),
    P.VERIFICATION_RUN: frozenset({Role.COUNTY_CLERK}),
    P.AWARD_READ: CIVIL_AFFAIRS | {Role.VISITOR} | MONEY,
    P.AWARD_WRITE: frozenset({Role.COUNTY_REVIEWER, Role.TOWNSHIP_HEAD}),
    P.PAYMENT_READ: MONEY | TOWNSHIP | COUNTY,
    P.PAYMENT_MAKE: frozenset({Role.PAYMENT_MAKER}),
    P.PAYMENT_CHECK: frozenset({Role.PAYMENT_CHECKER}),
    P.PAYMENT_APPROVE: frozenset({Role.FINANCE}),
    P.BENEFIT_ACCOUNT_WRITE: frozenset({Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK, Role.PAYMENT_MAKER}),
    P.LEDGER_READ: MONEY | COUNTY,
    P.LEDGER_POST: MONEY | TOWNSHIP | COUNTY,
    P.RESERVE_READ: TOWNSHIP | COUNTY | {Role.FINANCE},
    P.RESERVE_PAY: TOWNSHIP,
    P.RESERVE_APPROVE: frozenset({Role.COUNTY_REVIEWER}),
    P.SUBSIDY_WRITE: frozenset({Role.COUNTY_CLERK}),
    P.SUBSIDY_CONFIRM: frozenset({Role.COUNTY_REVIEWER}),
    P.DISCLOSURE_WRITE: CIVIL_AFFAIRS | MONEY | {Role.RURAL_REVITALISATION, Role.LEADER},
    P.DISCLOSURE_READ: TOWNSHIP | COUNTY,
    P.FEED_READ: COUNTY | LIAISONS | {Role.RURAL_REVITALISATION},
    P.FEED_WRITE: LIAISONS | {Role.COUNTY_CLERK, Role.RURAL_REVITALISATION},
    P.MONITORING_READ: CIVIL_AFFAIRS | {Role.RURAL_REVITALISATION},
    P.MONITORING_HANDLE: frozenset({Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK}),
    P.MONITORING_VISIT: frozenset({Role.COORDINATOR, Role.TOWNSHIP_CLERK}),
    P.INDICATOR_DRAFT: frozenset({Role.COUNTY_CLERK}),
    P.INDICATOR_DECIDE: frozenset({Role.COUNTY_REVIEWER}),
    P.LEAD_WRITE: CIVIL_AFFAIRS | LIAISONS | {Role.RURAL_REVITALISATION, Role.HOTLINE},
    P.REFERRAL_READ: CIVIL_AFFAIRS | LIAISONS | {Role.RURAL_REVITALISATION},
    P.REFERRAL_SEND: frozenset({Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK}),
    P.REFERRAL_ANSWER: LIAISONS | {Role.RURAL_REVITALISATION},
    P.EXCHANGE_READ: COUNTY | {Role.RURAL_REVITALISATION},
    P.EXCHANGE_WRITE: frozenset({Role.COUNTY_CLERK, Role.RURAL_REVITALISATION}),
    P.FIGURES_READ: EVERYONE - ADMINS,
    P.POLICY_READ: EVERYONE - ADMINS,
    P.POLICY_DRAFT: frozenset({Role.COUNTY_CLERK}),
    P.POLICY_PUBLISH: frozenset({Role.COUNTY_REVIEWER}),
    P.POLICY_SIMULATE: COUNTY | {Role.LEADER, Role.FINANCE},
    P.PLACE_READ: EVERYONE,
    P.PLACE_WRITE: frozenset({Role.SYSTEM_ADMIN}),
    P.CALENDAR_WRITE: frozenset({Role.SYSTEM_ADMIN}),
    P.STAFF_READ: frozenset({Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}),
    P.STAFF_WRITE: frozenset({Role.SECURITY_ADMIN}),
    P.ACCESS_GRANT: frozenset({Role.TOWNSHIP_HEAD, Role.COUNTY_REVIEWER}),
    P.TABLE_READ: frozenset({Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.LEADER}),
    P.AUDIT_READ: frozenset({Role.AUDIT_ADMIN}),
    P.AUDIT_EXPORT: frozenset({Role.AUDIT_ADMIN}),
    P.OVERSIGHT_READ: frozenset({Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}),
    P.OVERSIGHT_SETTLE: frozenset({Role.SECURITY_ADMIN}),
    P.JOBS_READ: EVERYONE,
    P.SYSTEM_RUN: frozenset({Role.SYSTEM_ADMIN}),
    P.SELF: EVERYONE,
}


def roles_with(permission: Permission) -> frozenset[Role]:
    """The roles that hold a permission."""
    return GRANTS[permission]
