"""A file before anything is saved: which rows are good, which are not, what is wrong in which cell and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.privacy.fields import blind

from ..actions.checks import check_address, check_number, check_person, check_relation, check_unregistered
from ..actions.drafts import MemberDraft, PersonDraft
from ..actions.refusal import Problem, Problems
from ..codes import HEAD, SELF, relation_code
from ..models import Household, Person
from .cells import CellProblem, date_of, number_text, sex_of, yes_no
from .headings import LABELS, find_headings
from .reading import Unreadable, as_text, read_cells
from .villages import Villages

T = TypeVar("T")
CARRIED = ("number", "head_name", "village", "address")
"""What is written once per household: empty cells below take it from the row above (merged cells)."""
FOOTERS = ("合计", "总计", "小计", "填表人", "审核人", "制表", "备注", "说明", "注：", "单位负责人")


@dataclass(frozen=True)
class Row:
    """One person of the file: where they stand, what was written, what it means, and what is wrong with it."""

    number: int  # as the spreadsheet counts, from 1
    cells: tuple[Any, ...]
    texts: dict[str, str]
    member: MemberDraft
    place: str
    address: str
    household: str  # what the row's household is called in the file
    problems: tuple[Problem, ...] = ()

    @property
    def is_head(self) -> bool:
        return self.member.relation == HEAD


@dataclass(frozen=True)
class Preview:
    """The file as understood. `headings` are those of the file, `columns` say which field each is."""

    headings: tuple[str, ...]
    columns: dict[int, str]
    rows: tuple[Row, ...]
    skipped: tuple[int, ...] = ()
    unknown: tuple[str, ...] = field(default=())

    @property
    def good(self) -> list[Row]:
        return [row for row in self.rows if not row.problems]

    @property
    def errors(self) -> list[Row]:
        return [row for row in self.rows if row.problems]

    def households(self) -> list[list[Row]]:
        """The rows by household, in the order of the file."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.household, []).append(row)
        return list(found.values())


def preview(content: bytes, *, by: Staff, on: date, place: str = "", registered: bool = True) -> Preview:
    """Read and check a file. Unreadable if it is no table or its headings are not found.

    `place` is the village of rows that name none. `registered=False` leaves out what only the registry can tell.
    """
    cells = read_cells(content)
    found = find_headings(cells)
    if found is None:
        raise Unreadable(_("没有找到表头。第一行（或标题下一行）应有“姓名”“身份证号”“与户主关系”等列名。"))
    columns, first = found
    headings = tuple(as_text(cell) for cell in cells[first - 1])
    reader = _Reader(columns, Villages(by), by, on, place)
    rows, skipped = [], []
    for number, row in enumerate(cells[first:], start=first + 1):
        if _is_data(row, columns):
            rows.append(reader.read(number, tuple(row)))
        elif any(as_text(cell) for cell in row):
            skipped.append(number)
    if not rows:
        raise Unreadable(_("表头下面没有一行人员，请核对是不是选错了文件。"))
    checked = _with_registry(rows, by) if registered else rows
    unknown = tuple(h for i, h in enumerate(headings) if h and i not in columns)
    return Preview(headings, columns, tuple(_across_rows(checked)), tuple(skipped), unknown)


def _is_data(row: Sequence[Any], columns: dict[int, str]) -> bool:
    """A person is named; a line of totals or signatures is none."""
    own = {f: as_text(row[c]) for c, f in columns.items() if c < len(row)}
    if not (own.get("name") or own.get("resident_id")):
        return False
    return not any(as_text(cell).startswith(FOOTERS) for cell in row[:3])


