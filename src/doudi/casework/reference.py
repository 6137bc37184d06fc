"""The procedure as an auditor reads it: programmes, stages, moves with their conditions, and limits, as Markdown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from .actions.guards import GUARDS, Guard
from .actions.moving import WAITS
from .limits import LIMITS, Course, Limit, Unit
from .models.reviews import ReviewGround
from .moves import EVERY, MOVES, ORDINARY, Move
from .programmes import SETTINGS, Programme, Setting
from .reviews import CLOCKS, Clock
from .stages import ENDED, Stage

NOBODY = "—"
UNITS = {Unit.WORKDAYS: "个工作日", Unit.DAYS: "天", Unit.HOURS: "小时"}
COURSES = {Course.ANY: "", Course.COUNTY: "市级确认", Course.DELEGATED: "委托乡镇确认", Course.EXTENDED: "依法延长"}
REMARK = "\n“暂定”：条文没有写明天数，是本市暂定的数，待当地确认。"


def as_markdown() -> str:
    """The whole page, in the words of the product."""
    files = "`programmes.py`、`stages.py`、`moves.py`、`limits.py`、`reviews.py` 和 `actions/guards.py`"
    head = f"# 办理程序\n\n由 `casework` 的 {files} 生成：`doudi procedure`。请改源文件，不改本页。"
    return "\n".join([head, *_programmes(), *_stages(), *_moves(), *_limits(), *_reviews(), REMARK])


def _table(title: str, *columns: str) -> Iterator[str]:
    yield f"\n## {title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}"


def _row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _programmes() -> Iterator[str]:
    yield from _table("项目", "项目", "代码", "编号", "对象", "核对", "公示", "规则变量", "不符合时依次转按", "依据")
    for one in SETTINGS.values():
        yield _row(
            one.programme.label, f"`{one.programme.value}`", one.letters, "个人" if one.about_person else "家庭",
            _yes(one.verified), _yes(one.noticed), f"`{one.variable}`" if one.variable else "由人判断",
            _words(p.label for p in one.next), _clauses(one),
        )  # fmt: skip


def _yes(value: bool) -> str:
    return "是" if value else "否"


def _clauses(one: Setting | Limit | Clock) -> str:
    return _words(article.key for article in one.basis)


def _words(parts: Iterable[object]) -> str:
    return "、".join(map(str, parts)) or NOBODY


def _stages() -> Iterator[str]:
    yield from _table("环节", "环节", "代码", "等谁")
    for stage in Stage:
        waits = WAITS[stage].label if stage in WAITS else "已办结" if stage in ENDED else "有权确认的机关"
        yield _row(stage.label, f"`{stage.value}`", waits)


def _moves() -> Iterator[str]:
    yield from _table(
        "步骤", "步骤", "代码", "从", "到", "权限（任一）", "项目", "不能同一人", "须写理由", "当天登记", "条件"
    )
    yield from (_move(move) for move in MOVES.values())


def _move(move: Move) -> str:
    permissions = _words(f"`{p.value}`" for p in move.permissions) if move.permissions else "有权确认的机关"
    return _row(
        move.label, f"`{move.name}`", _words(s.label for s in Stage if s in move.sources),
        move.target.label if move.target else "不变", permissions, _which(move.programmes),
        _words(MOVES[name].label for name in move.not_after), _yes(move.needs_note),
        _yes(move.at_once),
        _words(f"`{_guard(guard)}`" for guard in GUARDS.get(move.name, ())),
    )  # fmt: skip


def _which(programmes: Collection[Programme]) -> str:
    if frozenset(programmes) == EVERY:
        return "全部"
    return "急难型以外" if frozenset(programmes) == ORDINARY else _words(p.label for p in Programme if p in programmes)


def _guard(guard: Guard) -> str:
    module = guard.__module__.rpartition(".")[2]
    return f"{module}.{guard.__qualname__.partition('.')[0]}"


def _limits() -> Iterator[str]:
    yield from _table("期限", "期限", "项目", "长度", "从", "到", "情形", "受理日", "依据", "")
    yield from (_limit(limit) for limit in LIMITS)


def _limit(limit: Limit) -> str:
    length = f"{'满 ' if limit.least else ''}{limit.length} {UNITS[limit.unit]}"
    days = f"{limit.since} 起" + (f"，{limit.until} 前" if limit.until else "")
    starts, stops = (_words(MOVES[name].label for name in names) for names in (limit.starts, limit.stops))
    marked = "暂定" if limit.assumed else ""
    course = COURSES[limit.course]
    return _row(limit.label, _which(limit.programmes), length, starts, stops, course, days, _clauses(limit), marked)


def _reviews() -> Iterator[str]:
    yield from _table("核查", "核查原因", "代码", "从原因发生起", "依据", "")
    for ground, clock in CLOCKS.items():
        marked = "暂定" if clock.assumed else ""
        yield _row(ReviewGround(ground).label, f"`{ground.value}`", _within(clock), _clauses(clock), marked)


def _within(clock: Clock) -> str:
    if clock.workdays:
        return f"{clock.workdays} 个工作日"
    return f"{clock.months} 个月" if clock.months else "计划的核查日或渐退期最后一天"
