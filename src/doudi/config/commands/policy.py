"""`doudi policy …`: reads files, asks the rulebook, prints. Bad input is one sentence and exit code 2."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doudi.policy import Case, Decision, PolicyError, Rulebook, Run, rulebook
from doudi.policy.facts import written_date
from doudi.policy.parameters.lookup import MissingParameter

if TYPE_CHECKING:
    from doudi.policy.engine.stream import Streaming

Command = Callable[[argparse.Namespace], int]


def command(function: Command) -> Command:
    """Say what is wrong with the input in one sentence, without a traceback."""

    @wraps(function)
    def run(options: argparse.Namespace) -> int:
        try:
            return function(options)
        except PolicyError as error:
            print(f"doudi policy: {error}", file=sys.stderr)
            return 2

    return run


@command
def decide(options: argparse.Namespace) -> int:
    """One household: its results as JSON, or in Chinese for staff or for the family."""
    from doudi.policy.letters import citizen_letter, staff_letter

    decision = _decision(options)
    if options.json:
        print(_json(_told(decision, options.explain)))
    elif options.explain or options.citizen:
        print((staff_letter if options.explain else citizen_letter)(decision))
    else:
        print(_summary(decision))
    return 0


@command
def questions(options: argparse.Namespace) -> int:
    """The missing facts, the most useful first."""
    from doudi.policy.questions import questions as plan

    found = plan(_decision(options))
    if options.json:
        print(_json([{"fact": q.fact, "text": q.text, "settles": q.settles} for q in found]))
    elif not found:
        print("不需要再问：已有的情况足以得出结论。")
    else:
        print("\n".join(f"{number}. {q.text}（{q.fact}）" for number, q in enumerate(found, 1)))
    return 0


@command
def screen(options: argparse.Namespace) -> int:
    """A population: one row per household, and per person where asked for."""
    from doudi.config.commands.tables import Outputs

    _check_outputs(options, options.out, options.persons_out)
    screening, rows = _screening(options), {"households": 0, "persons": 0}
    files = {options.out: "households"} | ({options.persons_out: "persons"} if options.persons_out else {})
    with Outputs(list(files)) as outputs:
        for screened in screening:
            outputs.add({path: getattr(screened, name) for path, name in files.items()})
            rows = {name: count + getattr(screened, name).height for name, count in rows.items()}
            del screened  # not kept while the next piece is read
    _warn(screening.warnings())
    print(f"{screening.on}：{rows['households']} 户、{rows['persons']} 人，已写入 {'、'.join(files)}。")
    return 0


@command
def simulate(options: argparse.Namespace) -> int:
    """The population under the rulebook and under the values of --set."""
    from doudi.config.commands.tables import Outputs, sources
    from doudi.policy import whatif

    if not options.set:
        raise PolicyError("请用 --set 名称=值 说明要试算的参数，例如 --set dibao_standard.urban=78000。")
    _check_outputs(options, options.out)
    given = sources(options)
    tables = given.whole()
    result = whatif.simulate(rulebook(), _book(options), tables, _day(options), _run(options))
    groups = {group: result.by(group).to_dicts() for group in options.by}
    told = {"totals": result.totals(), "by": groups, "moves": result.moves().to_dicts()}
    if options.out:
        with Outputs([options.out]) as outputs:
            outputs.add({options.out: result.households})
    _warn(tables.warnings() + given.strangers())
    print(_json(told) if options.json else _simulation_said(told))
    return 0


@command
def coverage(options: argparse.Namespace) -> int:
    """Every article and what becomes of it."""
    from doudi.policy.coverage import counted
    from doudi.policy.coverage import coverage as covered

    rows = [row for row in covered() if not ((options.open and row.explained) or (options.planned and not row.plans))]
    if options.json:
        print(_json([row.as_json() for row in rows]))
        return 0
    for row in rows:
        print(f"{row.instrument}-{row.article}\t{row.summary}\t{row.told}")
    print(counted(covered()), file=sys.stderr)
    return 0


@command
def parameters(options: argparse.Namespace) -> int:
    """Every block of every parameter."""
    rows = [
        {"name": q.name, "label": q.label, "area": b.area or "全国", "class": b.residence, "from": str(b.start),
         "value": b.value, "source": b.source, "assumed": b.assumed, "open": b.open_reason,
         "unconfirmed": b.unconfirmed}
        for q in rulebook().parameters.quantities.values() for b in q.blocks if b.unconfirmed or not options.unconfirmed
    ]  # fmt: skip
    if options.json:
        print(_json(rows))
        return 0
    for row in rows:
        mark = "待当地确认" if row["unconfirmed"] else ""
        value = row["value"] if row["value"] is not None else f"未定（{row['open']}）"
        cells = (row["name"], row["area"], row["class"] or "", row["from"], value, row["source"], mark)
        print("\t".join(map(str, cells)))
    return 0


def _warn(warnings: list[str]) -> None:
    """What was accepted, but should be looked at again; beside the answer, never in it."""
    for warning in warnings:
        print(f"提示：{warning}", file=sys.stderr)


def _check_outputs(options: argparse.Namespace, *outputs: str | None) -> None:
    """PolicyError for an output that would be written over another one, or over what is read."""
    taken = {Path(path).resolve() for path in (options.households, options.persons, options.obligors) if path}
    for output in filter(None, outputs):
        if Path(output).resolve() in taken:
            raise PolicyError(f"输出文件 {output} 与输入文件或另一个输出文件是同一个，请另取文件名。")
        taken.add(Path(output).resolve())


def _screening(options: argparse.Namespace) -> Streaming:
    """On this machine, or on a cluster."""
    from doudi.config.commands.tables import sources
    from doudi.policy.engine.stream import Streaming

    given = _book(options), sources(options), _day(options), _run(options)
    if options.engine == "polars":
        if options.spark_master or options.spark_conf:
            raise PolicyError("--spark-master 和 --spark-conf 只与 --engine spark 一起用。")
        return Streaming(*given)
    from doudi.config.commands import spark
    from doudi.policy.engine.cluster import Spreading

    spark.refuse_without()
    master = options.spark_master or os.environ.get("SPARK_MASTER") or "local[*]"
    session = partial(spark.session, master, spark.read(options.spark_conf))
    return Spreading(*given, session, Path(options.out).resolve().parent)


def _book(options: argparse.Namespace) -> Rulebook:
    book = rulebook()
    return book.laid_over(book.parameters.read(options.set)) if options.set else book


def _day(options: argparse.Namespace) -> date:
    if options.on is None:
        return date.today()
    day = written_date(options.on)
    if day is None:
        raise PolicyError(f"--on “{options.on}”不是有效的日期，应写成 YYYY-MM-DD。")
    return day


def _run(options: argparse.Namespace) -> Run:
    return Run.read(options.index_month, options.cpi, options.food_cpi)


def _decision(options: argparse.Namespace) -> Decision:
    file = _file(options)
    book, on, run = _book(options), _day(options), _run(options)
    try:
        case = Case.read(_loaded(file))
        case.check_household()
        return book.decide(case, on, run)
    except UnicodeDecodeError as error:
        raise PolicyError(f"读不了文件 {file}：应为 UTF-8 编码的文字，第 {error.start + 1} 个字节不是。") from error
    except OSError as error:
        raise PolicyError(f"读不了文件 {file}：{error}") from error
    except json.JSONDecodeError as error:
        raise PolicyError(f"{file} 第 {error.lineno} 行不是有效的 JSON：{error.msg}") from error
    except MissingParameter as error:
        raise PolicyError(f"{file}：household：{error}") from error
    except PolicyError as error:
        raise PolicyError(f"{file}：{error}") from error
    except (RecursionError, ValueError) as error:
        raise PolicyError(f"读不了文件 {file}：括号套得太深，或者数字太长。") from error


def _loaded(file: str) -> object:
    """The data of the file; PolicyError for a name that stands twice, of which JSON would keep the last in silence."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in pairs]
        for name in names:
            if names.count(name) > 1:
                raise PolicyError(f"“{name}”写了不止一次，请只留一个。")
        return dict(pairs)

    return json.loads(Path(file).read_text(encoding="utf-8-sig"), object_pairs_hook=once)


