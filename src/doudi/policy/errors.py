"""What the rulebook refuses: mistakes of its authors, and facts or parameters that cannot be used."""


class PolicyError(ValueError):
    """Something that a person can put right: a fact, a file, a parameter, a day. The message says what and where."""


class RuleError(Exception):
    """A mistake in a rule, a parameter file or a citation; found when the rulebook is loaded, never later."""
