"""A browser that costs little: one connection at a time on asyncio, cookies, forms read by regular expressions.

A thousand of them think at once in one process; what a request cost is the time from sending it to its last byte, on a
connection that is opened for it if the server closed the last one, as it does with those who think long.
"""

from __future__ import annotations

import asyncio
import re
import time
import urllib.parse
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

PATIENCE = 60.0
TAG = re.compile(r"<(/?)(form|input|select|option|textarea|button)\b([^>]*)>", re.IGNORECASE)
ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')
TOLD = {409: "came second", 422: "refused with reasons", 423: "refused with reasons"}


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    location: str
    text: str


@dataclass
class Ledger:
    """Times in ms by what was asked for, by kind of work; what was told in words; what was wrong."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    told: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    errors: list[str] = field(default_factory=list)
    counting: bool = False
    requests: int = 0

    def percentile(self, kinds: list[str], p: float) -> float:
        """The p-th percentile over some kinds."""
        values = sorted(ms for kind in kinds for ms in self.times[kind])
        return values[min(int(len(values) * p / 100), len(values) - 1)] if values else float("nan")


@dataclass
class Visitor:
    """One person's browser. `address`: where they sit, so that a limit by address sees many places as many."""

    port: int
    ledger: Ledger
    address: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(
        self, kind: str, method: str, path: str, body: bytes | None = None, *, wants: str | int = "",
        headers: Mapping[str, str] | None = None, counted: bool = True,
    ) -> Answer:  # fmt: skip
        """One request. `wants`: a status that must come, or words that must stand in the answer."""
        started = time.perf_counter()
        try:
            answer = await asyncio.wait_for(self._sent(method, path, body, headers or {}), PATIENCE)
        except (OSError, EOFError, TimeoutError, ValueError) as problem:
            self.close()
            answer = Answer(0, "", repr(problem))
        if counted and self.ledger.counting:
            self._note(kind, method, path, answer, wants, (time.perf_counter() - started) * 1000)
        return answer

    def _note(self, kind: str, method: str, path: str, answer: Answer, wants: str | int, ms: float) -> None:
        ledger = self.ledger
        ledger.requests += 1
        right = answer.status == wants if isinstance(wants, int) else answer.status == 200 and wants in answer.text
        if right:
            ledger.times[kind].append(ms)
        elif answer.status in TOLD and method == "POST":
            ledger.times[kind].append(ms)
            ledger.told[f"{kind}: {TOLD[answer.status]}"] += 1
        else:
            said = re.sub(r"<[^>]+>|\s+", " ", answer.text)[:120]
            ledger.errors.append(f"{kind} {answer.status} {path} wanted {wants!r}: {said}")

    async def _sent(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        fresh = self.writer is None
        try:
            return await self._once(method, path, body, headers)
        except (OSError, EOFError):
            self.close()
            if fresh:
                raise
            return await self._once(method, path, body, headers)  # the server had closed the idle connection

    async def _once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(
                "127.0.0.1", self.port, limit=2**20, local_addr=(self.address, 0)
            )
        assert self.reader is not None
        self.writer.write(self._head(method, path, body, headers) + (body or b""))
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, _, lines = head.partition("\r\n")
        said: dict[str, str] = {}
        for line in lines.split("\r\n"):
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                cookie, _, rest = value.partition("=")
                self.cookies[cookie] = rest.split(";")[0]
            said[name.lower()] = value
        content = await self._content(said)
        if said.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(status.split()[1]), said.get("location", ""), content.decode("utf-8", "replace"))

    def _head(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        origin = f"http://127.0.0.1:{self.port}"
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Referer: {origin}/"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def _content(self, said: Mapping[str, str]) -> bytes:
        assert self.reader is not None
        if "content-length" in said:
            return await self.reader.readexactly(int(said["content-length"]))
        if said.get("transfer-encoding") != "chunked":
            return b""
        parts = []
        while size := int((await self.reader.readline()).split(b";")[0], 16):
            parts.append(await self.reader.readexactly(size + 2))
        await self.reader.readline()
        return b"".join(part[:-2] for part in parts)

    def close(self) -> None:
        """Leave the line."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None

    async def post(self, kind: str, path: str, form: Mapping[str, str], *, wants: str | int = 302) -> Answer:
        """A form sent."""
        body = urllib.parse.urlencode(form, doseq=True).encode()
        said = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.ask(kind, "POST", path, body, wants=wants, headers=said)

    async def sign_in(self, username: str, password: str) -> None:
        """Through the real form; SystemExit if it does not let us in."""
        page = await self.ask("", "GET", "/sign-in/", counted=False)
        form = form_with(page.text, "username") | {"username": username, "password": password}
        answer = await self.post("", "/sign-in/", form)
        if answer.status != 302 or "sign-in" in answer.location:
            raise SystemExit(f"{username}: sign-in answered {answer.status} {answer.location}")


def form_with(page: str, name: str) -> dict[str, str]:
    """What a browser would send of the form that has this field, if nothing in it were touched; {} if none."""
    for fields in forms_of(page):
        if name in fields:
            return fields
    return {}


def forms_of(page: str) -> list[dict[str, str]]:
    """Every form of a page with what its fields hold; a choice without an answer is empty."""
    found: list[dict[str, str]] = []
    select = ""
    for tag in TAG.finditer(page):
        closing, what = tag[1], tag[2].lower()
        if what == "form" and not closing:
            found.append({})
        if closing or not found:
            continue
        said = {name: unescape(value) for name, value in ATTRIBUTE.findall(tag[3])}
        name, value = said.get("name", ""), said.get("value", "")
        if what == "select":
            select = name
            found[-1].setdefault(name, "")
        elif what == "option" and "selected" in said:
            found[-1][select] = value
        elif what == "textarea" and name:
            found[-1][name] = unescape(page[tag.end() : page.find("</textarea", tag.end())]).strip()
        elif what == "input" and name:
            _input(found[-1], said, name, value)
    return found


def _input(fields: dict[str, str], said: Mapping[str, str], name: str, value: str) -> None:
    kind = said.get("type", "text")
    if kind == "radio":
        fields.setdefault(name, "")
    if kind in ("radio", "checkbox"):
        if "checked" in said:
            fields[name] = value or "on"
    elif kind not in ("submit", "button", "file"):
        fields[name] = value
