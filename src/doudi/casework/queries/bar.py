"""The bar at the foot of a case: the next step with its amount, what speaks against it, and the rest in a menu."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.kernel.money import format_yuan

from ..models import Conclusion, Opinion
from ..moves import Move
from ..programmes import Programme
from .case_page import CasePage
from .evaluation import Fit
from .queue import Wish, queue

# Buttons of the bar, most important last; the rest goes into the menu.
MAIN = ("list_gaps", "back_to_survey", "return", "propose_refusal", "refuse", "refuse_relief", "submit", "supply",
        "accept", "accept_relief", "start_verification", "record_visit", "finish_survey", "write_opinion",
        "countersign", "propose_grant", "answer_objection", "end_notice", "finish_check", "confirm", "relieve",
        "file_papers", "deliver_refusal")  # fmt: skip
# What a line beside the button says will happen; money and adverse decisions have their own page to confirm.
HINTS = {
    "fill": gettext_lazy("还没有问过这家，先把申请表填上"),
    "submit": gettext_lazy("签名齐了就提交"),
    "accept": gettext_lazy("受理之日起计算办理期限"),
    "write_opinion": gettext_lazy("规则测算只作参考，决定由经办人负责"),
    "propose_grant": gettext_lazy("确认后当天公示七天"),
    "end_notice": gettext_lazy("公示期满且没有异议，报审核确认"),
    "confirm": gettext_lazy("确认后从下月起发放，并生成确认书"),
    "relieve": gettext_lazy("先救助，十个工作日内补材料"),
}


@dataclass(frozen=True)
class Button:
    """One step as it is offered."""

    name: str
    label: str | Promise
    url: str
    css: str = ""


@dataclass(frozen=True)
class Bar:
    """The bar: `main` in order, the last is what Ctrl+Enter presses."""

    main: Sequence[Button]
    more: Sequence[Button]
    hint: str | Promise = ""
    previous: str = ""
    following: str = ""

    def __bool__(self) -> bool:
        return bool(self.main or self.more)


def bar_of(page: CasePage, staff: Staff, today: date) -> Bar:
    """The moves that fit, arranged; and the neighbours of the case in the queue of this person."""
    names = {m.name: m for m in page.moves}
    chosen = [names[name] for name in MAIN if name in names and not _idle(page, name, today)]
    main = [button for move in chosen for button in _buttons(page, move)]
    more = [_button(page, m) for m in page.moves if m not in chosen]
    if page.unfilled and any(move.name == "submit" for move in page.moves):
        main.append(_fill(page))
    if main:
        last = main[-1]
        main[-1] = Button(last.name, last.label, last.url, last.css or "pri")
    previous, following = neighbours(page, staff, today)
    return Bar(main, more, HINTS.get(main[-1].name, "") if main else "", previous, following)


def _fill(page: CasePage) -> Button:
    """A case that was opened before anybody asked the family begins with its form."""
    home = page.application.household
    assert home is not None
    return Button("fill", _("填写申请表"), reverse("casework:new", args=[home.number]))


def _idle(page: CasePage, name: str, today: date) -> bool:
    """Steps that were taken already, or that cannot be taken yet: they wait in the menu."""
    if name == "write_opinion":
        return page.opinion is not None and not page.opinion_outdated
    if name == "end_notice":
        return bool(page.notices) and page.notices[0].last_day >= today
    if name == "start_verification":
        return page.evidence.request is not None or page.application.stage != "survey"
    if name == "record_visit":
        return any(step.move == "record_visit" for step in page.steps)
    return name == "finish_survey" and not _looked_into(page)


def _looked_into(page: CasePage) -> bool:
    """Whether the survey could end: there is a report and a visit."""
    return page.evidence.report is not None and any(step.move == "record_visit" for step in page.steps)


def _buttons(page: CasePage, move: Move) -> Iterator[Button]:
    """A move as buttons; an opinion is offered as its two conclusions, the one with the rulebook last."""
    if move.name != "write_opinion":
        yield _button(page, move)
        return
    url, fit = _url(page, move), page.advice.fit
    refusal = Button("write_opinion", _("建议不予确认"), f"{url}?conclusion={Conclusion.REFUSE}", "danger")
    if fit is not None and fit.fits is False:
        if any(m.name == "refer" for m in page.moves) and (best := page.advice.best) is not None:
            yield refusal
            yield Button("refer", _("转按“%(what)s”办理") % {"what": best.programme.label}, _refer_url(page, best))
        else:
            yield refusal
        return
    yield refusal
    label = _with_amount(_("建议确认"), fit.amount_fen_month if fit else None)
    yield Button("write_opinion", label, f"{url}?conclusion={Conclusion.GRANT}")


def _refer_url(page: CasePage, best: Fit) -> str:
    url = reverse("casework:step", args=[page.application.number, "refer"])
    person = f"&person_id={best.person}" if best.person else ""
    return f"{url}?programme={Programme(best.programme).value}{person}"


def _button(page: CasePage, move: Move) -> Button:
    return Button(move.name, label_of(move, page.opinion), _url(page, move), "danger" if move.adverse else "")


def label_of(move: Move, opinion: Opinion | None) -> str | Promise:
    """A move in words; where money follows from it, with the amount."""
    if move.name in ("propose_grant", "confirm") and opinion and opinion.conclusion == Conclusion.GRANT:
        if opinion.amount_fen_once:
            return _("%(label)s，一次性 %(yuan)s 元") % {
                "label": move.label, "yuan": format_yuan(opinion.amount_fen_once)}  # fmt: skip
        return _with_amount(str(move.label), opinion.amount_fen_month)
    return move.label


def _with_amount(label: str, fen: int | None) -> str:
    return _("%(what)s，每月 %(amount)s 元") % {"what": label, "amount": format_yuan(fen)} if fen else label


def _url(page: CasePage, move: Move) -> str:
    return reverse("casework:step", args=[page.application.number, move.name])


def neighbours(page: CasePage, staff: Staff, today: date) -> tuple[str, str]:
    """The addresses of the cases before and after this one in what waits for this person."""
    rows = queue(staff, Wish(), today).select_related(None).values_list("number", flat=True)
    numbers = list(rows)
    number = page.application.number
    n = numbers.index(number) if number in numbers else -1
    before = numbers[n - 1] if n > 0 else ""
    after = numbers[n + 1] if n + 1 < len(numbers) else ""
    return _address(before), _address(after)


def _address(number: str) -> str:
    return reverse("casework:case", args=[number]) if number else ""
