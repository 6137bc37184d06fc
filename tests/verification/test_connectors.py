"""One contract for every network: the simulator in-process, and over HTTP behind its own server on loopback."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from doudi.verification import connectors
from doudi.verification.connectors.port import Malformed, Question, Reply, Ticket, Unreachable, Value, reply_of
from doudi.verification.connectors.province import BadAddress, ProvincialNetwork
from doudi.verification.connectors.received import ReceivedFeeds, plug, unplug
from doudi.verification.connectors.server import running
from doudi.verification.connectors.simulator import SIZES, Behaviour, Simulator
from doudi.verification.sources import SOURCES

KEY = "for-tests-only"
START = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
QUESTION = Question("ref-1", "tax", "533199198001010016", "岳勒旺", "HD-1", "SQ-1")


class Rig:
    """A connector with the clock of its network in our hands."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.now = START
        self.simulator = Simulator("test", plan=lambda question: behaviour)
        self.connector = self.simulator

    def asked(self, question: Question = QUESTION) -> Ticket:
        return Ticket(self.connector.ask(question, self.now), question)

    def polled(self, *tickets: Ticket, days: int = 0) -> list[Reply | Malformed]:
        self.now = START + timedelta(days=days)
        return self.connector.poll(tickets, self.now)


@pytest.fixture(params=["in-process", "http"])
def rig(request) -> Iterator[type]:
    """`rig(Behaviour.LATE)` is a network that does one thing."""
    open_servers = []

    def make(behaviour: Behaviour) -> Rig:
        made = Rig(behaviour)
        if request.param == "http":
            block = running(made.simulator, KEY, clock=lambda: made.now)
            open_servers.append(block)
            made.connector = ProvincialNetwork(block.__enter__().address, KEY)
        return made

    yield make
    for block in open_servers:
        block.__exit__(None, None, None)


def test_contract_the_same_reference_gets_the_same_ticket(rig) -> None:
    network = rig(Behaviour.PROMPT)
    assert network.asked().number == network.asked().number


def test_contract_an_answer_names_its_ticket_its_person_and_its_day(rig) -> None:
    network = rig(Behaviour.PROMPT)
    ticket = network.asked()
    (answer,) = network.polled(ticket)
    assert (answer.ticket, answer.subject, answer.state, answer.province) == (
        ticket.number, QUESTION.resident_id, "complete", "53")  # fmt: skip
    assert answer.as_of == date(2026, 11, 1)
    assert {v.kind for v in answer.values} == set(SOURCES["tax"].feeds)


# The fifteen sources of rulebook.md §6, written down a second time.
FIFTEEN = ["police", "human_resources", "tax", "land", "market", "housing_fund", "medical", "bank", "civil_affairs",
           "disabled", "education", "agriculture", "justice", "veterans", "finance"]  # fmt: skip


def test_the_sources_are_the_fifteen_of_the_law() -> None:
    assert [str(key) for key in SOURCES] == FIFTEEN


@pytest.mark.parametrize("source", FIFTEEN)
def test_contract_every_source_answers_with_what_it_keeps_and_nothing_else(source: str, rig) -> None:
    network = rig(Behaviour.PROMPT)
    (answer,) = network.polled(network.asked(replace(QUESTION, source=source)))
    told, terms = {v.kind for v in answer.values}, SOURCES[source]
    assert told == {*(kind for kind in terms.feeds if kind in SIZES), *terms.tells}
    assert (answer.state, answer.subject) == ("complete", QUESTION.resident_id)


@pytest.mark.parametrize("source", FIFTEEN)
def test_contract_every_source_may_reject_or_be_silent(source: str, rig) -> None:
    question = replace(QUESTION, source=source)
    (rejected,) = (network := rig(Behaviour.REJECT)).polled(network.asked(question))
    assert (rejected.state, bool(rejected.code), rejected.values) == ("rejected", True, ())
    silent = rig(Behaviour.SILENT)
    assert silent.polled(silent.asked(question), days=60) == []


def test_contract_an_answer_stays_to_be_fetched_and_is_the_same(rig) -> None:
    network = rig(Behaviour.PROMPT)
    ticket = network.asked()
    assert [r.payload for r in network.polled(ticket)] == [r.payload for r in network.polled(ticket)]


def test_contract_a_late_answer_comes_later(rig) -> None:
    network = rig(Behaviour.LATE)
    ticket = network.asked()
    assert network.polled(ticket) == []
    assert len(network.polled(ticket, days=4)) == 1


def test_contract_parts_come_before_the_whole(rig) -> None:
    network = rig(Behaviour.PARTS)
    ticket = network.asked()
    assert [r.state for r in network.polled(ticket)] == ["partial"]
    assert [r.state for r in network.polled(ticket, days=4)] == ["partial", "complete"]


