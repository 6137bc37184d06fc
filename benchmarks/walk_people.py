"""What people do all day, as a clerk at a desk, a coordinator on the road, a citizen at home does it.

Each act is real requests in the order a browser or a phone sends them. `wants` says what a right answer must hold: a
page of somebody else is an error, not a fast page.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from benchmarks.casework import STEPS
from benchmarks.walk_client import Answer, Visitor, form_with
from tests.field.pictures import jpeg

CLERK_THINKS, COORDINATOR_THINKS, CITIZEN_THINKS = (10.0, 20.0), (150.0, 270.0), (30.0, 90.0)
READS = ("workbench", "search", "household", "board", "task", "queue", "case", "statement", "phone pull", "phone hello",
         "citizen: form", "citizen: verify", "citizen: answer")  # fmt: skip
WRITES = ("change of household", "open case", "case step", "task decided", "visit at the desk", "phone push",
          "phone photo", "citizen: tells")  # fmt: skip
CHUNK, PHOTO = 60 * 1024, 150 * 1024
HEAD, TAIL = jpeg(b"").split(b"\x12\x34\x56")


@dataclass
class Person:
    """Somebody with a browser, a die of their own, and what they have to do."""

    browser: Visitor
    chance: random.Random
    work: dict[str, list[Any]]
    done: dict[str, int] = field(default_factory=dict)

    def next(self, what: str) -> Any:
        """The next of their work; None when it is done."""
        rows = self.work.get(what)
        return rows.pop(0) if rows else None

    def some(self, what: str) -> Any:
        """One of their work, again and again."""
        return self.chance.choice(self.work[what])

    def did(self, what: str) -> None:
        """A write was answered with yes: it must stand in the database."""
        self.done[what] = self.done.get(what, 0) + 1


Act = Callable[[Person], Awaitable[None]]


# A clerk


async def workbench(me: Person) -> None:
    """The first page of the day."""
    await me.browser.ask("workbench", "GET", "/", wants="</html>")


async def search(me: Person) -> None:
    """A name as somebody says it at the counter; whoever is found stands there."""
    name = me.some("homes")["name"]
    await me.browser.ask("search", "GET", f"/search/?q={quote(name)}", wants=name)


async def household(me: Person) -> None:
    """The file of a family."""
    number = me.some("homes")["number"]
    await me.browser.ask("household", "GET", f"/households/{number}/", wants=number)


async def statement(me: Person) -> None:
    """What a family was paid, read out to it at the counter."""
    number = me.some("homes")["number"]
    await me.browser.ask("statement", "GET", f"/payments/households/{number}/", wants=number)


async def board(me: Person) -> None:
    """The list of warnings and tasks."""
    await me.browser.ask("board", "GET", "/monitoring/", wants="</html>")


async def queue(me: Person) -> None:
    """The list of cases, then one of them."""
    await me.browser.ask("queue", "GET", "/cases/", wants="</html>")
    if me.work["cases"]:
        number = me.some("cases")["number"]
        await me.browser.ask("case", "GET", f"/cases/{number}/", wants=number)


async def address(me: Person) -> None:
    """The address of a family is put right."""
    number = me.some("homes")["number"]
    path = f"/households/{number}/address/"
    form = form_with((await me.browser.ask("household", "GET", path, wants="address")).text, "address")
    if form:
        street = f"{form['address'].split('（')[0]}（{me.chance.randrange(1, 999)} 号）"
        _count(
            me,
            await me.browser.post("change of household", path, form | {"address": street}),
            "household.correct_address",
        )


async def open_case(me: Person) -> None:
    """A family applies: the form as the registry fills it, and "no" to every group that is asked."""
    if (number := me.next("new")) is None:
        return
    path = f"/cases/new/{number}/"
    page = await me.browser.ask("case", "GET", path, wants=number)
    if form := form_with(page.text, "programme"):
        asked = {name: "none" for name in form if name.startswith("g-")}
        said = form | asked | {"cause": "收入不够生活", **({"hukou_seen": "on"} if "hukou_seen" in page.text else {})}
        _count(me, await me.browser.post("open case", path, said), "case.open")


async def step(me: Person) -> None:
    """The next step of a case, where one can be taken at the township's desk."""
    case = me.next("cases")
    if case is None or case["stage"] not in STEPS or case["stage"] == "county":
        return
    path, said = STEPS[case["stage"]]
    address = f"/cases/{case['number']}/{path}"
    page = await me.browser.ask("case", "GET", address, wants="</html>")
    if form := form_with(page.text, "version"):
        judged = dict.fromkeys(re.findall(r'name="(judge_\w+)"', page.text), "已核实")
        _count(me, await me.browser.post("case step", address, form | said | judged), "case.step")


