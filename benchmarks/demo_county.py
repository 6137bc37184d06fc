"""How long the demo county takes: `python -m benchmarks.demo_county [--people N]`, against the limit of 60 s.

Uses the database of DATABASE_URL (or DATABASE_OWNER_URL), whose registry it replaces. Needs DOUDI_MODE=demo.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
from pathlib import Path
from typing import Any


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Generate and load the county; print steps, rows, memory and load; return them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=440_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doudi.config.settings")
    import django

    django.setup()
    from django.conf import settings

    from doudi.demo.generate import generate

    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        summary = generate(
            seed=options.seed, people=options.people, replace=True, truth_path=Path(folder) / "truth.parquet",
            using="owner" if "owner" in settings.DATABASES else "default",
        )  # fmt: skip
    result = {
        "seconds": summary.seconds["total"], "steps": summary.seconds, "rows": summary.rows,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "load": (before, os.getloadavg()[0]),
    }  # fmt: skip
    show(result)
    return result


def show(result: dict[str, Any]) -> None:
    """Print the slowest steps and the totals."""
    for label, seconds in sorted(result["steps"].items(), key=lambda item: -item[1])[:15]:
        print(f"{seconds:8.2f} s  {label}")
    for table, rows in result["rows"].items():
        print(f"{rows:12,}  {table}")
    load = " → ".join(f"{x:.1f}" for x in result["load"])
    print(f"{result['seconds']:.1f} s (limit 60 s), peak {result['peak_mb']:,.0f} MB, load of the machine {load}")


if __name__ == "__main__":
    main()
