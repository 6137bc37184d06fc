"""Pages of the rulebook: law, rules, parameters and their changes, the calculator, simulation."""
