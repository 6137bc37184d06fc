"""The contracts as a page: what a department has to send, in which columns, and what becomes of it."""

from __future__ import annotations

from .library import load
from .shape import Column, Contract, FactRule

_INTRO = """# Contracts of the departments' files (generated)

What each source sends, for which purpose and by which clause, in which columns, and which facts of the registry its
rows state. Written in `src/doudi/feeds/contracts/sources/*.yaml`; a contract that contradicts itself fails at import.
A test fails when this page is older than they are; to write it anew:
`python -m doudi.feeds.contracts.reference > docs/reference/feeds-contracts.md`.

How a file is read, whatever its source: [decision 0080](../decisions/0080-a-file-is-read-by-the-column.md). How rows
become facts (`state`, `latest`, `year_sum`, `count`, `sum`): `contracts/shape.py`.
"""
_KINDS = {
    "resident_id": "身份证号", "name": "姓名", "sex": "性别", "date": "日期", "fen": "金额", "int": "整数",
    "code": "选项", "text": "文字", "flag": "是/否", "month": "月份",
}  # fmt: skip
_GONE = {"end": "离开名单则终止", "zero": "离开名单则为 0", "keep": ""}


def as_markdown() -> str:
    """The whole page."""
    contracts = load().values()
    return "\n".join([_INTRO, *_overview(list(contracts)), *(_section(told) for told in contracts)])


def _overview(contracts: list[Contract]) -> list[str]:
    rows = []
    for told in contracts:
        kind, liaison = "名单" if told.whole_list else "事件", f"`{told.liaison.value}`" if told.liaison else "—"
        cells = (
            f"[{told.title}](#{told.key})",
            f"`{told.source}`",
            told.cadence_days,
            kind,
            liaison,
            told.retention_days,
        )
        rows.append("| " + " | ".join(map(str, cells)) + " |")
    head = ["| source | of | every … days | kind | sent by | raw rows kept, days |", "|---|---|---|---|---|---|"]
    return [*head, *rows, ""]


def _section(told: Contract) -> str:
    basis = "、".join(article.citation for article in told.basis)
    lines = [f'## <a id="{told.key}"></a>{told.title} `{told.key}`', f"{told.purpose}。依据：{basis}。", ""]
    lines += ["| column | heading | also | kind | |", "|---|---|---|---|---|", *map(_column, told.columns), ""]
    lines += [f"No two rows share: {', '.join(f'`{name}`' for name in told.row_key)}.", ""]
    lines += ["| states | how | of | from |", "|---|---|---|---|", *map(_fact, told.facts), ""]
    return "\n".join(lines)


def _column(column: Column) -> str:
    words = "；".join(f"`{code}` {'、'.join(listed[:3])}" for code, listed in column.codes.items())
    need = "**必需**" if column.filled else "**必需的列**，可以留空" if column.required else ""
    remarks = "；".join(filter(None, [need, column.hint, words]))
    also = "、".join(column.aliases[:4]).replace("|", "/")
    return f"| `{column.name}` | {column.title} | {also} | {_KINDS[column.kind]} | {remarks} |"


def _fact(fact: FactRule) -> str:
    where = " ".join(f"{name}∈{{{', '.join(code or '∅' for code in codes)}}}" for name, codes in fact.where.items())
    value = fact.code or fact.code_from or fact.amount_from
    when = f"since `{fact.when}`" if fact.when else ""
    until = f"until `{fact.until}`" if fact.until else ""
    lasts = f"{fact.lasts_days} days" if fact.lasts_days else ""
    otherwise = f"else `{fact.otherwise}`" if fact.otherwise else ""
    told = ", ".join(
        filter(None, [f"`{value}`" if value else "", when, until, lasts, where, otherwise, _GONE[fact.gone]])
    )
    return f"| {fact.table} `{fact.kind}` | {fact.how} | {fact.of} (`{fact.who}`) | {told} |"


if __name__ == "__main__":
    print(as_markdown())  # noqa: T201 (it is a command)
