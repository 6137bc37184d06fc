"""Sync of phones: ten thousand histories that must converge, and five hundred households over three megabits.

    python benchmarks/monitoring_sync.py histories [10000]
    python benchmarks/monitoring_sync.py phone URL USERNAME PASSWORD   # against a running county

`phone` opens the page in Chromium with the network held at 3 Mbps and 100 ms, and times the first fetch of all tasks
and the next one. The tasks are there already: `python -m tests.stories.fieldwork tasks 500` makes them in the demo.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from playwright.sync_api import Page, sync_playwright

from tests.field.histories import laboratory, run

MEGABIT = 1_000_000 / 8
NETWORK = {"offline": False, "latency": 100, "downloadThroughput": 3 * MEGABIT, "uploadThroughput": 3 * MEGABIT}
PIN = "280417"


def histories(count: int) -> dict[str, Any]:
    """Many histories, in pieces so that progress shows."""
    total: dict[str, Any] = {"histories": 0, "records": 0, "conflicts": 0, "replaced": 0}
    began = time.perf_counter()
    with laboratory() as page:
        for first in range(1, count + 1, 500):
            found = run(page, first=first, count=min(500, count + 1 - first))
            if found["broken"]:
                raise SystemExit(f"broken: {found['broken']}")
            total = {key: total[key] + found[key] for key in total}
            print(f"{total['histories']:,} histories", file=sys.stderr)
    return total | {"seconds": round(time.perf_counter() - began, 1), "broken": None}


def phone(url: str, username: str, password: str) -> dict[str, Any]:
    """The first fetch of all tasks on a throttled phone, and what comes after."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=url)
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto("/sign-in/?next=/field/")
        page.get_by_label("登录名").fill(username)
        page.get_by_label("密码", exact=True).fill(password)
        page.get_by_role("button", name="登录").click()
        page.get_by_label("再输一次").fill(PIN)
        page.get_by_label("口令（至少 6 位数字）").fill(PIN)
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", NETWORK)
        first = timed(page, lambda: page.get_by_role("button", name="设好，开始用").click())
        households = page.locator("a.task").count()
        later = [timed(page, lambda: again(page)) for _ in range(3)]
        browser.close()
    return {
        "households": households,
        **first,
        "after_seconds": round(statistics.median(x["seconds"] for x in later), 2),
    }


def again(page: Page) -> None:
    """The next contact: nothing is new."""
    page.goto("/field/#outbox")
    page.get_by_role("button", name="现在上传").click()


def timed(page: Page, act: Any) -> dict[str, Any]:
    """From the touch to the end of the answer to the pull, with its size on the wire."""
    began = time.perf_counter()
    with page.expect_response("**/field/pull/") as waited:
        act()
    response = waited.value
    response.finished()
    page.wait_for_function("() => !document.querySelector('#strip .strip:not(.warn)')")
    sizes = response.request.sizes()
    return {"seconds": round(time.perf_counter() - began, 2), "bytes": sizes["responseBodySize"]}


if __name__ == "__main__":
    what, *rest = sys.argv[1:] or ["histories"]
    found = phone(*rest) if what == "phone" else histories(int(rest[0]) if rest else 10_000)
    print("| what | measured |\n|---|---|")
    print("\n".join(f"| {name} | {value} |" for name, value in found.items()))
