"""Ask `periods_due` over years of ticks in hundreds of time zones, as a worker does that never stops.

    python -m tests.drills.zones --zones 400 --first-year 2026 --years 10

Every schedule runs exactly once for each local period of each zone: for the right one, in order, none
left out. Never before the local hour, and at the first minute that has it; where the clocks skip that
hour, later by what they skipped at most, and where they repeat it, the first time.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as local_time
from itertools import pairwise
from multiprocessing import Pool
from zoneinfo import ZoneInfo, available_timezones

from ledger.domain.schedule import WEEKEND, Daily, Schedule, Weekdays, Weekly, iso_week, periods_due
from tests.drills.sites import finish

# Half hours and quarters, summer time of half an hour or two, both ends of the day, a day skipped whole,
# summer time that pauses for Ramadan, clocks changed at midnight.
ODD = (
    *("Pacific/Kiritimati", "Pacific/Apia", "Australia/Lord_Howe", "Pacific/Pago_Pago", "Asia/Kathmandu"),
    *("Africa/Casablanca", "Europe/Paris", "America/New_York", "Antarctica/Troll", "America/Santiago"),
    *("Asia/Beirut", "America/Havana", "Atlantic/Azores", "Pacific/Chatham", "America/Nuuk"),
)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NEAR, COARSE = 5, timedelta(hours=2)  # ticks each minute so near to the hour, and so seldom elsewhere
SCHEDULES: tuple[Schedule, ...] = (
    Weekly(at=local_time(8)),
    Weekly(at=local_time(2, 30), weekday=6),  # the night in which Europe changes its clocks
    Weekdays(at=local_time(8)),
    Weekdays(at=local_time(0)),
    Daily(at=local_time(3)),
)


@dataclass(frozen=True)
class Figures:
    zones: int
    years: str
    ticks: int
    runs: int
    wrong: list[str]  # a period missing, doubled, out of order, early or late
    seconds: float

    @property
    def hold(self) -> bool:
        """Whether the promise above was kept."""
        return self.runs > 0 and not self.wrong

    def __str__(self) -> str:
        return (
            f"{self.zones} zones, {self.years}, {len(SCHEDULES)} schedules: {self.ticks} ticks, "
            f"{self.runs} runs, {len(self.wrong)} wrong; {self.seconds:.0f} s"
        ) + "".join(f"\n  {what}" for what in self.wrong[:10])


@dataclass
class Found:
    ticks: int
    runs: int
    wrong: list[str]


def run_drill(*, zones: int, first_year: int, years: int, processes: int) -> Figures:
    begin = time.monotonic()
    chosen = choose_zones(zones)
    work = [(name, first_year, years) for name in chosen]
    with Pool(processes) as pool:
        found = pool.starmap(try_zone, work, chunksize=1)
    return Figures(
        zones=len(chosen),
        years=f"{first_year} to {first_year + years - 1}",
        ticks=sum(one.ticks for one in found),
        runs=sum(one.runs for one in found),
        wrong=[what for one in found for what in one.wrong],
        seconds=time.monotonic() - begin,
    )


def choose_zones(number: int) -> list[str]:
    """The odd ones first, then others spread evenly over the names; alphabetical neighbours are alike."""
    others = sorted(available_timezones() - {*ODD, "localtime", "Factory"})
    left = max(0, min(number - len(ODD), len(others)))
    return [*ODD[:number], *(others[position * len(others) // left] for position in range(left))]


def try_zone(name: str, first_year: int, years: int) -> Found:
    zone, found = ZoneInfo(name), Found(0, 0, [])
    first, last = date(first_year, 1, 4), date(first_year + years - 1, 12, 28)
    for schedule in SCHEDULES:
        expected = dict(moments(schedule, zone, first, last))
        runs: list[tuple[str, datetime]] = []
        for now in ticks(schedule, zone, first, last):
            found.ticks += 1
            done = runs[-1][0] if runs else None
            runs += [
                (period, now) for period in periods_due(now=now, last_done=done, schedule=schedule, zone=zone)
            ]
        runs = runs[1:]  # at the first tick of all, what came before is made up for
        found.runs += len(runs)
        found.wrong += [f"{name} {schedule}: {what}" for what in faults(runs, expected, zone)]
    return found


def moments(schedule: Schedule, zone: ZoneInfo, first: date, last: date) -> Iterator[tuple[str, datetime]]:
    """Each period with the wall clock's reading at which it is due, by the calendar alone."""
    for number in range((last - first).days + 1):
        day = first + number * DAY
        at = datetime.combine(day, schedule.at, zone)
        if (isinstance(schedule, Weekdays) and day.weekday() not in WEEKEND) or isinstance(schedule, Daily):
            yield day.isoformat(), at
        elif isinstance(schedule, Weekly) and day.weekday() == schedule.weekday:
            yield iso_week(day - 7 * DAY), at


def ticks(schedule: Schedule, zone: ZoneInfo, first: date, last: date) -> list[datetime]:
    """Every two hours, and each minute about the hour by whatever offset the clocks have that day."""
    start, end = datetime.combine(first, local_time(), UTC), datetime.combine(last, local_time(), UTC)
    instants = {start + number * COARSE for number in range((end - start) // COARSE)}
    for _period, at in moments(schedule, zone, first, last):
        plain = at.replace(tzinfo=UTC)
        for offset in {(plain + shift).astimezone(zone).utcoffset() for shift in (-DAY, DAY)}:
            instants |= {plain - offset + number * MINUTE for number in range(-NEAR, NEAR + 1)}
    return sorted(instant for instant in instants if start <= instant < end)


def faults(runs: list[tuple[str, datetime]], expected: dict[str, datetime], zone: ZoneInfo) -> list[str]:
    if not runs:
        return ["no run"]
    periods = [period for period, _now in runs]
    due = sorted(expected)
    wrong = []
    if periods != due[due.index(periods[0]) : due.index(periods[-1]) + 1]:
        wrong += [f"{earlier} then {later}" for earlier, later in pairwise(periods) if later <= earlier]
        wrong += [f"{period} missing" for period in sorted(set(due) - set(periods))[:5]]
    if len(due) - len(periods) > 2:
        wrong.append(f"{len(periods)} runs for {len(due)} periods")
    return wrong + [
        f"{period} at {now.astimezone(zone)}"
        for period, now in runs
        if not in_time(expected[period], now, zone)
    ]


def in_time(at: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """At the first minute that reads the hour, or after it by what the clocks skip that day."""
    late = now.astimezone(zone).replace(tzinfo=None) - at.replace(tzinfo=None)
    if not late:
        return now.astimezone(zone).fold == 0
    before, after = ((now + shift).astimezone(zone).utcoffset() for shift in (-DAY, DAY))
    return timedelta() < late <= after - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--zones", type=int, default=60)
    parser.add_argument("--first-year", type=int, default=2026)
    parser.add_argument("--years", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    figures = run_drill(
        zones=options.zones,
        first_year=options.first_year,
        years=options.years,
        processes=options.processes,
    )
    finish(figures)


if __name__ == "__main__":
    main()
