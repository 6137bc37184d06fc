"""The peer of `./run bench policy`: OpenFisca-core on the facts of a file, timed.

Run by the Python of a venv of its own, in which nothing of Doudi is installed: OpenFisca-core is under the AGPL and is
measured, never linked.

    python policy_openfisca.py INPUT.npz [--out RESULTS.npz] [--times N] [--wide]

OpenFisca has no unknown values and keeps whole numbers in 32 bits, where an amount above 21 million yuan wraps
silently. The data stay under that, and formulas widen what could pass it before they compare. ``--wide`` keeps numbers
in 64 bits.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

import numpy as np
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from policy_openfisca_rules import OUTPUTS, system

PERIOD = "year:2025-07"


def simulation(rules: TaxBenefitSystem, path: str) -> Any:
    """The population of the file, array by array."""
    with np.load(path) as data:
        builder = SimulationBuilder()
        builder.create_entities(rules)
        home = data["home"]
        builder.declare_person_entity("person", np.arange(len(home)))
        families = builder.declare_entity("household", np.arange(int(data["households"])))
        builder.join_with_persons(families, home, np.repeat("member", len(home)))
        built = builder.build(rules)
        for name in data.files:
            if name in rules.variables:
                built.set_input(name, PERIOD, data[name])
    return built


def memory(what: str) -> float:
    """Megabytes of this process: VmRSS now, VmHWM at most so far."""
    with open("/proc/self/status") as status:
        return next(int(row.split()[1]) for row in status if row.startswith(what)) / 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("input")
    parser.add_argument("--out")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--wide", action="store_true")
    options = parser.parse_args()
    figures = {"import_mb": memory("VmRSS")}
    start = time.perf_counter()
    built = simulation(system(options.wide), options.input)
    figures |= {"load_s": time.perf_counter() - start, "loaded_mb": memory("VmRSS"), "load_peak_mb": memory("VmHWM")}
    seconds = []
    for number in range(options.times):
        for variable in built.tax_benefit_system.variables.values() if number else ():
            if variable.formulas:
                built.delete_arrays(variable.name)
        start = time.perf_counter()
        found = {name: built.calculate(name, PERIOD) for names in OUTPUTS.values() for name in names}
        seconds.append(time.perf_counter() - start)
    figures |= {"evaluate_s": min(seconds), "peak_mb": memory("VmHWM")}
    if options.out:
        results: dict[str, Any] = {name: np.asarray(value) for name, value in found.items()}
        np.savez(options.out, **results)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
