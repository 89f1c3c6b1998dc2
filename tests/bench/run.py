"""`make bench`: our pages at two sizes beside a bare Django page, in turn, in one run.

Single figures move with the machine's mood: read the ratios. Nothing here is a test; no figure fails.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from tests.bench.load import Target, median_ms, requests_per_second
from tests.bench.sites import ROOT, bare, environment, ours, prepare, worker_megabytes

LEAD = "claire@verrebrume.example"
PASSWORD = "contrechamp-demo"
ROUNDS = 3
SAVES = 30
FEW = 200  # answers in bulk, enough for every list to have a row and a second page
# As recruiting.domain.demo.bulk writes them: in every text, in some percent, in a few.
PAGES = {
    "question page, two answers": "/wiki/question/onboarding/",
    "question page, twelve answers": "/wiki/question/bulk-1/",
    "answer page": "",  # the first bulk answer's, found below
    "search, rare word": "/wiki/search/?q=detail77",
    "search, middling word": "/wiki/search/?q=theme7",
    "search, common word": "/wiki/search/?q=team",
    "review queue": "/wiki/review/?show=all",
    "sessions": "/sessions/",
    "weekly report page": "/reports/",
    "home": "/",
}


@dataclass
class Figures:
    rate: dict[str, float] = field(default_factory=dict)  # requests/s at 16 connections
    time: dict[str, float] = field(default_factory=dict)  # ms at one connection


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--seconds", type=float, default=3.0, help="of load for each page and round")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for answers in options.answers:
            _measure_size(Path(folder) / str(answers), answers, options.seconds)
        _compare_queries(Path(folder), max(options.answers))


def _compare_queries(folder: Path, answers: int) -> None:
    """Whether any page that links lead to makes more queries at the largest size than with a few answers."""
    few = folder / "few"
    few.mkdir()
    prepare(few, answers=FEW)
    before, after = (_run("tests.bench.crawl", each) for each in (few, folder / str(answers)))
    more = {page: (before[page], after[page]) for page in before.keys() & after.keys()}
    grown = {page: pair for page, pair in more.items() if pair[1] > pair[0]}
    print(f"Queries with {FEW} bulk answers and with {answers:,}: {len(more)} pages, {len(grown)} make more.")
    for page, (first, second) in sorted(grown.items()):
        print(f"- {page}: {first}, then {second}")


def _measure_size(folder: Path, answers: int, seconds: float) -> None:
    folder.mkdir()
    seeding = prepare(folder, answers=answers)
    with bare(folder) as (bare_url, bare_cookie), ours(folder) as (url, pid):
        browser, cookie = _sign_in(url)
        answer = _first_bulk_answer(browser, url)
        pages = PAGES | {"answer page": f"/wiki/answers/{answer}/"}
        targets = {"bare Django page": Target(bare_url, "/", bare_cookie)}
        targets |= {name: Target(url, path, cookie) for name, path in pages.items()}
        figures = _measure(targets, seconds)
        save = _measure_saves(browser, url, answer)
        memory = worker_megabytes(pid)
    queries = _count_queries(folder, pages)
    report_seconds, report_memory = _measure_report(folder)
    _print(answers, figures, queries, save=save, seeding=seeding, memory=memory)
    print(f"| weekly report, whole command | | {report_seconds:.1f} s, {report_memory:.0f} MB | | |")
    print()


def _measure(targets: dict[str, Target], seconds: float) -> Figures:
    """Each page in turn, several rounds; the middle of the rounds."""
    rates: dict[str, list[float]] = {name: [] for name in targets}
    times: dict[str, list[float]] = {name: [] for name in targets}
    for _ in range(ROUNDS):
        for name, target in targets.items():
            times[name].append(median_ms(target))
            rates[name].append(requests_per_second(target, seconds=seconds))
    return Figures(
        rate={name: statistics.median(values) for name, values in rates.items()},
        time={name: statistics.median(values) for name, values in times.items()},
    )


def _measure_saves(browser: OpenerDirector, url: str, answer: int) -> float:
    """The middle time in ms of posting the edit form: revision, activity, publication and search index."""
    spent = []
    address = f"{url}/wiki/answers/{answer}/edit/"
    for number in range(SAVES):
        fields = _form_fields(browser.open(address).read().decode())
        fields |= {"short_answer": f"Said in a few words, for the time number {number}.", "publish": "1"}
        data = urlencode(fields).encode()
        start = time.perf_counter()
        landed = browser.open(address, data=data)
        spent.append(time.perf_counter() - start)
        if landed.geturl() == address:
            raise RuntimeError("the form was not accepted: " + landed.read().decode()[:3000])
    return statistics.median(spent) * 1000


def _form_fields(page: str) -> dict[str, str]:
    """What a browser would send of the first form after the main heading."""
    form = page[page.index("<main") :]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, kind = _attribute(tag, "name"), _attribute(tag, "type")
        if name and (kind not in ("radio", "checkbox", "file", "submit") or " checked" in tag):
            fields.setdefault(name, _attribute(tag, "value"))
    for tag, text in re.findall(r"(<textarea[^>]*>)(.*?)</textarea>", form, re.DOTALL):
        fields[_attribute(tag, "name")] = unescape(text).removeprefix("\n")
    for tag, body in re.findall(r"(<select[^>]*>)(.*?)</select>", form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        fields[_attribute(tag, "name")] = chosen[1] if chosen else ""
    return fields


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def _sign_in(url: str) -> tuple[OpenerDirector, str]:
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    address = f"{url}/account/login/"
    fields = _form_fields(browser.open(address).read().decode())
    fields |= {"login": LEAD, "password": PASSWORD}
    browser.open(address, data=urlencode(fields).encode())
    return browser, "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def _first_bulk_answer(browser: OpenerDirector, url: str) -> int:
    page = browser.open(f"{url}/wiki/question/bulk-1/").read().decode()
    found = re.search(r"/wiki/answers/(\d+)/", page)
    if found is None:
        raise RuntimeError("no answer on the question page")
    return int(found[1])


def _measure_report(folder: Path) -> tuple[float, float]:
    """Seconds and peak MB of the weekly report of a week that has none yet."""
    child = (
        "import resource, runpy, sys; sys.argv = ['manage.py', 'send_weekly_report', '--on', '2031-01-06'];\n"
        "try: runpy.run_path('manage.py', run_name='__main__')\n"
        "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", child],
        cwd=ROOT,
        env=environment(folder, "http://127.0.0.1:1"),
        check=True,
        capture_output=True,
        text=True,
    )
    return time.perf_counter() - start, float(done.stdout.split()[-1])


def _count_queries(folder: Path, pages: dict[str, str]) -> dict[str, int]:
    counts = _run("tests.bench.queries", folder, *pages.values())
    return {name: counts[path] for name, path in pages.items()} | {"bare Django page": 3}


def _run(module: str, folder: Path, *arguments: str) -> dict[str, int]:
    """What a module prints as JSON about the site in the folder."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment(folder, "http://127.0.0.1:1"),
        check=True,
        capture_output=True,
        text=True,
    )
    counts: dict[str, int] = json.loads(done.stdout)
    return counts


def _print(
    answers: int, figures: Figures, queries: dict[str, int], *, save: float, seeding: float, memory: float
) -> None:
    base = figures.rate["bare Django page"]
    print(f"\n## {answers:,} answers (seeded in {seeding:.0f} s; largest web worker {memory:.0f} MB)\n")
    print("| page | requests/s at 16 | p50 at 1, ms | of bare Django | queries |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, rate in figures.rate.items():
        print(f"| {name} | {rate:.0f} | {figures.time[name]:.1f} | {rate / base:.2f} | {queries[name]} |")
    print(f"| save and publish, whole request | | {save:.1f} | | |")


if __name__ == "__main__":
    main()
