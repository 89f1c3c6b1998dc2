"""The correction for a candidate who was told otherwise: prepared, edited by a person, then mailed."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.dates import in_words
from accounts.models import User
from ledger.domain.outbox import queue_mail
from ledger.models import OutgoingMail
from recruiting.domain.told_otherwise import Told
from recruiting.models import Candidate, Recall
from recruiting.models.recalls import RecallQuerySet
from wiki.domain.citations import told
from wiki.models import Question, Scope

ANSWER_CORRECTION = "answer-correction"


def prepared_correction(standing: Told, *, by: User) -> tuple[str, str]:
    """A subject and a text to begin from, in the candidate's language.

    With the answer's words where they may be given in writing, else with the offer to tell them.
    """
    with translation.override(standing.candidate.language):
        paragraphs = [
            _("Hello %(name)s,") % {"name": standing.candidate.first_name},
            " ".join([_asked(standing), _what_happened(standing)]),
            *_what_holds_now(standing),
            by.name,
        ]
        return _("What we told you has changed"), "\n\n".join(paragraphs)


def queue_correction(*, recall: Recall, candidate: Candidate, by: User, at: datetime) -> OutgoingMail | None:
    """Mail the words as they were edited; what the candidate answers goes to whoever sent them."""
    return queue_mail(
        kind=ANSWER_CORRECTION,
        recipient=None,
        to_address=candidate.email,
        language=candidate.language,
        template="answer_correction",
        context={
            "heading": recall.sent_subject,
            "words": recall.sent_text,
            "company": Scope.objects.company().name,
        },
        at=at,
        period=_period_of(recall.pk),
        reply_to=by.email,
    )


def with_mails(recalls: RecallQuerySet) -> list[tuple[Recall, OutgoingMail | None]]:
    """Each with what was mailed when it was settled, as long as the outbox keeps it."""
    rows = recalls.with_settled_first()
    periods = {row: _period_of(row.settled_first) for row in rows}  # type: ignore[attr-defined]
    mails = OutgoingMail.objects.as_listed().filter(kind=ANSWER_CORRECTION)
    found = {mail.period: mail for mail in mails.filter(period__in=periods.values())}
    return [(recall, found.get(period)) for recall, period in periods.items()]


def letters_of(recalls: Iterable[Recall]) -> list[tuple[Recall, OutgoingMail | None]]:
    """The same for recalls already read, as they are."""
    rows = list(recalls)
    letters = dict(with_mails(Recall.objects.filter(pk__in=[recall.pk for recall in rows])))
    return [(recall, letters.get(recall)) for recall in rows]


def _period_of(recall: int) -> str:
    """Of the first of those settled together, for which the one mail is kept."""
    return f"recall-{recall}"


def _asked(standing: Told) -> str:
    asked = standing.given.candidate_question
    question = Question.objects.with_title(standing.candidate.language).get(
        pk=standing.revision.answer.question_id
    )
    day = in_words(localdate(standing.given.given_at), "DATE_FORMAT")
    return _("When we met on %(day)s, you asked us: “%(question)s”") % {
        "day": day,
        "question": asked.words or question.title,
    }


def _what_happened(standing: Told) -> str:
    if standing.challenge is not None:
        return _("What we answered was not right, and we would rather you knew it from us.")
    return _("What we answered does not hold any more, and we would rather you knew it from us.")


def _what_holds_now(standing: Told) -> list[str]:
    if standing.now is None or not standing.may_be_written or standing.is_not_rewritten:
        return [
            _(
                "I would like to tell you in person how things stand today: "
                "reply to this mail, and I will call you when it suits you."
            )
        ]
    return [
        _("Here is what holds today:"),
        told(standing.now.short_answer, standing.now.cited),
        _("If you have a question about it, just reply to this mail."),
    ]
