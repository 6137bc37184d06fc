"""What the log's codes are called on a page. An action without a label shows its code: nothing is hidden."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.accounts.roles import Role

# The last word of an action that only looks; everything else changes something.
LOOKS = ("read", "reveal", "print", "export")
LOOK_PATTERN = rf"\.({'|'.join(LOOKS)})$"

ACTIONS: dict[str, str | Promise] = {
    "household.read": _("查看家庭档案"),
    "household.print": _("打印家庭档案"),
    "household.register": _("登记家庭"),
    "household.split": _("分户"),
    "household.merge": _("合并家庭"),
    "household.move": _("家庭迁移"),
    "household.set_head": _("变更户主"),
    "household.correct_address": _("更正住址"),
    "household.add_member": _("增加成员"),
    "household.end_membership": _("成员离开"),
    "household.change_membership": _("变更成员关系"),
    "household.move_member": _("成员转户"),
    "household.circumstance": _("登记家庭情况"),
    "person.read": _("查看人员档案"),
    "person.reveal": _("查看完整证号、电话"),
    "person.register": _("登记人员"),
    "person.correct": _("更正人员信息"),
    "person.mark_death": _("登记死亡"),
    "person.revoke_death": _("撤销死亡登记"),
    "person.merge": _("合并重复档案"),
    "person.undo_merge": _("撤销合并"),
    "person.certificate": _("登记个人情况"),
    "person.end_certificate": _("个人情况终止"),
    "person.kin": _("登记法定义务人"),
    "person.end_kin": _("法定义务人终止"),
    "person.residence": _("登记户籍、居住"),
    "economy.state": _("登记收入、支出、财产"),
    "status.determine": _("登记低收入状态"),
    "status.end": _("终止低收入状态"),
    "case.pause": _("暂停计时"),
    "case.resume": _("恢复计时"),
    "case.extend": _("延长办理期限"),
    "case.escalate": _("期限提醒"),
    "case.answer_escalation": _("答复期限提醒"),
    "clock_report.export": _("导出时限报告"),
    "award.read": _("查看待遇"),
    "award.grant": _("核定待遇"),
    "award.increase": _("增发待遇"),
    "award.reduce": _("减发待遇"),
    "award.adjust": _("调整待遇"),
    "award.suspend": _("暂停发放待遇"),
    "award.restart": _("恢复发放待遇"),
    "award.phase_out": _("待遇进入渐退期"),
    "award.end": _("终止待遇"),
    "award.correct": _("撤回待遇变动"),
    "award.plan_review": _("安排定期核查"),
    "registry.import": _("批量导入"),
    "registry.export": _("导出名册"),
    "document.read": _("查看材料"),
    "document.store": _("上传材料"),
    "document.discard": _("作废材料"),
    "policy.propose": _("起草参数"),
    "policy.remove_value": _("从方案中去掉参数"),
    "policy.try_out": _("试算参数方案"),
    "policy.publish": _("发布参数"),
    "policy.refuse": _("不发布参数方案"),
    "policy.ask_withdrawal": _("申请撤回参数"),
    "policy.withdraw": _("撤回已发布的参数"),
    "policy.keep_value": _("不撤回参数"),
    "policy.gather_population": _("汇总政策模拟数据"),
    "signature.sign": _("签名"),
    "consent.give": _("签署核对授权"),
    "consent.withdraw": _("撤回核对授权"),
    "pledge.give": _("签署承诺"),
    "pledge.draw": _("抽取承诺抽查样本"),
    "pledge.check": _("登记承诺抽查结果"),
    "verification.read": _("查看核对报告"),
    "verification.print": _("打印授权、承诺、核对报告"),
    "verification.request": _("提出信息核对"),
    "verification.start": _("开始信息核对"),
    "verification.ask": _("向来源查询"),
    "verification.ask_again": _("再次查询"),
    "verification.answer": _("收到来源答复"),
    "verification.rejected": _("来源拒绝查询"),
    "verification.no_answer": _("来源到期未答复"),
    "verification.blocked": _("授权失效，未查询"),
    "verification.refused": _("授权失效，答复未接收"),
    "verification.report": _("出具核对报告"),
    "verification.judge": _("说明核对差异"),
    "verification.object": _("登记核对异议"),
    "verification.send_back": _("发出数据更正请求"),
    "verification.correction": _("登记数据更正答复"),
    "demo.generate": _("生成演示数据"),
    "places.load": _("导入区划"),
    "places.open": _("新设区划"),
    "places.close": _("撤销区划"),
    "places.rename": _("区划更名"),
    "places.set_residence_class": _("变更城乡属性"),
    "places.add_local_holiday": _("增加地方节假日"),
    "places.remove_local_holiday": _("删除地方节假日"),
    "places.enter_holiday_year": _("录入全年放假安排"),
    "accounts.sign_in": _("登录"),
    "accounts.sign_in_refused": _("登录被拒"),
    "accounts.sign_out": _("退出"),
    "accounts.change_password": _("修改密码"),
    "accounts.enrol_totp": _("开始启用动态码"),
    "accounts.confirm_totp": _("启用动态码"),
    "accounts.save_preferences": _("修改显示设置"),
    "accounts.hire_staff": _("新增人员账号"),
    "accounts.hire_first_administrator": _("新增首个管理员"),
    "accounts.disable_staff": _("停用账号"),
    "accounts.enable_staff": _("恢复账号"),
    "accounts.assign_role": _("授予角色"),
    "accounts.end_role": _("收回角色"),
    "accounts.require_totp": _("规定使用动态码"),
    "accounts.reset_password": _("重置密码"),
    "accounts.reset_totp": _("重置动态码"),
    "accounts.ask_for_access": _("申请临时查看"),
    "accounts.answer_access": _("答复临时查看申请"),
    "audit.export": _("导出审计记录"),
    "audit.head": _("导出审计链头"),
    "audit.settle_alert": _("处理审计告警"),
    "keys.rotate": _("更换加密密钥"),
}

KINDS: dict[str, str | Promise] = {
    "household": _("家庭"),
    "person": _("人员"),
    "document": _("材料"),
    "staff": _("账号"),
    "division": _("区划"),
    "divisions": _("区划"),
    "holiday_year": _("放假安排"),
    "local_holiday": _("地方节假日"),
    "job": _("后台任务"),
    "draft": _("参数方案"),
    "demo": _("演示数据"),
    "alert": _("告警"),
    "signature": _("签名"),
    "consent": _("核对授权"),
    "pledge": _("承诺"),
    "pledge_draw": _("承诺抽查"),
    "verification": _("信息核对"),
}


def kind_label(kind: str) -> str:
    """What an event is about, in words."""
    return str(KINDS.get(kind, kind))


def action_label(action: str) -> str:
    """An action in words."""
    return str(ACTIONS.get(action, action))


def roles_label(roles: str) -> str:
    """The roles under which somebody acted, in words."""
    known = dict(Role.choices)
    return "、".join(str(known.get(role, role)) for role in roles.split(",")) if roles != "system" else str(_("系统"))
