"""What every package speaks in: money, periods, identity numbers, places, working days.

Nothing here knows Django, a database, a clock or a network. Values are immutable and checked on creation, so
a value that exists is a valid one. Every refusal is a ``ValueError`` (or ``LookupError``) whose message is a
Chinese sentence that a clerk can act on.
"""
