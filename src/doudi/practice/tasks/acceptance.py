"""Where they may apply, and what has to be told as missing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doudi.policy.law import LAW26, M57, N22, SEED, Article

from ..desk import Desk
from ..papers import VERIFIABLE, needed
from ..questions import Answer, Field, Sort, Task, Why
from ..scenario import Hukou, Placing
from ..topics import Topic

BASES = (
    ("hukou", _("可以，全部成员户籍在本乡镇")),
    ("split", _("可以，成员户籍不在一地，有成员户籍在本乡镇并在此居住")),
    ("permit", _("可以，持本地居住证，本乡镇已开通")),
    ("elsewhere", _("不能在这里受理，协助向户籍地申请")),
)
RELATIVE = (
    ("normal", _("按一般程序受理")),
    ("register", _("受理，单独登记备案，由市级入户核查")),
    ("refuse", _("不予受理")),
)


def in_force(desk: Desk, *articles: Article) -> tuple[str, ...]:
    """The clauses that hold on the day of acceptance, as cited."""
    return tuple(a.citation for a in articles if a.instrument.in_force(desk.scenario.accepted_on))


def ground(placing: Placing) -> str:
    """The first ground that holds (M57-4, 5)."""
    if placing.hukou is not Hukou.ELSEWHERE:
        return "hukou" if placing.hukou is Hukou.HERE else "split"
    return "permit" if placing.permit and placing.switched else "elsewhere"


def _place_right(desk: Desk) -> Answer:
    placing = desk.scenario.placing
    return {"basis": ground(placing), "relative": "register" if placing.relative else "normal"}


WORDS = {
    "hukou": "全部成员户籍在本乡镇，向户籍地乡镇申请。",
    "split": "成员户籍不在一地的，户籍地与常住地一致的成员向那里申请；受理地负责办理，其他地方配合。",
    "permit": "持本地居住证，而且本乡镇已开通居住证持有人申请，可以在居住地申请。",
    "elsewhere": "户籍不在本乡镇，又没有居住证或者本乡镇还没有开通居住证申请：协助向户籍地申请，不能一推了之。",
}


def _place_why(desk: Desk) -> Why:
    placing = desk.scenario.placing
    lines = [WORDS[ground(placing)]]
    if placing.relative:
        lines.append("与经办人员、村（居）委会成员有近亲属关系的照常受理，但要单独登记备案，市级必须入户。")
    else:
        lines.append("没有申报近亲属关系，按一般程序办理。")
    return Why(tuple(lines), in_force(desk, *M57(4, 5, 11, 20), LAW26.article(37), SEED.article("二(九)")))


PLACE = Task(
    "place", Topic.PLACE, _("向哪里申请"), _("这一家向你所在的乡镇申请低保。能受理吗？"), ("place",),
    lambda desk: (
        Field("basis", _("本乡镇能受理吗"), Sort.ONE, BASES),
        Field("relative", _("怎样受理"), Sort.ONE, RELATIVE, _("看有没有与工作人员的近亲属关系；能受理的话怎样办")),
    ),
    _place_right, _place_why,
)  # fmt: skip


def _papers_fields(desk: Desk) -> tuple[Field, ...]:
    offered = sorted({**needed(desk.scenario), **VERIFIABLE}.items(), key=lambda pair: (pair[0] in VERIFIABLE, pair[0]))
    return (Field("missing", _("一次性告知书上要列哪些"), Sort.MANY, tuple(offered), _("不缺就一项也不选")),)


def _missing(desk: Desk) -> list[str]:
    return [key for key in needed(desk.scenario) if key not in desk.scenario.handed]


def _papers_why(desk: Desk) -> Why:
    lines = [
        "申请家庭要提交申请、承诺如实申报，并且每名成员都要授权核对（未成年人由监护人签）。",
        "要扣减的支出凭票据认定，票据只有家里有。",
        "存款、房产、车辆、婚姻等能通过核对查到的，不得要求提供；困难证明也不再要。",
        "缺什么一次说全，写在一张告知书上。",
    ]
    return Why(tuple(lines), in_force(desk, *M57(9, 10), N22.article("一(二)"), *LAW26(40, 62)))


PAPERS = Task(
    "papers", Topic.PAPERS, _("缺什么材料"), _("对照家里已交的材料，只列还缺而又该由家里提供的。"), ("papers",),
    _papers_fields, lambda desk: {"missing": _missing(desk)}, _papers_why,
)  # fmt: skip
