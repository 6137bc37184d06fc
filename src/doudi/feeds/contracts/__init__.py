"""The contract of every source: what a department sends, why it may, and which facts its rows state."""

from .library import ContractError, load
from .shape import Column, Contract, FactRule, Gone, How, Kind, Named

CONTRACTS: dict[str, Contract] = load()

__all__ = ["CONTRACTS", "Column", "Contract", "ContractError", "FactRule", "Gone", "How", "Kind", "Named"]
