"""Thirty simulated clerks: a closed loop of requests with thinking time, on plain sockets so that it costs little."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
import urllib.parse
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Clerk:
    """One signed-in browser."""

    port: int
    username: str
    password: str
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None

    def request(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Send one request on the kept-alive connection; returns status, location and body."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{self.port}/",
            }
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        except (http.client.HTTPException, OSError):
            self.connection.close()  # the server may close an idle connection; open it again once
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        for value in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.split(";")[0]
        return response.status, response.headers.get("Location", ""), text

    def sign_in(self) -> None:
        """Through the real form."""
        _, _, page = self.request("GET", "/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, "no form on the sign-in page"
        form = {"username": self.username, "password": self.password, "csrfmiddlewaretoken": token[1]}
        status, location, page = self.request("POST", "/sign-in/", form)
        assert status == 302, f"{self.username}: sign-in answered {status} {re.sub('<[^>]+>', ' ', page)[:300]}"
        assert "sign-in" not in location, location


@dataclass
class Result:
    """Times in ms by kind of page, and what went wrong."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def percentile(self, kind: str, p: float) -> float:
        """The p-th percentile of one kind."""
        values = sorted(self.times[kind])
        return values[min(int(len(values) * p / 100), len(values) - 1)] if values else float("nan")


def run(
    clerks: list[Clerk], pages: dict[str, list[str]], *, seconds: float, think: tuple[float, float], seed: int = 1
) -> Result:
    """Let every clerk open pages of each kind in turn, thinking in between, for some seconds."""
    result = Result()
    lock = threading.Lock()
    end = time.monotonic() + seconds

    def work(number: int, clerk: Clerk) -> None:
        rng = random.Random(seed * 1000 + number)
        kinds = list(pages)
        time.sleep(rng.uniform(0, think[1]))
        while time.monotonic() < end:
            kind = rng.choice(kinds)
            path = rng.choice(pages[kind])
            started = time.perf_counter()
            status, _, body = clerk.request("GET", path)
            elapsed = (time.perf_counter() - started) * 1000
            with lock:
                result.times[kind].append(elapsed)
                if status != 200:
                    result.errors.append(f"{status} {path} {body[:80]!r}")
            time.sleep(rng.uniform(*think))

    started = time.monotonic()
    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(clerks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result.seconds = time.monotonic() - started
    return result
