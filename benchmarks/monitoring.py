"""`./run bench monitoring`: feeds, linkage, indicators, the phone's sync; each part's own table below one another.

Writes a dated page to benchmarks/results/; a part that is not run again keeps what the page of the day has of it. Each
part (`monitoring_*.py`) runs in a process of its own with its full sizes; a part that breaks is named on the page and
in the exit code. Options: --only PART[,PART], and after `--` what is handed to every part that was named.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
PARTS = {
    "feeds": "Seven million rows of twelve departments into a county",
    "linkage": "Rows without a number, and with one",
    "indicators": "All indicators over a county, and what they find",
    "sync": "The coordinator's phone",
}


def main() -> int:
    """Every part that is asked for, one page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    options, rest = parser.parse_known_args()
    target = ROOT / "benchmarks" / "results" / f"{date.today():%Y-%m-%d}-monitoring.md"
    told, failed = kept(target), 0
    for name in options.only.split(",") if options.only else PARTS:
        told[name], code = part(name, [one for one in rest if one != "--"])
        failed += code != 0
    page = [head(), *(f"## {title}\n\n{told[name]}" for name, title in PARTS.items() if name in told)]
    target.write_text("\n\n".join(page).rstrip() + "\n", encoding="utf-8")
    print(target.read_text(encoding="utf-8"))
    return int(failed > 0)


def kept(target: Path) -> dict[str, str]:
    """What the page of the day has of each part."""
    if not target.exists():
        return {}
    names = {title: name for name, title in PARTS.items()}
    parts = target.read_text(encoding="utf-8").split("\n## ")[1:]
    return {names[title]: text.strip() for title, _, text in (one.partition("\n") for one in parts) if title in names}


def head() -> str:
    """What ran where."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"# Monitoring, {date.today():%d %B %Y}\n\n`./run bench monitoring` on {os.cpu_count()} cores, "
        f"{memory:.0f} GiB, Python {platform.python_version()}."
    )


def part(name: str, arguments: list[str]) -> tuple[str, int]:
    """The table of a part as it printed it; the end of what it said if it broke."""
    print(f"{name} …", flush=True)
    started, load = time.monotonic(), os.getloadavg()[0]
    command = [sys.executable, f"benchmarks/monitoring_{name}.py", *arguments]
    environ = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    took = f"\n\nThe part took {time.monotonic() - started:.0f} s; load before it {load:.1f}."
    if done.returncode:
        return f"**Not measured**: the part ended with {done.returncode}.\n\n{done.stderr[-800:]}" + took, 1
    return done.stdout.strip() + took, 0


if __name__ == "__main__":
    sys.exit(main())
