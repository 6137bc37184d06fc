"""The last day of January: the books, the log, the clocks, the chains of the households, and what was really so."""

from __future__ import annotations

import hashlib
import subprocess
import sys

from playwright.sync_api import expect

from doudi.config.environment import ROOT

from .proof import BEGAN
from .story import Story, see

SAID = {  # what the page of a household tells at the end, in its order
    "bill": ("建立档案", "认定低保"),
    "refused": ("建立档案", "认定单人户低保"),
    "permit": ("建立档案", "认定低保"),
    "dying": ("成员去世",),
    "fading": ("认定低保", "终止低保"),
}
# From the determination to the money: case, decision, award, month, transfer, one row a paid month.
MONEY = """
SELECT a.number, d.number, w.number, to_char(l.month, 'YYYY-MM'), l.kind, t.fen FROM casework_application a
JOIN casework_determination d ON d.application_id = a.id
JOIN awards_award w ON w.number = d.award AND w.determination = d.number
JOIN payments_paymentline l ON l.award_id = w.id AND l.state = 'paid'
JOIN payments_transfer t ON t.line_id = l.id AND t.state = 'paid' AND t.fen = l.fen
WHERE a.number = %s ORDER BY l.month, l.kind
"""
FOUND = """
SELECT t.led_to, t.outcome, t.helped_on, (SELECT count(*) FROM monitoring_visitreport r WHERE r.task_id = t.id),
(SELECT array_agg(DISTINCT e.state) FROM monitoring_earlywarning e WHERE e.task_id = t.id) FROM monitoring_visittask t
WHERE t.number = %s
"""
KEPT = """
SELECT r.key, r.outcome FROM casework_clockresult r JOIN casework_application a ON a.id = r.application_id
WHERE a.number = ANY(%s)
"""
AT_ONCE = """
SELECT d.conclusion, e.kind, p.fen FROM casework_application a JOIN casework_determination d ON d.application_id = a.id
JOIN payments_reliefplan n ON n.application_id = a.id JOIN payments_reliefpayment p ON p.plan_id = n.id
JOIN payments_entry e ON e.id = p.entry_id WHERE a.number = %s
"""
# What would have been raised, had the trap been taken for the thing.
LOOKS_LIKE = {
    "namesake_died": "dead_but_paid",
    "death_taken_back": "dead_but_paid",
    "company_cancelled": "company_owner",
    "benefit_elsewhere_ended": "benefit_in_two_places",
    "wage_ended": "wage_above",
    "farm_tricycle": "vehicle_undeclared",
    "car_sold": "vehicle_undeclared",
}
OURS = ("bill_case", "refused_case", "permit_case", "traveller_case")


def the_books_and_the_log(story: Story) -> None:
    """Every invariant of money; every seal, twice: by the product, and by the verifier that knows nothing of it."""
    story.turn_to("2027-01-29")
    story.command("demo", "money")
    books = story.command("ledger", "check")
    assert books.count(" ok ") == len(books.splitlines()) > 1, books
    story.command("audit", "seal")
    story.command("audit", "verify")
    export = story.var / "audit.jsonl"
    export.unlink(missing_ok=True)
    story.command("audit", "export", str(export))
    verifier = [sys.executable, str(ROOT / "tools" / "verify_audit.py")]
    told = subprocess.run([*verifier, str(export)], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-2000:]
    lines = export.read_text(encoding="utf-8").splitlines(keepends=True)
    forged = story.var / "forged.jsonl"
    middle = len(lines) // 2
    forged.write_text("".join([*lines[:middle], *lines[middle + 1 :]]), encoding="utf-8")
    assert subprocess.run([*verifier, str(forged)], capture_output=True, check=False).returncode == 1


def every_clock(story: Story) -> None:
    """None of the county's deadlines ran out unsaid; of the families of the walk none ran out at all."""
    assert story.ask("walk.proof", "silent") == []
    assert story.one("SELECT count(*) FROM casework_escalation") > 0  # the cases nobody touched were not forgotten
    assert story.one("SELECT count(*) FROM monitoring_escalation") > 0
    outcomes = story.rows(KEPT, [story[case] for case in OURS])
    assert {outcome for _key, outcome in outcomes} == {"kept"}, outcomes
    assert {key for key, _outcome in outcomes} >= {"total", "survey_start", "verification_start", "decision"}
    late = story.rows("SELECT id, due_on, ended_on FROM casework_periodicreview WHERE ended_on > due_on")
    assert late == []
    county = story.at("county_clerk")
    county.goto(f"/cases/clocks/?since={BEGAN}&key=*")
    expect(county.locator("main")).to_contain_text("按时率")
    see(county, "clocks")


def every_chain(story: Story) -> None:
    """What happened to each household, link by link: in the database, and on its page."""
    led_to, outcome, helped_on, reports, warnings = story.one(FOUND, story["task"])
    assert (led_to, outcome, f"{helped_on}", reports) == (story["bill_case"], "true", "2026-11-17", 1)
    assert warnings == ["lapsed", "verified"]  # what would have said that they do not receive lapsed by itself
    for key in ("bill", "refused", "permit"):
        rows = story.rows(MONEY, story[f"{key}_case"])
        assert {row[0] for row in rows} == {story[f"{key}_case"]}
        assert {row[2] for row in rows} == {story[f"{key}_award"]}
        assert {row[3] for row in rows} == {"2026-12", "2027-01"}
    traveller = story.one(AT_ONCE, story["traveller_case"])
    assert traveller == ("grant", "relief", story["traveller_fen"])
    on_their_pages(story)


def on_their_pages(story: Story) -> None:
    """The chain of help as a clerk reads it."""
    clerk = story.at("township_clerk")
    for key, words in SAID.items():
        clerk.goto(f"/households/{story[key]['number']}/")
        chain = clerk.locator("section", has=clerk.get_by_role("heading", name="救助链"))
        for word in words:
            expect(chain).to_contain_text(word)
        if key == "bill":
            see(clerk, "chain")


def what_was_really_so(story: Story) -> None:
    """The hidden truth was never touched; everybody in need was found; what only looked like something was not."""
    truth = story.var / "demo-truth" / "truth.parquet"
    assert hashlib.sha256(truth.read_bytes()).hexdigest() == story["truth"]
    people = story.one("SELECT detail->>'people' FROM audit_auditevent WHERE action = 'demo.generate'")
    story.command("demo", "feeds", "--recent", "--people", people, "--out", str(story.var / "feeds-again"))
    told = story.ask("walk.proof", "found")
    assert [home for home, _label, _traced, warned in told["needy"] if not warned] == []
    assert len(told["needy"]) > 0
    events = told["events"]
    assert [one for one in events if one[0] == "eligible_not_receiving" and not one[3]] == []
    fooled = [one for one in events if LOOKS_LIKE.get(one[0]) in one[3]]
    assert fooled == []
    assert sum(one[0] in LOOKS_LIKE for one in events) > 0