@pytest.mark.parametrize(
    ("behaviour", "seen"),
    [
        (Behaviour.REJECT, [("rejected", "53", True)]),
        (Behaviour.TWICE, [("complete", "53", True)] * 2),
        (Behaviour.FOREIGN, [("complete", "52", True)]),
        (Behaviour.OTHER_PERSON, [("complete", "53", False)]),
        (Behaviour.SILENT, []),
    ],
)
def test_contract_every_kind_of_trouble_is_passed_on_as_it_is(behaviour, seen, rig) -> None:
    network = rig(behaviour)
    replies = network.polled(network.asked(), days=9)
    assert [(r.state, r.province, r.subject == QUESTION.resident_id) for r in replies] == seen
    assert all(r.code for r in replies if r.state == "rejected")


def test_contract_an_answer_nobody_asked_for_is_passed_on_with_its_own_ticket(rig) -> None:
    network = rig(Behaviour.UNASKED)
    ticket = network.asked()
    assert ticket.number != network.polled(ticket)[0].ticket


def test_contract_nothing_asked_nothing_answered(rig) -> None:
    assert rig(Behaviour.PROMPT).polled() == []


def test_the_seed_alone_decides() -> None:
    def story(seed: str) -> list[str]:
        network = Simulator(seed)
        said = []
        for n in range(60):
            question = Question(f"r{n}", "tax", f"53319919800101{n:04d}", "", "", "")
            ticket = Ticket(network.ask(question, START), question)
            said += [r.payload for r in network.poll([ticket], START + timedelta(days=5))]
        return said

    assert story("a") == story("a")
    assert story("a") != story("b")


def test_a_new_process_goes_on_with_old_tickets() -> None:
    ticket = Ticket(Simulator("s").ask(QUESTION, START), QUESTION)
    first = Simulator("s", plan=lambda q: Behaviour.LATE)
    assert first.poll([ticket], START) == []
    assert len(first.poll([ticket], START + timedelta(days=4))) == 1


def test_a_wrong_key_is_no_answer() -> None:
    with running(Simulator(), KEY) as server, pytest.raises(Unreachable):
        ProvincialNetwork(server.address, "wrong").ask(QUESTION, START)


def test_nobody_there_is_no_answer() -> None:
    with running(Simulator(), KEY) as server:
        address = server.address
    with pytest.raises(Unreachable):
        ProvincialNetwork(address, KEY).ask(QUESTION, START)


@pytest.mark.parametrize(
    "base", ["http://network.example", "ftp://127.0.0.1", "https://user:word@network.example", "127.0.0.1:80", ""]
)
def test_only_an_address_that_cannot_lead_astray_is_used(base) -> None:
    with pytest.raises(BadAddress):
        ProvincialNetwork(base, KEY)


class _Astray(http.server.BaseHTTPRequestHandler):
    """Answers as a broken or hostile network would."""

    bodies = {"/large": b"{" + b" " * 1_100_000, "/text": b"<html>", "/list": b"[]"}

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        base = "/" + self.path.split("/")[1]
        self.send_response(302 if base == "/redirect" else 200)
        self.send_header("Location", "http://127.0.0.1:1/secret")
        body = self.bodies.get(base, b"")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.mark.parametrize("path", ["/redirect", "/large", "/text", "/list"])
def test_redirects_floods_and_nonsense_are_no_answer(path) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Astray)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        with pytest.raises(Unreachable):
            ProvincialNetwork(f"http://127.0.0.1:{server.server_address[1]}{path}", KEY).ask(QUESTION, START)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


GOOD = {"ticket": "T", "state": "complete", "subject": "5", "province": "53", "as_of": "2026-11-01"}


@pytest.mark.parametrize(
    "bad",
    [[], {}, GOOD | {"state": "maybe"}, GOOD | {"as_of": "yesterday"}, GOOD | {"ticket": 7},
     GOOD | {"values": {"a": 1}},
     GOOD | {"values": [{"kind": "wage_income", "amount": 1.5}]}, GOOD | {"values": [{"amount": 2**60}]},
     GOOD | {"values": [{"amount": True}]}, GOOD | {"values": ["x"]}, GOOD | {"code": "C" * 50},
     GOOD | {"subject": "5\0"}],
)  # fmt: skip
def test_an_answer_that_does_not_read_as_one_is_malformed(bad) -> None:
    with pytest.raises(Malformed):
        reply_of(bad)
    assert reply_of(GOOD).state == "complete"


def test_a_kind_of_figure_is_fed_by_one_source_alone() -> None:
    fed = [kind for terms in SOURCES.values() for kind in terms.feeds]
    assert len(fed) == len(set(fed))
    assert len(SOURCES) == 15
    assert all(terms.registry for terms in SOURCES.values() if terms.feeds)


def test_what_was_received_lately_is_not_asked_for_again() -> None:
    def lookup(question: Question):
        return date(2026, 11, 1), [Value("wage_income", 5)]

    feeds = ReceivedFeeds()
    assert not feeds.has(QUESTION, date(2026, 11, 23))
    plug(lookup)
    try:
        assert connectors.for_question(QUESTION, date(2026, 11, 23)).name == "received"
        ticket = Ticket(feeds.ask(QUESTION, START), QUESTION)
        assert [v.amount for r in feeds.poll([ticket], START) for v in r.values] == [5]
        assert not feeds.has(QUESTION, date(2027, 2, 1))
    finally:
        unplug(lookup)
