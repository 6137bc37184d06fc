"""`./run check`: everything that can be said about the code without running the product."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from .environment import ROOT

SOURCE = ROOT / "src" / "doudi"
PHONE_PACK = SOURCE / "field" / "static" / "field"
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
MAX_MEDIAN_FUNCTION = 8
MAX_CSS_BYTES = 40 * 1024
# What a phone keeps to work without a network: its own scripts and styles, and the console's (decision 0094).
MAX_PHONE_PACK_BYTES = 300 * 1024
BIN = Path(sys.executable).parent

COMMANDS: list[tuple[str, list[str]]] = [
    ("ruff", [str(BIN / "ruff"), "check", "."]),
    ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "src", "tests", "benchmarks", "tools"]),
    ("mypy", [str(BIN / "mypy"), "-p", "doudi"]),
    (
        "mypy --strict kernel, policy",
        [str(BIN / "mypy"), "--strict", "--no-warn-unused-ignores", "-p", "doudi.kernel", "-p", "doudi.policy"],
    ),
    ("import-linter", [str(BIN / "lint-imports")]),
    ("djlint", [str(BIN / "djlint"), "src", "--lint", "--quiet"]),
    ("makemigrations --check", [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"]),
    ("django check", [sys.executable, "-m", "django", "check", "--fail-level", "WARNING"]),
]


def main() -> int:
    """Run every check, say how each went, and fail if one failed."""
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "doudi.config.test_settings", "PYTHONWARNINGS": "ignore"}
    failed = [name for name, command in COMMANDS if not _passes(name, command, environ)]
    problems = list(size_problems())
    print(f"{'FAILED' if problems else 'ok':>6}  size budgets")
    print("".join(f"        {p}\n" for p in problems), end="")
    print(f"{len(COMMANDS) + 1 - len(failed) - bool(problems)} passed, {len(failed) + bool(problems)} failed")
    return 1 if failed or problems else 0


def _passes(name: str, command: list[str], environ: dict[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    good = done.returncode == 0
    print(f"{'ok' if good else 'FAILED':>6}  {name} ({time.monotonic() - started:.0f} s)", flush=True)
    if not good:
        print(done.stdout[-6000:] + done.stderr[-3000:])
    return good


def size_problems() -> Iterator[str]:
    """Files over 400 lines, functions over 40, a median function over 8, style sheets over 40 KB."""
    lengths: list[int] = []
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > MAX_FILE_LINES:
            yield f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines, at most {MAX_FILE_LINES}"
        for function in _functions(text):
            length = (function.end_lineno or 0) - function.lineno + 1
            lengths.append(length)
            if length > MAX_FUNCTION_LINES:
                where = f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"
                yield f"{where}: {length} lines, at most {MAX_FUNCTION_LINES}"
    if lengths and median(lengths) > MAX_MEDIAN_FUNCTION:
        yield f"the median function has {median(lengths)} lines, at most {MAX_MEDIAN_FUNCTION}"
    css = sum(p.stat().st_size for p in SOURCE.rglob("*.css") if "icons" not in p.name and PHONE_PACK not in p.parents)
    if css > MAX_CSS_BYTES:
        yield f"style sheets: {css} bytes, at most {MAX_CSS_BYTES}"
    pack = sum(p.stat().st_size for p in PHONE_PACK.rglob("*") if p.is_file())
    pack += sum(p.stat().st_size for p in (SOURCE / "console" / "static" / "console").glob("*.css"))
    if pack > MAX_PHONE_PACK_BYTES:
        yield f"phone pack: {pack} bytes, at most {MAX_PHONE_PACK_BYTES}"


def _functions(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


if __name__ == "__main__":
    sys.exit(main())
