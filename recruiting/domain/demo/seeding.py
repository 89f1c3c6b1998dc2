"""The demonstration company's year, replayed through the product's own verbs.

Everything happens at a time counted back from the given day, in order: so a session links the
revision that was in force on its day, and each weekly report counts the wiki as it stood.
"""

from datetime import date, datetime, time

from django.db import transaction
from django.db.models import F

from ledger.models import MailState, OutgoingMail
from recruiting.domain.demand import refresh_demand
from recruiting.domain.demo.absences import plan_absences
from recruiting.domain.demo.answers import plan_answers
from recruiting.domain.demo.company import FOUNDED_DAYS_AGO, DemoCompany, Timeline, make_people, make_scopes
from recruiting.domain.demo.figures import plan_figures
from recruiting.domain.demo.hosts import plan_hosts
from recruiting.domain.demo.preparing import plan_preparing
from recruiting.domain.demo.recalls import plan_recalls
from recruiting.domain.demo.reports import plan_reports
from recruiting.domain.demo.sessions import plan_sessions
from recruiting.domain.demo.verification_requests import plan_verification_requests
from wiki.models import Category, Question


@transaction.atomic
def seed_demo(*, language: str, on: date) -> None:
    """Fill an installation that has the starter questions and no people. The same day, the same data."""
    timeline = Timeline(on)
    founded = timeline.at(FOUNDED_DAYS_AGO)
    people = make_people(language)
    company = DemoCompany(
        language=language,
        people=people,
        scopes=make_scopes(language, by=people["claire"], at=founded),
        questions={question.slug: question for question in Question.objects.select_related("category")},
        timeline=timeline,
    )
    Category.objects.filter(slug__in=["departures", "pay"]).update(default_owner=people["claire"])
    plan_figures(company)
    plan_answers(company)
    plan_hosts(company)
    plan_sessions(company)
    plan_preparing(company)
    plan_recalls(company)
    plan_verification_requests(company)
    plan_absences(company)
    plan_reports(company)
    timeline.replay()
    _pretend_old_mails_left(timeline.at(0, time(23, 59)))
    refresh_demand(at=timeline.at(0, time(3)))


def _pretend_old_mails_left(at: datetime) -> None:
    """They went out in their time: the outbox does not begin with mails that came too late."""
    old = OutgoingMail.objects.undecided().filter(expires_at__lte=at)
    old.update(state=MailState.SENT, attempts=1, sent_at=F("created_at"))