class _Reader:
    """Reads row after row, carrying down what is written once per household."""

    def __init__(self, columns: dict[int, str], villages: Villages, by: Staff, on: date, place: str) -> None:
        self.columns, self.villages, self.by, self.on, self.place = columns, villages, by, on, place
        self.carried: dict[str, str] = {}
        self.heads = 0

    def read(self, number: int, cells: tuple[Any, ...]) -> Row:
        raw = {f: cells[c] for c, f in self.columns.items() if c < len(cells)}
        texts = {f: as_text(cell) for f, cell in raw.items()}
        problems = Problems()
        member = self._member(raw, texts, problems)
        self._carry(texts, member.relation == HEAD)
        place = self._place(texts, problems)
        address = check_address(texts.get("address", ""), problems)
        household = self._household(texts, place)
        return Row(number, cells, texts, member, place, address, household, tuple(problems.found))

    def _member(self, raw: dict[str, Any], texts: dict[str, str], problems: Problems) -> MemberDraft:
        draft = PersonDraft(
            name=texts.get("name", ""),
            resident_id=_cell(problems, "resident_id", number_text, raw) or "",
            sex=_cell(problems, "sex", sex_of, raw),
            birth_date=_cell(problems, "birth_date", date_of, raw),
            ethnicity=texts.get("ethnicity", ""),
            phone=texts.get("phone", ""),
        )
        damaged = {p.field for p in problems.found}
        own = Problems()
        check_person(draft, own, self.on)
        # A damaged cell is one problem, not also a missing birth date and sex.
        own.found = [p for p in own.found if not damaged & {"resident_id", p.field}] if damaged else own.found
        problems.found += own.found
        relation = self._relation(texts, problems)
        return MemberDraft(person=draft, relation=relation, co_resident=_cell(problems, "co_resident", yes_no, raw))

    def _relation(self, texts: dict[str, str], problems: Problems) -> str:
        text = texts.get("relation", "")
        is_head = not text and texts.get("head_name") == texts.get("name") != ""
        relation = HEAD if is_head else relation_code(text[:20])
        if relation == SELF:
            relation = HEAD
        if relation is None:
            problems.add("relation", _("关系“%(text)s”无法识别，请写户主、配偶、子、女等。") % {"text": text[:20]})
        elif relation != HEAD:
            check_relation(relation, problems)
        return relation or ""

    def _carry(self, texts: dict[str, str], is_head: bool) -> None:
        """A new head or a new household number begins a new household; nothing is carried over that border."""
        number = texts.get("number", "")
        if is_head or (number and number != self.carried.get("number")):
            self.heads += 1
            village = self.carried.get("village", "")
            self.carried = {"village": village} if village else {}
        for name in CARRIED:
            if texts.get(name):
                self.carried[name] = texts[name]
            elif self.carried.get(name):
                texts[name] = self.carried[name]

    def _place(self, texts: dict[str, str], problems: Problems) -> str:
        text = texts.get("village", "")
        if not text and self.place:
            return self.place
        code, message = self.villages.find(text)
        if message:
            problems.add("village", message)
        return code

    def _household(self, texts: dict[str, str], place: str) -> str:
        """The household's name in the file: its number, or its head, or the head row above."""
        if texts.get("number"):
            return texts["number"]
        if "head_name" in self.columns.values() and texts.get("head_name") and "relation" not in self.columns.values():
            return f"{place} {texts['head_name']}"
        return f"#{self.heads}"


def _cell(problems: Problems, name: str, reader: Callable[[Any], T], raw: dict[str, Any]) -> T | None:
    try:
        return reader(raw.get(name))
    except CellProblem as problem:
        problems.add(name, str(problem))
        return None


def _with_registry(rows: Sequence[Row], by: Staff) -> list[Row]:
    """The rows with what the registry says about their numbers; one query unless there is something to say."""
    numbers = {row.number: _number(row) for row in rows}
    indexes = {number: blind(number, purpose="resident_id") for number in numbers.values() if number}
    found = Person.objects.filter(resident_id_index__in=indexes.values(), merged_into__isnull=True)
    known: set[bytes] = {bytes(person.resident_id_index) for person in found.only("resident_id_index")}  # type: ignore[arg-type]
    result = []
    for row in rows:
        problems = Problems()
        number = numbers[row.number]
        if number and indexes[number] in known:
            check_unregistered(number, row.place or by.scope.own_places[0], by, problems)
        result.append(replace(row, problems=(*row.problems, *problems.found)))
    return result


def _number(row: Row) -> str:
    found = check_number(row.texts.get("resident_id", ""), Problems(), date.max)
    return found.number if found else ""


def _across_rows(rows: Sequence[Row]) -> list[Row]:
    """What shows only between rows: a number twice, a household without or with two heads."""
    seen: dict[str, int] = {}
    heads: dict[str, int] = {}
    known = _registered_numbers({row.household for row in rows})
    result = []
    for row in rows:
        extra: list[Problem] = []
        number = row.texts.get("resident_id", "").upper()
        if number and number in seen:
            extra.append(Problem("resident_id", _("与第 %(n)s 行是同一身份证号，请删去一行。") % {"n": seen[number]}))
        seen.setdefault(number, row.number)
        if row.is_head and row.household in heads:
            extra.append(Problem("relation", _("本户已有户主（第 %(n)s 行）。") % {"n": heads[row.household]}))
        if row.is_head:
            heads.setdefault(row.household, row.number)
        result.append(replace(row, problems=(*row.problems, *extra)) if extra else row)
    missing = _("本户没有户主行。请补一行户主，或填写已登记的户编号。")
    return [
        row
        if row.household in heads or row.household in known
        else replace(row, problems=(*row.problems, Problem("relation", missing)))
        for row in result
    ]


def _registered_numbers(names: set[str]) -> set[str]:
    found = Household.objects.filter(number__in=[n for n in names if len(n) <= 20], closed_on__isnull=True)
    return set(found.values_list("number", flat=True))


def label(name: str) -> str:
    """The heading of a field, for messages."""
    return LABELS.get(name.rsplit(".", 1)[-1], "")
