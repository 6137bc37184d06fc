"""The law and its rules, pure: no web framework, no clock, no I/O but the files of this package.

``rulebook().decide(Case.read(data), on)`` decides one household; `engine.population` screens many.
"""

from doudi.policy.decision import Decision
from doudi.policy.errors import PolicyError, RuleError
from doudi.policy.reading import Case
from doudi.policy.rulebook import Rulebook, rulebook
from doudi.policy.run import Run

__all__ = ["Case", "Decision", "PolicyError", "RuleError", "Rulebook", "Run", "rulebook"]