async def task(me: Person) -> None:
    """A task is read, and decided: helped already, which nobody need have visited for; or visited from the desk."""
    if (number := me.next("tasks")) is None:
        return
    await me.browser.ask("task", "GET", f"/monitoring/tasks/{number}/", wants=number)
    await asyncio.sleep(me.chance.uniform(3, 8))
    if me.chance.random() < 0.5:
        path, kind, action = f"/monitoring/tasks/{number}/dispose/", "task decided", "monitoring.dispose"
        said = {"disposition": "already_helped", "note": "已在医保报销，家里过得去"}
    else:
        path, kind, action = f"/monitoring/tasks/{number}/visit/", "visit at the desk", "monitoring.visit"
        said = {"disposition": "false", "note": "到家里看过，情况不属实", "hour": "0"}
    form = form_with((await me.browser.ask("task", "GET", path, wants="disposition")).text, "disposition")
    if form:
        _count(me, await me.browser.post(kind, path, form | said), action)


CLERK: tuple[tuple[Act, int], ...] = (
    (workbench, 10), (search, 20), (household, 24), (statement, 8), (board, 8), (queue, 10), (address, 6),
    (open_case, 4), (step, 5), (task, 5),
)  # fmt: skip


def _count(me: Person, answer: Answer, action: str) -> None:
    if answer.status == 302:
        me.did(action)


# A coordinator's phone


@dataclass
class Phone(Person):
    """A phone with its key, what it carries along, and the token its forms need."""

    device: str = field(default_factory=lambda: str(uuid.uuid4()))
    packs: dict[str, dict[str, Any]] = field(default_factory=dict)
    token: str = ""

    async def hello(self) -> bool:
        """Who am I: the first thing of every sync."""
        answer = await self.browser.ask("phone hello", "GET", "/field/me/", wants='"staff"')
        said = read(answer)
        self.token = said.get("csrf", self.token)
        return bool(said)

    async def send(self, kind: str, path: str, body: bytes, mime: str = "application/json", wants: str = "") -> Any:
        """Something to the server, as the phone's own script sends it."""
        said = {"Content-Type": mime, "X-CSRFToken": self.token}
        return read(await self.browser.ask(kind, "POST", path, body, wants=wants, headers=said))

    async def register(self) -> None:
        """Once, at the first start."""
        await self.hello()
        await self.send("", "/field/register/", json.dumps({"device": self.device, "name": "手机"}).encode())
        await self.pull()

    async def pull(self) -> None:
        """What is new; what is gone is forgotten."""
        have = {number: pack["tag"] for number, pack in self.packs.items()}
        body = json.dumps({"device": self.device, "have": have}).encode()
        said = await self.send("phone pull", "/field/pull/", body, wants='"packs"')
        for number in said.get("gone", ()):
            self.packs.pop(number, None)
        self.packs |= {pack["number"]: pack for pack in said.get("packs", ())}


def read(answer: Answer) -> dict[str, Any]:
    """JSON of an answer; nothing of one that is none."""
    try:
        return json.loads(answer.text) if answer.status == 200 else {}
    except ValueError:
        return {}


