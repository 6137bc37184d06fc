"""What attackers write into fields, how an answer shows that it worked, and guards that notice what it reached."""

from __future__ import annotations

import csv
import io
import os
import re
import socket
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

import pytest

TAG = "marq7"
SUM = "54439"  # 7777 × 7, if anything computes what it was sent


def stored(field: Any) -> str:
    """What lies in a text field: other words in each, since some may not say the same."""
    return f'={len(field.name)}<{TAG} onclick="x({field.name})">\'"`{{{{7777*7}}}}'


VALUES: dict[str, str] = {
    "markup in text, attribute and script": (
        f"'\"></textarea></title></select></script><{TAG} onclick=x()><script>x()</script>"
    ),
    "markup in other letters": f"＜script＞x()＜/script＞ %3C{TAG}%3E \u2028<{TAG}\x0bonclick=x()> &lt;{TAG}&gt;",
    "address that runs": "javascript:x()//",
    "address elsewhere": "//evil.example/%2f..",
    "SQL": "1' OR '1'='1'; DROP TABLE registry_person;--",
    "SQL that waits": "1) OR 1=(SELECT 1 FROM pg_sleep(9))--",
    "SQL pattern": "%' UNION SELECT username,password FROM accounts_staff--\\",
    "request to the inside": "http://169.254.169.254/latest/meta-data/",
    "request to a file": "file:///etc/passwd",
    "path": "../../../../../../etc/passwd",
    "path encoded twice": "..%252f..%252f..%c0%ae%c0%ae%c0%afetc%2fpasswd\x00.pdf",
    "path in other letters": "．．／．．／etc／passwd",
    "template": "{{7777*7}}{% debug %}${7777*7}#{7777*7}",
    "header": "a\r\nSet-Cookie: broken=1\r\n\r\n<html>",
    "formula": '=HYPERLINK("http://evil.example","x")+cmd|\' /C calc\'!A0',
    "nothing seen": "\u202e\u200b\u200f\ufeff\u2066",
}
TOGETHER = (
    ("markup in text, attribute and script", "markup in other letters", "template"),
    ("SQL", "SQL that waits", "SQL pattern"),
    ("header", "nothing seen", "formula"),
)
# As sent: what works within a longer text goes together, the rest alone.
SENT = {", ".join(names): " ".join(VALUES[name] for name in names) for names in TOGETHER}
SENT |= {name: value for name, value in VALUES.items() if not any(name in names for names in TOGETHER)}
# Everything at once, for one field in a form that is otherwise good.
POLYGLOT = f"=1' OR 1=1--\"></textarea><{TAG} onclick=x()>../../etc/passwd{{{{7777*7}}}}"


class Page(HTMLParser):
    """The elements of a page; `code` is whatever would run that did not come from a file of ours."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.code: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        if tag == "script" and not given.get("src") and "json" not in given.get("type", ""):
            self.code.append("<script>")
        if tag in ("style", "iframe", "object", "embed", "base") or (tag == "meta" and "http-equiv" in given):
            self.code.append(f"<{tag}>")
        self.code += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action", "formaction", "xlink:href"):
            if re.match(r"\s*(javascript|vbscript|data:text)|//|https?://(?!testserver)", given.get(name, ""), re.I):
                self.code.append(f"{tag} {name}={given[name][:40]}")


def harm(answer: Any, text: str) -> list[str]:
    """What an attack reached, as far as the answer shows."""
    kind = answer.headers.get("Content-Type", "")
    found = []
    if answer.status_code >= 500:
        found.append(f"broke the page: {answer.status_code}")
    if "text/html" in kind:
        page = Page(text)
        found += page.code
        found += ["an element of the attacker"] if TAG in page.tags else []
        found += ["what was sent is computed"] if SUM in text else []
    if re.search(r"root:.?:0:0|ami-id|psycopg|syntax error at or near|Traceback \(most", text):
        found.append("tells what it should not")
    if "broken" in answer.cookies or "broken" in str(answer.headers.get("Set-Cookie", "")):
        found.append("a header of the attacker")
    if answer.status_code in (301, 302) and not re.match(r"/(?![/\\])|\?", answer.headers["Location"]):
        found.append(f"leads elsewhere: {answer.headers['Location'][:60]}")
    return found


def formulas(body: bytes, kind: str) -> list[str]:
    """Cells of a list that a spreadsheet would compute."""
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            sheets = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/worksheets/")]
        return [found for sheet in sheets for found in re.findall(r"<f>[^<]*", sheet)]
    if "csv" not in kind:
        return []
    rows = csv.reader(io.StringIO(body.decode("utf-8-sig", "replace")))
    number = re.compile(r"[+-]?[\d,.]*$")
    return [c for row in rows for c in row if c[:1] in tuple("=+-@\t\r") and not number.match(c)]


@contextmanager
def nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Outbound connections are refused and kept; what is asked for by name too."""
    reached: list[str] = []

    def refuse(self: socket.socket, address: Any, *more: Any) -> None:
        if self.family != socket.AF_UNIX:
            reached.append(f"connect {address!r}")
            raise OSError("no network here")

    def unknown(host: Any, *more: Any, **named: Any) -> None:
        reached.append(f"look up {host!r}")
        raise socket.gaierror("no network here")

    with monkeypatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket, "getaddrinfo", unknown)
        yield reached


_watching: list[list[str]] = []
_allowed: list[str] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open" or not _watching or not isinstance(arguments[0], str | bytes):
        return
    path, flags = os.fsdecode(arguments[0]), arguments[2] or 0
    writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    outside = not any(os.path.realpath(path).startswith(place) for place in _allowed)
    if "passwd" in path or (writes and outside and not path.startswith("/dev/")):
        _watching[-1].append(path)


_hooked: list[bool] = []


@contextmanager
def files_watched(*allowed: Any) -> Iterator[list[str]]:
    """Files written outside the given folders, and any attempt at the file that paths in the corpus aim at."""
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked.append(True)
    touched: list[str] = []
    _allowed[:] = [os.path.realpath(str(place)) for place in (*allowed, "/tmp", "/var/tmp")]
    _watching.append(touched)
    try:
        yield touched
    finally:
        _watching.pop()


@contextmanager
def asked_for(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The names of every field and parameter that a view reads while this is open."""
    from django.http import QueryDict
    from django.utils.datastructures import MultiValueDict

    names: set[str] = set()

    def keeping(original: Any) -> Any:
        def read(self: Any, key: Any, *more: Any, **named: Any) -> Any:
            if isinstance(self, QueryDict) and isinstance(key, str):
                names.add(key)
            return original(self, key, *more, **named)

        return read

    with monkeypatch.context() as patch:
        for method in ("get", "getlist", "__getitem__", "__contains__"):
            patch.setattr(MultiValueDict, method, keeping(getattr(MultiValueDict, method)))
        yield names
