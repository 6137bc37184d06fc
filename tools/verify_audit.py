#!/usr/bin/env python3
"""独立核验审计链 / Verify the sealed audit log without any code of the system that wrote it.

    verify_audit.py EXPORT.jsonl                 an export of `doudi audit export`
    verify_audit.py --dsn postgresql://…         the database itself, through psycopg or else psql
      --anchor FILE       heads kept outside earlier (`doudi audit head`): the only way to notice a cut tail
      --public-key HEX    the key that must have signed every seal: the only way to notice a second chain
      --reference EXPORT  an older export: names the very events where a batch no longer agrees with its seal

Needs Python 3.9 and `cryptography`. Exit code 0: agrees; 1: does not; 2: cannot read. See docs/reference/audit.md:
event digest = SM3(line), batch digest = SM3(event digests by tx, id),
head = SM3(head before|number|tx_from|tx_until|events|batch digest|sealed_at), signature = Ed25519(head).
"""

import argparse
import json
import re
import subprocess
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SEALS = (
    "SELECT json_build_object('number', number, 'tx_from', tx_from, 'tx_until', tx_until, 'events', events,"
    " 'batch_digest', batch_digest, 'head', head, 'signature', signature, 'public_key', public_key, 'sealed_at',"
    " to_char(sealed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'))::text FROM audit_auditseal"
    " ORDER BY number"
)
EVENTS = (
    "SELECT json_build_array(tx, id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), actor_id,"
    " actor_role, actor_place, action, subject_kind, subject_id, subject_place, purpose, before_digest,"
    " after_digest, request_id, detail)::text FROM audit_auditevent ORDER BY tx, id"
)
SETTINGS = "SET client_encoding TO 'UTF8'; SET enable_sort TO off"  # the index is faster than sorting
COPIES = [f"COPY ({q}) TO STDOUT (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')" for q in (SEALS, EVENTS)]
WRAP = re.compile(rb'\{"d":"([0-9a-f]{64})","e":(.*)\}', re.S)
ALGORITHM = hashes.SM3()
FEWER, MORE = "少了 {n} 条 / {n} event(s) deleted", "多了 {n} 条 / {n} event(s) inserted"
EDITED = "有记录被改动 / an event was edited"


def sm3(data):
    digest = hashes.Hash(ALGORITHM)
    digest.update(data)
    return digest.finalize()


def lines_of_file(path):
    with open(path, "rb") as file:
        yield from (line.rstrip(b"\r\n") for line in file)


def lines_of_database(dsn):
    """Seals first, then events: what is written in between is merely not sealed yet."""
    try:
        import psycopg
    except ImportError:
        command = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", dsn, "-c", SETTINGS]
        for statement in COPIES:
            command += ["-c", statement]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as psql:
            for line in psql.stdout:
                yield line.rstrip(b"\n")
            if psql.wait():
                raise OSError("psql failed") from None
        return
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SETTINGS)
        for statement in COPIES:
            with connection.cursor().copy(statement) as copy:
                for row in copy:
                    yield bytes(row)[:-1]


def anchors_of(path):
    """Every 'number N … head H' of a text file, so that several printed heads may stand in one file."""
    with open(path, encoding="utf-8") as file:
        return {int(n): h for n, h in re.findall(r"number\s+(\d+).*?head\s+([0-9a-f]{64})", file.read(), re.S)}