def _file(options: argparse.Namespace) -> str:
    """The file, also where it was written behind the values of --set."""
    if options.file is None:
        options.file = next((text for text in options.set if "=" not in text), None)
        options.set = [text for text in options.set if text != options.file]
    if options.file is None:
        raise PolicyError("请给出要计算的文件 FILE.json。")
    return str(options.file)


def _told(decision: Decision, explained: bool) -> dict[str, Any]:
    from doudi.policy.explanation import explain

    told = decision.as_json()
    if explained:
        told["explanation"] = explain(decision, "category").as_json()
    return told


def _summary(decision: Decision) -> str:
    from doudi.policy.wording import said

    rules = decision.book.programme(decision.on).rules
    lines = []
    for scope in (decision.home, *decision.home.children):
        lines.append("家庭" if scope is decision.home else f"成员 {scope.key.partition(':')[2]}")
        for name in decision.book.programme(decision.on).variables(scope.depth):
            why = decision.reasons(name, scope.key)
            value = said(decision.value(name, scope.key), rules[name].unit, dict(rules[name].words))
            lines.append(f"  {rules[name].label}：{value}" + (f"（还缺 {'、'.join(why)}）" if why else ""))
    return "\n".join([*lines, *(f"提示：{warning}" for warning in decision.case.warnings())])


def _simulation_said(told: dict[str, Any]) -> str:
    from doudi.kernel.money import format_yuan

    total = told["totals"]
    lines = [
        f"共 {total['households']} 户：增加 {total['gainers']} 户，减少 {total['losers']} 户，"
        f"无法判断 {total['undecided']} 户。",
        f"每月 {format_yuan(total['budget_before_fen_month'])} 元 → {format_yuan(total['budget_after_fen_month'])} 元，"
        f"每年相差 {format_yuan(total['change_fen_year'])} 元。",
    ]
    for group, rows in told["by"].items():
        for row in rows:
            money = format_yuan(row["change_fen_month"])
            lines.append(f"{group}={row[group]}\t增加 {row['gainers']}\t减少 {row['losers']}\t每月相差 {money} 元")
    return "\n".join(lines)


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, default=str)
