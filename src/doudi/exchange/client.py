"""Our system as the other one reaches it: the contract over HTTP. `send` does one request, so that a test can be it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .port import Event, Page, Receipt, Receipts, Refusal

Send = Callable[[str, str, Mapping[str, str], bytes | None], tuple[int, Mapping[str, str], bytes]]
"""(method, path with query, headers, body) → (status, headers, body)."""


class HttpSystem:
    """Keeps the last page it was given, and sends its tag: a feed without news costs an empty answer."""

    def __init__(self, send: Send, token: str, root: str = "/exchange/api") -> None:
        self._send, self._root = send, root
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._kept: dict[str, tuple[str, Page]] = {}

    def events(self, after: int, limit: int) -> Page:
        path = f"{self._root}/events?after={after}&limit={limit}"
        tag, kept = self._kept.get(path, ("", None))
        status, headers, body = self._send("GET", path, self._headers | ({"If-None-Match": tag} if tag else {}), None)
        if status == 304 and kept is not None:
            return kept
        said = self._good(status, body)
        page = Page(said["events"], said["last"], said["acknowledged"])
        self._kept[path] = (headers["ETag"], page)
        return page

    def acknowledge(self, up_to: int) -> None:
        self._post("acknowledgements", {"up_to": up_to})

    def deliver(self, events: Sequence[Event]) -> Receipts:
        said = self._post("events", {"events": list(events)})
        return Receipts([Receipt(**one) for one in said["receipts"]], said["missing"])

    def _post(self, name: str, said: Mapping[str, Any]) -> Any:
        body = json.dumps(said, ensure_ascii=False).encode()
        status, _headers, answer = self._send("POST", f"{self._root}/{name}", self._headers, body)
        return self._good(status, answer)

    @staticmethod
    def _good(status: int, body: bytes) -> Any:
        said = json.loads(body or b"{}")
        if status != 200:
            raise Refusal(f"{status}: {said.get('error', '')}")
        return said
