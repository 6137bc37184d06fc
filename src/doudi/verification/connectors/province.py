"""The provincial network over HTTP and JSON. One fixed address from the environment; no redirect is ever followed.

    POST <base>/queries  {reference, source, resident_id, name, matter, consent}   → {"ticket": "…"}
    POST <base>/answers  {"tickets": ["…", …]}                                     → {"answers": [{…}, …]}

`Authorization: Bearer <key>`. Anything but 200 and JSON within the limits is `Unreachable`.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from .port import Malformed, Question, Reply, Ticket, Unreachable, reply_of

SECONDS = 10
LARGEST = 1024 * 1024
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class BadAddress(ValueError):
    """The configured address cannot be used; the text says why."""


class ProvincialNetwork:
    """Asks the network at one address that an administrator set; nothing that is asked can change where it goes."""

    name = "province"

    def __init__(self, base: str, key: str) -> None:
        parts = urlsplit(base)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.query:
            raise BadAddress("DOUDI_PROVINCE_URL must look like https://network.example/verification")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise BadAddress("DOUDI_PROVINCE_URL must use https, except on this machine")
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, parts.port
        self._path, self._key = parts.path.rstrip("/"), key

    def ask(self, question: Question, at: datetime) -> str:
        """Send one question."""
        ticket = self._post("/queries", asdict(question)).get("ticket")
        if not isinstance(ticket, str) or not 0 < len(ticket) <= 80 or not ticket.isprintable():
            raise Unreachable("no ticket")
        return ticket

    def poll(self, tickets: Sequence[Ticket], at: datetime) -> list[Reply | Malformed]:
        """Ask for what has been answered."""
        answers = self._post("/answers", {"tickets": [t.number for t in tickets]}).get("answers")
        if not isinstance(answers, list):
            raise Unreachable("no list of answers")
        return [_read(one) for one in answers]

    def _post(self, path: str, said: dict[str, Any]) -> dict[str, Any]:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=SECONDS)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._key}"}
        try:
            connection.request("POST", self._path + path, json.dumps(said).encode(), headers)
            return _body(connection.getresponse())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable(type(error).__name__) from error
        finally:
            connection.close()


def _body(response: http.client.HTTPResponse) -> dict[str, Any]:
    if response.status != 200:
        raise Unreachable(f"status {response.status}")
    raw = response.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise Unreachable("answer too large")
    found = json.loads(raw)
    if not isinstance(found, dict):
        raise Unreachable("not an object")
    return found


def _read(data: Any) -> Reply | Malformed:
    try:
        return reply_of(data)
    except Malformed as problem:
        ticket = data.get("ticket") if isinstance(data, dict) else None
        return Malformed(str(ticket)[:80] if isinstance(ticket, str) else "", str(problem))
