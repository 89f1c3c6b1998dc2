import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Count, F, Q
from django.utils.timezone import make_aware

import recruiting
from accounts.local_days import start_of
from accounts.models import Role, SiteSettings, User
from ledger.models import OutgoingMail
from recruiting.domain.demo.company import Timeline
from recruiting.domain.readiness import SessionNeeds, session_needs
from recruiting.domain.recalls import open_recalls
from recruiting.models import AnswerGiven, CandidateQuestion, Recall, Session, SessionStatus, WeeklyReport
from tests.check_messages import is_ill_spaced
from wiki.domain.verification_progress import counts_of
from wiki.models import (
    Answer,
    AnswerRevision,
    Challenge,
    DigestPause,
    Figure,
    FigureValue,
    Freshness,
    Publication,
    VerificationRequest,
)

ON = date(2026, 11, 20)
DEMO_FILES = sorted(Path(recruiting.__file__).with_name("demo").rglob("*.toml"))
SEEDED_AT = make_aware(datetime.combine(ON, time(8)))


@pytest.fixture
def demo(db: None, request: pytest.FixtureRequest) -> None:
    call_command("seed_demo", language=getattr(request, "param", "en"), on=ON)


@pytest.mark.parametrize("path", DEMO_FILES, ids=lambda path: path.name)
def test_demo_has_french_typography(path: Path) -> None:
    texts = _french_texts(tomllib.loads(path.read_text(encoding="utf-8")))
    assert [text for text in texts if is_ill_spaced(text)] == []


@pytest.mark.parametrize("demo", ["en", "fr"], indirect=True)
def test_seed_demo_shows_every_state(demo: None) -> None:
    answers = Answer.objects.published()
    assert answers.count() >= 60
    for freshness in Freshness:
        assert answers.in_state(freshness, on=ON).exists(), freshness
    assert answers.orphaned().exists()
    assert Challenge.objects.open().count() >= 2
    assert answers.values("scope").distinct().count() >= 8
    assert answers.values("owner").distinct().count() >= 8
    assert Session.objects.count() >= 12
    assert AnswerGiven.objects.count() >= 40
    assert CandidateQuestion.objects.filter(gap=True).count() >= 5
    assert WeeklyReport.objects.count() == 13
    figures = WeeklyReport.objects.all()[0].content["figures"]
    for name in ("verified", "in_bulk", "unchanged", "owners", "sessions", "unused"):
        assert figures[name], name


@pytest.mark.parametrize("demo", ["en", "fr"], indirect=True)
def test_seed_demo_shows_sessions_in_every_state(demo: None) -> None:
    assert set(Session.objects.values_list("status", flat=True)) == set(SessionStatus.values)
    sessions = list(Session.objects.coming(since=SEEDED_AT).with_position_scopes())
    lacks = {_candidate(session): _lacks(needs) for session, needs in _with_needs(sessions)}
    assert lacks["Noémie"] == []
    assert lacks["Karim"] == ["unread"]
    assert lacks["Odile"] == ["stale", "lacks_host"]
    assert "lacks_pay_range" in lacks["Hugo"]
    assert "unmatched" in lacks["Lina"]
    assert "never_verified" in lacks["Samira"]


@pytest.mark.parametrize("on", [date(2026, 11, day) for day in range(16, 23)])
def test_demo_sessions_to_come_are_on_working_days(on: date) -> None:
    days = [on + timedelta(days=Timeline(on).day_to_come(offset)) for offset in range(1, 15)]
    assert all(on < day <= on + timedelta(days=14) and day.weekday() < 5 for day in days)
    assert Timeline(on).day_to_come(-6) == -6


def test_seed_demo_gives_each_answer_the_freshness_it_names(demo: None) -> None:
    verified = {a.freshness_on(ON) for a in Answer.objects.published().filter(verified_on__lte=ON)}
    assert verified == {Freshness.FRESH, Freshness.DUE_SOON, Freshness.STALE}


def test_seed_demo_begins_with_no_mail_that_came_too_late(demo: None) -> None:
    end_of_day = start_of(ON + timedelta(days=1))
    assert not OutgoingMail.objects.outlived(now=end_of_day).exists()
    assert OutgoingMail.objects.undecided().exists()


def test_seed_demo_names_who_keeps_the_wiki_and_who_stands_in(demo: None) -> None:
    settings = SiteSettings.objects.get()
    assert settings.keeper
    assert settings.stand_in
    assert (settings.keeper.name, settings.stand_in.name) == ("Claire Fontenoy", "Inès Belkacem")
    pause = DigestPause.objects.in_force(on=ON).get()
    assert pause.stand_in
    assert (pause.user.name, pause.stand_in.name) == ("Hélène Quintard", "Marc Delaunay-Roy")
    assert Answer.objects.published().owned_by(pause.user).exists()


