"""The simulator as a small server on loopback, for trying the HTTP connector.

`python -m doudi.verification.connectors.server --key KEY`. It speaks the protocol of `province.py` and nothing else.
"""

from __future__ import annotations

import argparse
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from .port import Question, Reply, Ticket
from .simulator import Simulator

LARGEST = 256 * 1024
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Server(ThreadingHTTPServer):
    """Loopback only."""

    daemon_threads = True

    def __init__(self, simulator: Simulator, key: str, *, port: int = 0, clock: Clock = _now) -> None:
        self.simulator, self.key, self.clock = simulator, key, clock
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        if not hmac.compare_digest(self.headers.get("Authorization", ""), f"Bearer {self.server.key}"):
            return self._answer(401, {})
        size = int(self.headers.get("Content-Length") or 0)
        said = json.loads(self.rfile.read(size)) if size <= LARGEST else None
        act = {"/queries": self._ask, "/answers": self._poll}.get(self.path)
        return self._answer(200, act(said)) if act and isinstance(said, dict) else self._answer(404, {})

    def _ask(self, said: dict[str, Any]) -> dict[str, Any]:
        return {"ticket": self.server.simulator.ask(Question(**said), self.server.clock())}

    def _poll(self, said: dict[str, Any]) -> dict[str, Any]:
        simulator = self.server.simulator
        known = [(n, q) for n in said["tickets"] if (q := simulator.question_of(n))]
        found = simulator.poll([Ticket(n, q) for n, q in known], self.server.clock())
        return {"answers": [json.loads(one.payload) for one in found if isinstance(one, Reply)]}

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        raw = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args: Any) -> None:
        """Nothing is logged: questions name people."""


@contextmanager
def running(simulator: Simulator, key: str, *, clock: Clock = _now) -> Iterator[Server]:
    """The server in a thread of its own, for as long as the block lasts."""
    server = Server(simulator, key, clock=clock)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A simulated provincial verification network on loopback.")
    parser.add_argument("--port", type=int, default=8199)
    parser.add_argument("--key", required=True)
    parser.add_argument("--seed", default="doudi")
    options = parser.parse_args()
    Server(Simulator(options.seed), options.key, port=options.port).serve_forever()


if __name__ == "__main__":
    main()
