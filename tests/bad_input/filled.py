"""A form filled as somebody would: what the page offers, the first of every list, and something plain elsewhere."""

from __future__ import annotations

from html.parser import HTMLParser


class _Fields(HTMLParser):
    """The fields of the one form that posts, with a value for each."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.types: dict[str, str] = {}
        self._list = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        name, kind = given.get("name", ""), given.get("type", tag)
        if tag == "select":
            self._list = name
        elif tag == "option" and self._list and given.get("value"):
            self.values.setdefault(self._list, given["value"])
        elif tag in ("input", "textarea") and name and kind not in ("checkbox", "submit", "file"):
            plain = {"date": "2026-01-05", "textarea": "按通知办理"}.get(kind, "甲乙丙丁")
            self.values[name] = given.get("value") or plain
        if tag in ("select", "input", "textarea") and name:
            self.types[name] = kind

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._list = ""


def filled(page: str) -> dict[str, str]:
    """Field → a value that might be right."""
    seen = _Fields()
    seen.feed(page)
    return {name: seen.values.get(name, "") for name in seen.types if name != "csrfmiddlewaretoken"}