def test_seed_demo_asks_to_verify_again(demo: None) -> None:
    open_one, closed = VerificationRequest.objects.open().get(), VerificationRequest.objects.closed().get()
    counts = counts_of([open_one, closed])
    assert [(counts[one.pk].confirmed, counts[one.pk].asked) for one in (open_one, closed)] == [
        (3, 6),
        (3, 4),
    ]


@pytest.mark.parametrize("demo", ["en", "fr"], indirect=True)
def test_seed_demo_has_an_open_recall_and_a_closed_one(demo: None) -> None:
    still_open = [line.session.application.candidate.first_name for line in open_recalls(on=ON)]
    assert set(still_open) == {"Hugo", "Samira"}
    assert Recall.objects.get().answer_given.session.application.candidate.first_name == "Maëlle"


def test_seed_demo_keeps_derived_facts_true_to_their_sources(demo: None) -> None:
    open_publications = Publication.objects.filter(ends_at=None)
    assert set(open_publications.values_list("answer", "revision")) == set(
        Answer.objects.published().values_list("pk", "published")
    )
    heads = Answer.objects.annotate(saved=Count("revisions"))
    assert not heads.exclude(saved=F("head")).exists()


def test_seed_demo_record_holds_revisions_that_have_changed_since(demo: None) -> None:
    changed = AnswerGiven.objects.filter(
        ~Q(revision=F("revision__answer__published")), revision__isnull=False
    )
    assert changed.exists()


def test_seed_demo_has_an_answer_that_is_stale_for_the_figure_it_cites(demo: None) -> None:
    states = {figure.slug: figure.validity for figure in Figure.objects.with_validity(on=ON)}
    assert sorted(states.values()) == ["ends_soon", "expired", "valid", "valid", "valid"]
    assert set(Figure.objects.orphaned().values_list("slug", flat=True)) == {"pay-gap"}
    stale = Answer.objects.published().get(question__slug="internal-mobility")
    assert stale.freshness_on(ON) == Freshness.STALE
    verification = stale.verifications.latest("at")
    assert verification.holds_until is not None
    assert verification.holds_until > ON
    assert FigureValue.objects.exclude(replaces=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_seed_demo_is_the_same_for_the_same_day() -> None:
    assert _seeded_anew() == _seeded_anew()


def test_seed_demo_refuses_a_site_with_people(demo: None) -> None:
    with pytest.raises(CommandError, match="has people already"):
        call_command("seed_demo", on=ON)
    before = User.objects.count()
    call_command("seed_demo", on=ON, if_empty=True)
    assert User.objects.count() == before


def test_seed_demo_adds_bulk_answers(db: None) -> None:
    call_command("seed_demo", on=ON, answers=60)
    bulk = Answer.objects.filter(question__slug__startswith="bulk-")
    assert bulk.count() == 60
    assert bulk.filter(published__number=5, head=5).count() == 60
    assert AnswerRevision.objects.filter(answer__in=bulk).count() == 300
    assert AnswerGiven.objects.filter(revision__answer__in=bulk).count() == 600


def _french_texts(part: Any, *, french: bool = False) -> Iterator[str]:
    match part:
        case dict():
            for key, value in part.items():
                yield from _french_texts(value, french=french or key == "fr")
        case list():
            for value in part:
                yield from _french_texts(value, french=french)
        case str() if french:
            yield part


def _with_needs(sessions: list[Session]) -> list[tuple[Session, SessionNeeds]]:
    needs = session_needs(sessions)
    return [(session, needs[session.pk]) for session in sessions]


def _candidate(session: Session) -> str:
    return session.application.candidate.first_name


def _lacks(needs: SessionNeeds) -> list[str]:
    names = ("unmatched", "missing", "stale", "never_verified", "challenged", "unread")
    return [name for name in (*names, "lacks_host", "lacks_pay_range") if getattr(needs, name)]


def _seeded_anew() -> list[object]:
    call_command("flush", interactive=False)
    for role in Role.values:  # which the flush took, with all that migrations wrote
        Group.objects.create(name=role)
    call_command("seed_demo", on=ON)
    return _rows()


def _rows() -> list[object]:
    return [
        list(Answer.objects.order_by("pk").values_list("question__slug", "scope__name", "next_review_on")),
        list(AnswerRevision.objects.order_by("pk").values_list("short_answer", "created_at")),
        list(AnswerGiven.objects.order_by("pk").values_list("said", "given_at", "client_id")),
        list(OutgoingMail.objects.order_by("pk").values_list("kind", "to_address", "created_at")),
    ]
