"""Who is away in the demonstration, and who answers for what the wiki mails by itself."""

from datetime import datetime, time, timedelta

from accounts.domain.settings import fingerprint_of_settings, save_settings
from recruiting.domain.demo.company import DemoCompany
from wiki.domain.pauses import pause_digests

KEEPER, KEEPERS_STAND_IN = "claire", "ines"  # a lead and an editor
AWAY, STAND_IN = "helene", "marc"
BACK_IN_DAYS = 9


def plan_absences(company: DemoCompany) -> None:
    timeline, people = company.timeline, company.people

    def name_keepers(at: datetime) -> None:
        save_settings(
            keeper=people[KEEPER],
            stand_in=people[KEEPERS_STAND_IN],
            hours={},
            as_of=fingerprint_of_settings(),
            by=people[KEEPER],
            at=at,
        )

    def go_away(at: datetime) -> None:
        until = timeline.on + timedelta(days=BACK_IN_DAYS)
        pause_digests(user=people[AWAY], until=until, stand_in=people[STAND_IN], at=at)

    timeline.plan(timeline.at(90, time(11, 30)), name_keepers)
    timeline.plan(timeline.at(1, time(17, 30)), go_away)
