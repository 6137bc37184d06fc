"""Marks on views: which permission opens them.

The middleware of `accounts` enforces them; no mark means closed. Both marks go on a function, on the
result of `View.as_view()`, or on a class-based view itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.decorators import method_decorator

V = TypeVar("V", bound=Callable[..., Any])


def requires(permission: str) -> Callable[[V], V]:
    """Open this view to staff who hold `permission` (a value of accounts.permissions.Permission)."""
    return lambda view: _mark(view, "requires", str(permission))


def public(view: V) -> V:
    """Open this view to anybody, signed in or not."""
    return _mark(view, "public", True)


def _mark(view: V, name: str, value: object) -> V:
    if isinstance(view, type):
        # as_view() copies the attributes of dispatch to the function that the middleware sees.
        return method_decorator(lambda dispatch: _mark(dispatch, name, value), name="dispatch")(view)
    setattr(view, name, value)
    return view
