"""Quantities that change with place, class and day: one YAML file each, every block with its source or `assumed`."""

from doudi.policy.parameters.loading import load
from doudi.policy.parameters.lookup import Block, Found, Parameters, Quantity

__all__ = ["Block", "Found", "Parameters", "Quantity", "load"]
