"""The words of money: kinds of accounts, runs, lines, transfers and what happened to them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """Whose money a fund holds."""

    CENTRAL = "central", _("中央")
    PROVINCIAL = "provincial", _("省级")
    PREFECTURE = "prefecture", _("州级")
    COUNTY = "county", _("市级")
    DONATION = "donation", _("捐赠")


class Book(models.TextChoices):
    """The accounts of the ledger. Money moves between the first seven, budgets between the last four."""

    SOURCE = "source", _("拨款来源")
    FUND = "fund", _("资金专户")
    FLOAT = "float", _("乡镇备用金")
    TRANSIT = "transit", _("银行代发在途")
    RETURNED = "returned", _("退回待重发")
    PAID = "paid", _("已发放")
    RECEIVABLE = "receivable", _("应追回")
    AUTHORISED = "authorised", _("预算下达")
    AVAILABLE = "available", _("预算可用")
    COMMITTED = "committed", _("预算已占用")
    SPENT = "spent", _("预算已支出")


# Where a balance may run below zero: where money comes from, and what was taken back from earlier years.
MAY_BE_NEGATIVE = frozenset({Book.SOURCE, Book.AUTHORISED, Book.PAID, Book.SPENT})
MONEY_BOOKS = frozenset(
    {Book.SOURCE, Book.FUND, Book.FLOAT, Book.TRANSIT, Book.RETURNED, Book.PAID, Book.RECEIVABLE}
)  # fmt: skip


class EntryKind(models.TextChoices):
    """What a set of postings records."""

    INFLOW = "inflow", _("资金到账")
    BUDGET = "budget", _("预算下达")
    COMMIT = "commit", _("占用预算")
    RELEASE = "release", _("释放预算")
    SEND = "send", _("送银行代发")
    PAID = "paid", _("银行发放成功")
    REJECTED = "rejected", _("银行退回")
    TAKE_BACK = "take_back", _("退回资金回专户")
    TOP_UP = "top_up", _("拨补备用金")
    GIVE_BACK = "give_back", _("备用金交回")
    RELIEF = "relief", _("备用金支出")
    COUNT = "count", _("备用金盘点调整")
    CLAIM = "claim", _("确认应追回")
    RECOVERED = "recovered", _("追回入账")
    WAIVED = "waived", _("免予追回")
    REVERSAL = "reversal", _("冲正")


class Programme(models.TextChoices):
    """What money is paid for: the programmes of awards, and what is paid once."""

    DIBAO = "dibao", _("最低生活保障")
    INDIVIDUAL_DIBAO = "individual_dibao", _("单人户低保")
    TEKUN = "tekun", _("特困人员救助供养")
    TEMPORARY = "temporary", _("临时救助")
    PRICE_SUBSIDY = "price_subsidy", _("价格临时补贴")


class RunKind(models.TextChoices):
    """What a run pays."""

    MONTHLY = "monthly", _("月度发放")
    PRICE_SUBSIDY = "price_subsidy", _("价格临时补贴")
    TEMPORARY = "temporary", _("临时救助")


class RunState(models.TextChoices):
    """Where a run stands. Three people move it: maker, checker, finance."""

    BUILDING = "building", _("正在生成")
    DRAFT = "draft", _("制单中")
    SUBMITTED = "submitted", _("待复核")
    CHECKED = "checked", _("待财政审签")
    LOCKING = "locking", _("正在锁定")
    LOCKED = "locked", _("已锁定，待送银行")
    SENT = "sent", _("已送银行，对账中")
    DONE = "done", _("已对账")
    CANCELLED = "cancelled", _("已作废")


RUN_MOVES: dict[RunState, frozenset[RunState]] = {
    RunState.BUILDING: frozenset({RunState.DRAFT, RunState.CANCELLED}),
    RunState.DRAFT: frozenset({RunState.SUBMITTED, RunState.BUILDING, RunState.CANCELLED}),
    RunState.SUBMITTED: frozenset({RunState.CHECKED, RunState.DRAFT, RunState.CANCELLED}),
    RunState.CHECKED: frozenset({RunState.LOCKING, RunState.DRAFT, RunState.CANCELLED}),
    RunState.LOCKING: frozenset({RunState.LOCKED, RunState.CHECKED}),
    RunState.LOCKED: frozenset({RunState.SENT}),
    RunState.SENT: frozenset({RunState.DONE}),
    # Money that comes back after the books of the run were closed opens them again.
    RunState.DONE: frozenset({RunState.SENT}),
    RunState.CANCELLED: frozenset(),
}
LOCKED_STATES = (RunState.LOCKED, RunState.SENT, RunState.DONE)
BEFORE_LOCK = frozenset({RunState.BUILDING, RunState.DRAFT, RunState.SUBMITTED, RunState.CHECKED})


class LineKind(models.TextChoices):
    """Why a line is there."""

    MONTHLY = "monthly", _("当月")
    ARREARS = "arrears", _("补发")
    SUBSIDY = "subsidy", _("价格临时补贴")
    ONCE = "once", _("一次性救助")


class Portion(models.TextChoices):
    """What part of an award goes to one account."""

    MAIN = "main", _("本人")
    CARE = "care", _("照料护理费")


class LineState(models.TextChoices):
    """Where a line stands. `HELD` waits for a person; `DROPPED` is not paid, and says why."""

    READY = "ready", _("待发")
    HELD = "held", _("暂缓")
    DROPPED = "dropped", _("不发")
    LOCKED = "locked", _("已锁定")
    PAID = "paid", _("已到账")
    FAILED = "failed", _("未到账，待更正重发")
    CLOSED = "closed", _("未到账，不再重发")


class Afterwards(models.TextChoices):
    """Whether the month of a line that was not paid comes again in a later run. Empty is the same as `LATER`."""

    LATER = "later", _("以后补发")
    NEVER = "never", _("不再发放")
    REBUILT = "rebuilt", _("名单已重新生成")


class Change(models.TextChoices):
    """What is different from last month."""

    SAME = "same", _("没有变化")
    NEW = "new", _("新增")
    ENDED = "ended", _("退出")
    RAISED = "raised", _("增加")
    LOWERED = "lowered", _("减少")
    DEATH = "death", _("死亡")
    MOVED = "moved", _("迁移")
    ACCOUNT = "account", _("换卡")
    SUSPENDED = "suspended", _("暂停")
    RESTARTED = "restarted", _("恢复")
    ARREARS = "arrears", _("补发")


class HoldReason(models.TextChoices):
    """What the gate before payment stops a line for."""

    DEATH = "death", _("有人已去世")
    DUPLICATE_PERSON = "duplicate_person", _("同一人在本批次出现两次")
    DUPLICATE_ACCOUNT = "duplicate_account", _("不同家庭用同一账户")
    NO_ACCOUNT = "no_account", _("没有登记银行账户")
    ACCOUNT_CHANGED = "account_changed", _("账户刚换，尚未核实")
    AWARD_ENDED = "award_ended", _("待遇已终止或暂停")
    AMOUNT_JUMP = "amount_jump", _("金额比上月变化过大")
    OVER_BUDGET = "over_budget", _("超出预算可用额")
    NO_AGREEMENT = "no_agreement", _("没有委托照料服务协议")
    BY_HAND = "by_hand", _("人工暂缓")


# Shown beside a line and no reason to hold it back.
NOTICES = frozenset({HoldReason.NO_AGREEMENT})
# No reason makes these go away: a line without an account or a budget cannot be paid.
NOT_RELEASED = frozenset({HoldReason.NO_ACCOUNT, HoldReason.OVER_BUDGET})


class TransferState(models.TextChoices):
    """What became of one instruction to the bank."""

    SENT = "sent", _("已送银行")
    PAID = "paid", _("已到账")
    REJECTED = "rejected", _("未到账")
    RETURNED = "returned", _("到账后退回")


class AnswerState(models.TextChoices):
    """What a line of a bank's answer turned out to be."""

    MATCHED = "matched", _("已对上")
    REPEATED = "repeated", _("重复回盘")
    FOREIGN = "foreign", _("不是本批次的")
    CONTRADICTS = "contradicts", _("与先前回盘矛盾")
    WRONG = "wrong", _("金额、户名或账号对不上")


class Decision(models.TextChoices):
    """What becomes of a transfer that did not arrive."""

    AGAIN = "again", _("重发")
    STOP = "stop", _("停发")


class Fault(models.TextChoices):
    """Why too much was paid; the clauses of the demand follow from it."""

    FRAUD = "fraud", _("虚报、隐瞒、伪造骗取")
    CHANGE = "change", _("情况变化后多发")
    OFFICE = "office", _("经办差错")


class PaymentForm(models.TextChoices):
    """How help from a reserve fund reaches people."""

    CASH = "cash", _("现金")
    TRANSFER = "transfer", _("银行卡")
    GOODS = "goods", _("实物或代缴")
