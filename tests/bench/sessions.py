"""`python -m tests.bench.sessions`: what the pages and jobs of sessions cost on a small and on a large site.

For each its number of queries on both, which should be the same, and its middle time. The large site has
20,000 answers, 200,000 answers given in 5,000 sessions, and 1,000 people. With `.ci/postgres` before it, on
PostgreSQL. Nothing here is a test; no figure fails.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.sites import ROOT, environment, prepare

SMALL, LARGE = 200, 20_000  # answers; ten times as many answers given
Costs = dict[str, tuple[int, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, nargs=2, default=[SMALL, LARGE], metavar=("SMALL", "LARGE"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        costs = []
        for answers in options.answers:
            site = Path(folder) / f"sessions_{answers}"
            site.mkdir()
            prepare(site, answers=answers)
            costs.append(measured(environment(site, "http://127.0.0.1:1")))
    show(*costs)


def measured(surroundings: dict[str, str]) -> Costs:
    """Of each page and job the queries and the middle time in ms, on the site of these settings."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.session_costs"],
        cwd=ROOT,
        env=surroundings,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    costs: Costs = json.loads(done.stdout)
    return costs


def show(small: Costs, large: Costs) -> None:
    print("| page or job | queries, small | large | ms, small | large |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, (queries, spent) in small.items():
        more, longer = large[name]
        mark = "" if more <= queries else " **more**"
        print(f"| {name} | {queries} | {more}{mark} | {spent:.0f} | {longer:.0f} |")


if __name__ == "__main__":
    main()
