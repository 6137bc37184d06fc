"""Work in parts, two prepared ahead: while the database answers for one, another is calculated, and a third written."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

T = TypeVar("T")
PART = 6_000
AT_ONCE = 2


@contextmanager
def ahead(keys: Sequence[int], work: Callable[[list[int]], T], part: int = PART) -> Iterator[Iterator[T]]:
    """What `work` says of each part, in order.

    Threads ask on the caller's own connection, one at a time: they see what the transaction has written and hold its
    locks, and nothing is left running when the block ends. `work` only reads.
    """
    shared = connections["default"]
    shared.inc_thread_sharing()
    try:
        with ThreadPoolExecutor(AT_ONCE, initializer=_ask_on, initargs=(shared,)) as pool:
            try:
                yield _in_order(pool, [list(keys[n : n + part]) for n in range(0, len(keys), part)], work)
            finally:
                pool.shutdown(cancel_futures=True)
    finally:
        shared.dec_thread_sharing()


def _ask_on(shared: BaseDatabaseWrapper) -> None:
    connections["default"] = shared


def _in_order(pool: ThreadPoolExecutor, parts: list[list[int]], work: Callable[[list[int]], T]) -> Iterator[T]:
    waiting: deque[Future[T]] = deque()
    for keys in parts:
        waiting.append(pool.submit(work, keys))
        if len(waiting) > AT_ONCE:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