class Verifier:
    """Reads seals, then events in their order; `findings` says what does not agree."""

    def __init__(self, public_key=None):
        self.public_key, self.findings, self.seals, self.suspects = public_key, [], [], {}
        self.events, self.sealed, self.batch, self.last, self.digests = 0, 0, 0, (-1, -1), {}

    def found(self, batch, chinese_english):
        self.findings.append(f"批次 {batch} / batch {batch}: {chinese_english}")

    def read(self, lines):
        for line in lines:
            if line.startswith((b'{"d":', b"[")):
                self.event(line)
            elif line and not line.startswith(b'{"doudi_audit"'):
                self.seal(json.loads(line))
        while self.batch < len(self.seals):
            self.close()
        return self

    def seal(self, seal):
        before, number = self.seals[-1] if self.seals else None, seal["number"]
        if number != (before["number"] + 1 if before else 1):
            self.found(number, "前面缺封条 / a seal before it is missing")
        if seal["tx_from"] != (before["tx_until"] if before else 0) or seal["tx_until"] <= seal["tx_from"]:
            self.found(number, "区间不相接 / its range does not follow the one before")
        parts = [seal[k] for k in ("number", "tx_from", "tx_until", "events", "batch_digest", "sealed_at")]
        text = "|".join(map(str, [before["head"] if before else "0" * 64, *parts]))
        if sm3(text.encode()).hex() != seal["head"]:
            self.found(number, "封条被改动 / the seal was edited")
        if self.public_key and seal["public_key"] != self.public_key:
            self.found(number, "不是指定的密钥签的 / signed with another key")
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key or seal["public_key"]))
            key.verify(bytes.fromhex(seal["signature"]), bytes.fromhex(seal["head"]))
        except (InvalidSignature, ValueError):
            self.found(number, "签名不对 / wrong signature")
        self.seals.append(seal)

    def event(self, line):
        wrapped = WRAP.fullmatch(line)
        body = wrapped[2] if wrapped else line
        tx, number = map(int, body[1:].split(b",", 2)[:2])
        while self.batch < len(self.seals) and tx >= self.seals[self.batch]["tx_until"]:
            self.close()
        name = self.seals[self.batch]["number"] if self.batch < len(self.seals) else "-"
        if (tx, number) <= self.last:
            self.found(name, f"记录 {number} 顺序不对 / event {number} is out of order")
        digest = sm3(body)
        if wrapped and digest.hex().encode() != wrapped[1]:
            self.found(name, f"记录 {number} 被改动 / event {number} was edited")
        self.digests[number], self.last, self.events = digest, (tx, number), self.events + 1

    def close(self):
        """The batch is complete: do its events agree with its seal?"""
        seal, have = self.seals[self.batch], len(self.digests)
        if sm3(b"".join(self.digests.values())).hex() != seal["batch_digest"] or have != seal["events"]:
            difference = have - seal["events"]
            what = (FEWER if difference < 0 else MORE if difference else EDITED).format(n=abs(difference))
            self.found(seal["number"], f"{what}（封存 {seal['events']} 条，现有 {have} 条 / sealed, found）")
            self.suspects[self.batch] = self.digests
        self.batch, self.digests, self.sealed = self.batch + 1, {}, self.sealed + have

    def compare(self, anchors):
        heads = {seal["number"]: seal["head"] for seal in self.seals}
        for number, head in sorted(anchors.items()):
            if number not in heads:
                self.found(number, "留存的链头找不到，尾部被截 / anchored head is missing: the tail was cut")
            elif heads[number] != head:
                self.found(number, "与留存的链头不同 / differs from the anchored head")

    def locate(self, lines):
        """Name the events in which a suspect batch differs from an older export, if that agrees with the seal."""
        older = {batch: {} for batch in self.suspects}
        for match in filter(None, map(WRAP.fullmatch, lines)):
            tx, number = map(int, match[2][1:].split(b",", 2)[:2])
            for batch in older:
                if self.seals[batch]["tx_from"] <= tx < self.seals[batch]["tx_until"]:
                    older[batch][number] = sm3(match[2])
        for batch, then in older.items():
            seal, now = self.seals[batch], self.suspects[batch]
            if sm3(b"".join(then.values())).hex() != seal["batch_digest"]:
                self.found(seal["number"], "旧导出也不符 / the older export does not agree either")
                continue
            for number in sorted(n for n in then.keys() | now.keys() if then.get(n) != now.get(n)):
                what = "被删除 / deleted" if number not in now else "被改动 / edited"
                what = "是后加的 / inserted" if number not in then else what
                self.found(seal["number"], f"记录 {number} {what}")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export", nargs="?")
    for option in ("--dsn", "--anchor", "--public-key", "--reference"):
        parser.add_argument(option)
    given = parser.parse_args(arguments)
    if bool(given.export) == bool(given.dsn):
        parser.error("either an export file or --dsn / 请给导出文件或 --dsn")
    try:
        lines = lines_of_file(given.export) if given.export else lines_of_database(given.dsn)
        verifier = Verifier(given.public_key).read(lines)
        verifier.compare(anchors_of(given.anchor) if given.anchor else {})
        if given.reference and verifier.suspects:
            verifier.locate(lines_of_file(given.reference))
    except (OSError, ValueError, KeyError) as error:
        print(f"无法读取 / cannot read: {error}", file=sys.stderr)
        return 2
    for finding in verifier.findings:
        print("✗", finding)
    word, rest = "✗ 不一致 / BROKEN" if verifier.findings else "✓ 一致 / OK", verifier.events - verifier.sealed
    print(f"{word}: 封条 {len(verifier.seals)}，已封 {verifier.sealed} 条，未封 {rest} 条 / seals, sealed, open")
    return 1 if verifier.findings else 0


if __name__ == "__main__":
    sys.exit(main())
