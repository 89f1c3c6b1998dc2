"""`python -m tests.bench.live`: from the tap on an answer to the word that it is recorded, in a browser.

A real site as `make demo` serves it, 100 ms of latency added to every request by the browser; prints p50 and
p95 over 50 records, on a phone's screen. Nothing here is a test; no figure fails.
"""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.bench.sites import manage, ours, prepare
from tests.browser.visits import launch

# In the page itself, so that driving the browser is not measured; to the first frame that shows it.
TAP = """(button) => new Promise((done, failed) => {
  const start = performance.now();
  const watch = new MutationObserver(() => {
    if (!document.querySelector("#results .pick-done")) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
  });
  watch.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => failed(new Error("not recorded")), 10000);
  button.click();
})"""
MAKE_SESSION = """
import sys
from datetime import timedelta
from django.conf import settings
from django.utils.timezone import now
from accounts.models import User
from django.test import Client
from recruiting.domain.sessions import SessionFacts, plan_session
from recruiting.models import Application
host = User.objects.get(email="thomas@verrebrume.example")
agreed = {"stage": "final", "format": "video", "language": "en", "length_minutes": 60}
facts = SessionFacts(starts_at=now(), hosts=[host], **agreed)
application = Application.objects.filter(outcome="").order_by("pk").first()
session = plan_session(application=application, facts=facts, by=host, at=now() - timedelta(hours=1))
client = Client()
client.force_login(host, backend=settings.AUTHENTICATION_BACKENDS[0])
print(session.pk, client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=50)
    parser.add_argument("--latency", type=int, default=100, help="in ms, added to each request")
    parser.add_argument("--answers", type=int, default=0, help="added in bulk, ten answers given for each")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "live"
        folder.mkdir()
        prepare(folder, answers=options.answers)
        session, cookie = manage(folder, "shell", "-v", "0", "-c", MAKE_SESSION).split()
        with ours(folder) as (url, _pid):
            spent = measure(url, session, cookie, records=options.records, latency=options.latency)
    print(f"{len(spent)} records, {options.latency} ms of latency added to each request:")
    print(f"p50 {_at(spent, 50)} ms, p95 {_at(spent, 95)} ms, longest {round(max(spent))} ms")


def measure(url: str, session: str, cookie: str, *, records: int, latency: int) -> list[float]:
    """The times in ms, each of another search."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(viewport={"width": 360, "height": 740}, base_url=url)
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])
        page = context.new_page()
        page.goto(f"/sessions/{session}/answer/")
        _delay(context.new_cdp_session(page), latency)
        spent = [_record(page, number) for number in range(records)]
        browser.close()
        return spent


def _record(page: Page, number: int) -> float:
    """Search, then tap one of the answers found; other words each time, so that other answers come first."""
    words = ["turnover", "training", "manager", "team", "pay", "remote", "career", "project"]
    page.locator("#question-search").fill(words[number % len(words)])
    page.locator(f"#results[data-query='{words[number % len(words)]}'] [data-first-tap]").first.wait_for()
    taps = page.locator("#results [data-first-tap]")
    tap = taps.nth(number // len(words) % taps.count())
    spent = float(tap.evaluate(TAP))
    page.wait_for_load_state("networkidle")
    return spent


def _delay(browser: CDPSession, latency: int) -> None:
    browser.send("Network.enable")
    conditions = {"offline": False, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.send("Network.emulateNetworkConditions", conditions)


def _at(spent: list[float], percent: int) -> int:
    ordered = sorted(spent)
    return round(ordered[min(len(ordered) * percent // 100, len(ordered) - 1)])


if __name__ == "__main__":
    main()
