"""`python -m tests.bench.session_costs`: queries and times of a site, as JSON, for `tests.bench.sessions`."""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import django

ROUNDS = 3
Act = Callable[[], object]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    acts = dict(_pages()) | dict(_acts())
    sys.stdout.write(json.dumps({name: _cost(act) for name, act in acts.items()}))


def _cost(act: Act) -> tuple[int, float]:
    """The most queries of the rounds, and the middle time in ms; what is written is taken back."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    counts, times = [], []
    for number in range(ROUNDS + 1):
        with transaction.atomic():
            with CaptureQueriesContext(connection) as queries:
                start = time.perf_counter()
                act()
                spent = time.perf_counter() - start
            transaction.set_rollback(True)
        if number:  # the first fills what a process reads once and keeps
            counts.append(len(queries))
            times.append(spent * 1000)
    return max(counts), statistics.median(times)


def _pages() -> Iterator[tuple[str, Act]]:
    for name, user, address in _addresses():
        yield name, _visit(user, address)


def _visit(user: object, address: str) -> Act:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])

    def visit() -> None:
        response = client.get(address)
        body = b"".join(response) if response.streaming else response.content
        if response.status_code != 200 or not body:
            raise RuntimeError(f"{address}: {response.status_code}")

    return visit


def _addresses() -> Iterator[tuple[str, object, str]]:
    from django.utils.timezone import now

    from recruiting.domain.recalls import open_recalls
    from recruiting.models import FollowUp, Session, SessionStatus

    at = now()
    people = _people()
    lead, host = people["lead"], people["reader"]
    for role, user in people.items():
        yield f"home, {role}", user, "/"
    lists = {
        "": "sessions",
        "?when=past": "sessions, past",
        "?status=closed": "sessions, closed",
        "?format=phone": "sessions, by telephone",
        "?mine=on": "sessions, mine",
        "week/": "sessions, week",
    }
    for query, name in lists.items():
        yield name, lead, f"/sessions/{query}"
    yield "sessions, of a host", host, "/sessions/?when=all"
    coming = Session.objects.coming(since=at).filter(hosts__user=host).order_by("-pk")[0]
    over = Session.objects.filter(hosts__user=host, status=SessionStatus.DEBRIEFED).order_by("-pk")[0]
    for part in ("", "briefing/", "answer/", "answer/?q=team"):
        yield f"session to come, {part or 'page'}", host, f"/sessions/{coming.pk}/{part}"
    yield "session to come, for the lead", lead, f"/sessions/{coming.pk}/"
    for part in ("", "debrief/", "record/", "record.csv", "record.json"):
        yield f"session over, {part or 'page'}", host, f"/sessions/{over.pk}/{part}"
    waiting = coming.questions.unmatched()[0]
    yield "match a question", lead, f"/sessions/{coming.pk}/questions/{waiting.pk}/match/"
    recall = open_recalls(on=at.date()).order_by("-pk")[0]
    yield from (
        ("recalls", lead, "/recalls/"),
        ("recall", lead, f"/recalls/{recall.pk}/"),
        ("follow-ups", lead, "/follow-ups/"),
        ("follow-ups, of a host", host, "/follow-ups/"),
        ("follow-up", lead, f"/follow-ups/{FollowUp.objects.order_by('-pk')[0].pk}/"),
        ("hosts", lead, "/sessions/hosts/"),
        ("positions", lead, "/positions/"),
        ("position", lead, f"/positions/{coming.application.position_id}/"),
        ("plan a session", lead, f"/applications/{coming.application_id}/sessions/new/"),
        ("weekly reports", lead, "/reports/"),
    )
    given = over.answers_given.filter(revision__isnull=False).order_by("pk")[0]
    answer = given.revision.answer
    yield "question page", lead, f"/wiki/question/{answer.question.slug}/"
    yield "question, times given", lead, f"/questions/{answer.question.slug}/given/"
    yield "answer page", lead, f"/wiki/answers/{answer.pk}/"
    yield "answer, said otherwise", lead, f"/answers/{answer.pk}/said-otherwise/"


def _acts() -> Iterator[tuple[str, Act]]:
    from django.utils.timezone import localdate, now

    from recruiting.domain.answers_given import Said, record_answer
    from recruiting.domain.contradictions import contradictions
    from recruiting.domain.demand import refresh_needs
    from recruiting.domain.demand_check import check_demand
    from recruiting.domain.reminders import send_session_reminders
    from recruiting.domain.session_changes import standing_facts
    from recruiting.domain.sessions import change_status, plan_session
    from recruiting.domain.weekly_reports import make_weekly_report
    from recruiting.models import Delivery, Session, SessionStatus
    from wiki.models import Answer

    at, day = now(), localdate()
    people = _people()
    lead, host = people["lead"], people["reader"]
    coming = Session.objects.coming(since=at).filter(hosts__user=host).order_by("-pk")[0]
    answer = Answer.objects.published().order_by("-pk")[0]
    facts = standing_facts(coming)
    # What has only come due since the site was made is not what an act costs.
    send_session_reminders(on=day, at=at)
    refresh_needs(at=at)
    how = Said(delivery=Delivery.AS_WRITTEN, host=host, client_id=uuid4())
    cancelled = SessionStatus.CANCELLED
    yield from {
        "record an answer": lambda: record_answer(
            session=coming, question=answer.question, how=how, by=host, at=at
        ),
        "plan a session, save": lambda: plan_session(
            application=coming.application, facts=facts, by=lead, at=at
        ),
        "cancel a session": lambda: change_status(
            session=Session.objects.get(pk=coming.pk), status=cancelled, by=lead, at=at
        ),
        "contradictions": lambda: contradictions(at=at, language="en", most=5),
        "weekly report, made": lambda: make_weekly_report(iso_year=2031, iso_week=2, on=day, at=at),
        "demand, checked each night": lambda: check_demand(at=at),
        "session reminders, nothing left to queue": lambda: send_session_reminders(on=day, at=at),
    }.items()


def _people() -> dict[str, object]:
    """A lead, a recruiter, and a reader who hosts a session to come and one that is over."""
    from django.utils.timezone import now

    from accounts.models import User
    from recruiting.models import Host, Session, SessionStatus

    hosts = Host.objects.filter(session__status=SessionStatus.DEBRIEFED).values("user")
    coming = Host.objects.filter(session__in=Session.objects.coming(since=now()), user__in=hosts)
    bulk = coming.filter(user__email__startswith="bulk-").order_by("pk")
    return {
        "lead": User.objects.get(email="claire@verrebrume.example"),
        "recruiter": User.objects.get(email="sophie@verrebrume.example"),
        "reader": (bulk.first() or coming.order_by("pk")[0]).user,
    }


if __name__ == "__main__":
    main()
