"""Mutation score of the schemes: change one thing in a rule at a time, and see whether a worked case notices.

    python tools/mutate_policy.py [REPORT.md]

Each mutant runs in a fork of this process: no import is paid twice, and nothing can leak from one mutant to the next.
"""

from __future__ import annotations

import ast
import copy
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from doudi.policy import cases, schemes
from doudi.policy.cases import law_cases
from doudi.policy.engine.declare import rules_of
from doudi.policy.rulebook import Rulebook

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip
CALLS = {"least": "most", "most": "least"}
Mutant = tuple[str, int, str, ast.Module]


def mutants(module: ModuleType) -> Iterator[Mutant]:
    """Every way of changing one operator, number, negation or call inside the functions of a module."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    sites = [n for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for s in f.body for n in ast.walk(s)]
    for number, site in enumerate(sites):
        for what, change in changes(site):
            changed = copy.deepcopy(tree)
            twins = [
                n for f in ast.walk(changed) if isinstance(f, ast.FunctionDef) for s in f.body for n in ast.walk(s)
            ]
            change(twins[number])
            yield module.__name__, getattr(site, "lineno", 0), what, ast.fix_missing_locations(changed)


def changes(site: ast.AST) -> Iterator[tuple[str, object]]:
    """What can be changed at one place, with the function that does it."""
    if isinstance(site, ast.Compare) and type(site.ops[0]) in SWAPS:
        new = SWAPS[type(site.ops[0])]
        yield f"{type(site.ops[0]).__name__} -> {new.__name__}", lambda n: n.ops.__setitem__(0, new())
    elif isinstance(site, ast.BinOp) and type(site.op) in SWAPS:
        other = SWAPS[type(site.op)]
        yield f"{type(site.op).__name__} -> {other.__name__}", lambda n: setattr(n, "op", other())
    elif isinstance(site, ast.UnaryOp) and isinstance(site.op, ast.Invert):
        yield "~ removed", lambda n: setattr(n, "op", ast.UAdd())
    elif isinstance(site, ast.Constant) and type(site.value) is int:
        yield f"{site.value} -> {site.value + 1}", lambda n: setattr(n, "value", n.value + 1)
    elif isinstance(site, ast.Call) and isinstance(site.func, ast.Name) and site.func.id in CALLS:
        yield f"{site.func.id} -> {CALLS[site.func.id]}", lambda n: setattr(n.func, "id", CALLS[n.func.id])


def noticed(name: str, tree: ast.Module) -> bool:
    """Whether any worked case comes out otherwise under the mutant; run in a fork."""
    child = os.fork()
    if child == 0:
        os._exit(int(_differs(name, tree)))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def _differs(name: str, tree: ast.Module) -> bool:
    try:
        module = sys.modules[name]
        exec(compile(_without_plus(tree), name, "exec"), module.__dict__)
        cases.temporary_assistance = schemes.temporary.temporary_assistance  # type: ignore[attr-defined]
        modules = [getattr(schemes, path.stem) for path in _files() if path.stem != "temporary"]
        book = Rulebook(rules=rules_of(*modules))
        return any(case.wrong(book) for case in law_cases())
    except Exception:
        return True


def _without_plus(tree: ast.Module) -> ast.Module:
    """`~x` was turned into `+x`; take the sign away."""

    class Plain(ast.NodeTransformer):
        def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
            self.generic_visit(node)
            return node.operand if isinstance(node.op, ast.UAdd) else node

    return ast.fix_missing_locations(Plain().visit(tree))


def _files() -> list[Path]:
    return [path for path in sorted(Path(schemes.__path__[0]).glob("*.py")) if path.stem != "__init__"]


def main() -> None:
    """Run all mutants, print those that nobody noticed, and write the report."""
    counts: Counter[tuple[str, bool]] = Counter()
    survivors: list[str] = []
    law_cases()
    for path in _files():
        for name, line, what, tree in mutants(getattr(schemes, path.stem)):
            seen = noticed(name, tree)
            counts[path.stem, seen] += 1
            if not seen:
                survivors.append(f"{path.name}:{line} {what}")
    lines = ["# Mutation score of the schemes", "", "Made by `tools/mutate_policy.py` with the worked cases only.", ""]
    lines += ["| file | mutants | noticed |", "|---|---|---|"]
    for path in _files():
        killed, total = counts[path.stem, True], counts[path.stem, True] + counts[path.stem, False]
        lines.append(f"| {path.name} | {total} | {killed} |")
    killed = sum(count for (_, seen), count in counts.items() if seen)
    lines += [f"| **all** | {counts.total()} | {killed} ({100 * killed // counts.total()} %) |", "", "Not noticed:", ""]
    report = "\n".join([*lines, *(f"- {each}" for each in survivors)]) + "\n"
    print(report)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
