"""Case by case against a population, on random households with unknown facts: every value of every variable.

python benchmarks/policy_agreement.py [HOUSEHOLDS]      all cores; 200,000 if not said, some minutes
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from doudi.policy import Run
from tests.policy.families import random_family
from tests.policy.test_population import same

BATCH = 1_000
DAYS = [
    date(2021, 6, 30), date(2022, 7, 1), date(2022, 10, 19), date(2022, 10, 20), date(2023, 7, 1), date(2024, 2, 29),
    date(2024, 12, 31), date(2025, 1, 1), date(2025, 7, 1), date(2025, 12, 31), date(2026, 1, 1), date(2026, 11, 23),
]  # fmt: skip
RUNS = [Run(), Run.read("2022-09", 31, None), Run.read("2025-06", 36, 20), Run.read("2021-10", None, 60)]


def batch(number: int) -> int:
    """A thousand families of one day, screened in pieces and decided one by one; how many persons they had."""
    rng, on = random.Random(number), DAYS[number % len(DAYS)]
    families = [random_family(rng, on, n) for n in range(BATCH)]
    same(families, on, RUNS[number % 7 % len(RUNS)], chunk=rng.choice([97, 333, BATCH]))
    return sum(len(family["persons"]) for family in families)


def main(households: int) -> dict[str, float]:
    start = time.perf_counter()
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        people = sum(pool.map(batch, range(-(-households // BATCH))))
    return {"households": households, "people": people, "seconds": time.perf_counter() - start}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)))