async def sync(me: Person) -> None:
    """A round as the phone makes it: hello, what was written meanwhile, one photo in pieces, then what is new."""
    assert isinstance(me, Phone)
    if not await me.hello():
        return
    written = [_visited(me, number) for number in list(me.packs)[: me.chance.choice((0, 1, 1, 2))]]
    if written:
        body = {"device": me.device, "sent_at": _now(), "records": written}
        said = await me.send("phone push", "/field/push/", json.dumps(body).encode(), wants='"answers"')
        for answer in said.get("answers", ()):
            me.did("monitoring.visit" if answer["outcome"] == "applied" else f"phone {answer['outcome']}")
        await _photo(me, written[0]["id"])
    await me.pull()


def _visited(me: Phone, number: str) -> dict[str, Any]:
    pack = me.packs.pop(number)
    answers = {line["key"]: {"correct": True} for line in pack["facts"][:6]}
    body = {"household": pack["household"], "answers": answers, "seen": True, "hardship": "none",
            "disposition": "false", "note": "家里有人，看过了", "base": {"facts": []}}  # fmt: skip
    return {"id": str(uuid.uuid4()), "kind": "visit", "task": number, "version": pack["version"],
            "client_at": _now(-60), "offset_ms": 0, "body": body}  # fmt: skip


async def _photo(me: Phone, record: str) -> None:
    """150 KB in pieces of 60: the server says how much it has, the phone goes on there."""
    content = HEAD + os.urandom(PHOTO).replace(b"\xff", b"\x00") + TAIL
    query = {"device": me.device, "id": str(uuid.uuid4()), "record": record, "kind": "photo", "size": len(content),
             "digest": hashlib.sha256(content).hexdigest(), "taken_at": _now(-90)}  # fmt: skip
    have, state = 0, "partial"
    piece = b""
    while state == "partial":
        path = f"/field/chunk/?{urlencode(query | {'start': have})}"
        said = await me.send("phone photo", path, piece, "application/octet-stream", '"have"')
        have, state = said.get("have", 0), said.get("state", "lost")
        piece = content[have : have + CHUNK]
    me.did("field.attach" if state == "stored" else f"photo {state}")


def _now(seconds: int = 0) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


# A citizen, who never signs in


async def verify(me: Person) -> None:
    """The code on a letter is held before a camera."""
    await me.browser.ask("citizen: verify", "GET", me.some("printed"), wants="核验码相符")


async def answer(me: Person) -> None:
    """How far is what I told? The form, then the code."""
    page = await me.browser.ask("citizen: form", "GET", "/monitoring/told/", wants="查询码")
    if form := form_with(page.text, "code"):
        said = form | {"code": me.some("codes")}
        await me.browser.post("citizen: answer", "/monitoring/told/", said, wants="已收到")


async def tells(me: Person) -> None:
    """Somebody reads how to tell of a family in hardship; every fourth of them does."""
    page = await me.browser.ask("citizen: form", "GET", "/monitoring/tell/", wants="谁家有困难")
    form = form_with(page.text, "about")
    if not form or me.chance.random() > 0.25 or me.done.get("monitoring.tell", 0) > 1:
        return
    await asyncio.sleep(me.chance.uniform(5, 15))
    said = form | {
        "place": "533103",
        "about": "寨子东头第二家",
        "text": "男人住院了，家里没有收入",
        "urgency": "ordinary",
    }
    told = await me.browser.post("citizen: tells", "/monitoring/tell/", said, wants="请记下查询码")
    if told.status == 200 and "请记下查询码" in told.text:
        me.did("monitoring.tell")


CITIZEN: tuple[tuple[Act, int], ...] = ((verify, 40), (answer, 40), (tells, 20))
COORDINATOR: tuple[tuple[Act, int], ...] = ((sync, 1),)


async def day(me: Person, acts: tuple[tuple[Act, int], ...], think: tuple[float, float], until: float) -> None:
    """Act, think, act, until the time on the loop's clock; the first act comes somewhere in the first pause."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(me.chance.uniform(0, think[1]))
    verbs, weights = zip(*acts, strict=True)
    while loop.time() < until:
        await me.chance.choices(verbs, weights)[0](me)
        await asyncio.sleep(max(0.0, min(me.chance.uniform(*think), until - loop.time())))
