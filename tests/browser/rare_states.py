"""What a demonstration does not hold, so that every page has something to show.

Run inside a site: `manage.py shell -c "from tests.browser.rare_states import add; add()"`.
"""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

INVITED_TOKEN = "token-of-the-browser-tests"


def add() -> None:
    """Add them, and print as JSON the ids and keys that their pages need."""
    print(json.dumps(_answers() | _people() | _mails() | _reminders() | _after_sessions() | _contradiction()))


def _answers() -> dict[str, Any]:
    from django.utils.timezone import now

    from accounts.models import User
    from wiki.domain.answers import create_answer
    from wiki.domain.revisions import restore_revision
    from wiki.models import Answer, AnswerRevision, Question, Scope

    lead = User.objects.get(email__startswith="claire@")
    unanswered = Question.objects.filter(answers=None).order_by("pk").first()
    empty = create_answer(
        question=unanswered,
        scope=Scope.objects.company(),
        language=lead.language,
        owner=lead,
        by=lead,
        at=now(),
    )
    drafted = (
        Answer.objects.published()
        .filter(question__slug="training-policy", language=lead.language, scope=Scope.objects.company())
        .get()
    )
    first = AnswerRevision.objects.get(answer=drafted, number=1)
    restore_revision(answer=drafted, revision=first, base=drafted.head, comment="", by=lead, at=now())
    return {"empty": empty.pk, "drafted": drafted.pk}


def _reminders() -> dict[str, Any]:
    from django.utils.timezone import localdate

    from ledger.models import OutgoingMail
    from recruiting.domain.reminders import send_session_reminders
    from recruiting.models import Session

    session = Session.objects.filter(status="confirmed").earliest("starts_at")
    on = localdate(session.starts_at)
    send_session_reminders(on=on, at=session.starts_at - timedelta(hours=1))
    return {"reminder": OutgoingMail.objects.filter(kind="session-reminder").latest("pk").pk}


def _after_sessions() -> dict[str, Any]:
    """The mails of the day after a session, and one to its candidate, whose follow-up stays as it was."""
    from django.utils.timezone import localdate, now

    from ledger.models import OutgoingMail
    from recruiting.domain.debrief_mails import remind_of_debriefs
    from recruiting.domain.follow_up_mails import remind_of_follow_ups
    from recruiting.domain.promises import Promised, promise
    from recruiting.domain.writing_to_candidates import send_to_candidate, usual_letter
    from recruiting.models import Session

    session = Session.objects.filter(status="held").latest("starts_at")
    remind_of_debriefs(on=localdate(), at=now())
    plan = "Le plan de formation" if session.language == "fr" else "The training plan"
    owed = promise(
        session=session,
        candidate_question=None,
        promised=Promised(text=plan, owner=session.organiser, due_on=localdate()),
        client_id=uuid4(),
        by=session.organiser,
        at=now(),
    )
    remind_of_follow_ups(on=localdate(), at=now())
    letter = usual_letter(follow_up=session.follow_ups.get(kind="thanks"), by=session.organiser)
    send_to_candidate(follow_up=owed, letter=letter, by=session.organiser, at=now())
    latest = OutgoingMail.objects.order_by("-pk")
    return {
        "debrief_mail": latest.filter(kind="debrief-reminder")[0].pk,
        "follow_up_mail": latest.filter(kind="follow-up-reminder")[0].pk,
        "written_mail": latest.filter(kind="candidate-follow-up")[0].pk,
    }


def _contradiction() -> dict[str, Any]:
    """One that was dismissed and brought back, so that it is open, with its history below."""
    from django.utils.timezone import now

    from accounts.models import User
    from recruiting.domain.contradiction_dismissals import bring_back_contradiction, dismiss_contradiction
    from recruiting.domain.contradictions import contradictions

    sophie = User.objects.get(email__startswith="sophie@")
    found = contradictions(at=now(), language=sophie.language, most=1)[0]
    word = (
        "Chacun a entendu parler de son équipe." if sophie.language == "fr" else "Each heard of their team."
    )
    dismissal = dismiss_contradiction(
        position=found.position,
        question=found.question,
        word=word,
        as_of=found.latest.pk,
        by=sophie,
        at=now(),
    )
    bring_back_contradiction(dismissal=dismissal, by=sophie, at=now())
    return {"brought_back_on": found.position.pk, "brought_back": found.question.slug}


def _people() -> dict[str, Any]:
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.utils.timezone import now

    from accounts.domain.calendars import make_calendar_address
    from accounts.domain.invitations import hash_token
    from accounts.models import Invitation, User

    paul, nadia, yasmine = (
        User.objects.get(email__startswith=f"{name}@") for name in ("paul", "nadia", "yasmine")
    )
    for person in (paul, yasmine):
        TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(paul)
    key = Authenticator.objects.create(
        user=paul, type=Authenticator.Type.WEBAUTHN, data={"name": "Laptop", "credential": {}}
    )
    for days, address in ((7, "new@verrebrume.example"), (-1, "late@verrebrume.example")):
        Invitation.objects.create(
            email=address,
            roles=["reader", "recruiter"],
            language=paul.language,
            token_hash=hash_token(INVITED_TOKEN if days > 0 else address),
            invited_by=User.objects.get(email__startswith="claire@"),
            created_at=now() - timedelta(days=7 - days),
            expires_at=now() + timedelta(days=days),
        )
    make_calendar_address(user=paul, as_of="", at=now())
    reset = f"{user_pk_to_url_str(nadia)}-{default_token_generator.make_token(nadia)}"
    return {"key": key.pk, "reset": reset, "token": INVITED_TOKEN}


def _mails() -> dict[str, Any]:
    """Those that follow when someone leaves, of what two people keep today."""
    from django.utils.timezone import now

    from accounts.models import User
    from recruiting.domain.leaving import Received, all_in_hands_of
    from recruiting.domain.leaving_mails import queue_departure, queue_handover
    from wiki.domain.handing_over import ReceivedInWiki

    claire, omar, thomas, marc = (
        User.objects.get(email__startswith=f"{name}@") for name in ("claire", "omar", "thomas", "marc")
    )
    kept = all_in_hands_of(person=thomas, by=claire, language=thomas.language, at=now())
    in_wiki = ReceivedInWiki(
        owned=[answer for category in kept.wiki.categories for answer in category.answers],
        deputy_of=kept.wiki.deputy_of,
        categories=[category.category for category in kept.wiki.categories],
    )
    received = Received(wiki=in_wiki, hosts=kept.hosted, organises=kept.hosted[:1])
    handover = queue_handover(successor=marc, received=received, person=thomas, by=claire, at=now())
    departure = queue_departure(lead=claire, kept=kept, person=thomas, by=omar, at=now())
    assert handover
    assert departure
    return {"handover_mail": handover.pk, "departure_mail": departure.pk}
