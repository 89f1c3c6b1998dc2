"""The page on which answers are recorded while they are given: one form for every question found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.timezone import localdate, now

from accounts.access import SignedInRequest
from accounts.models import User
from recruiting.domain.figures_told import figures_on_screen
from recruiting.domain.picker import Pick, essential_questions, find_questions, picks
from recruiting.domain.records import asked_without_answer, read_latest, state_of_record
from recruiting.forms.answers_given import AnswerGivenForm, those_who_may_answer
from recruiting.models import AnswerGiven, CandidateQuestion, Delivery, Session
from recruiting.views.visible_sessions import shown_name
from wiki.forms.fields import LONGEST_ID
from wiki.models import Question
from wiki.search import QUERY_LENGTH

LATEST_LINES = 8


@dataclass(frozen=True)
class Found:
    """What was looked for, and the questions to show for it."""

    picks: Sequence[Pick]
    query: str = ""
    asked: CandidateQuestion | None = None


def picks_asked_for(request: SignedInRequest, session: Session) -> Found:
    """A search, one question chosen by its link, or else what the candidate asked beforehand.

    A row of the candidate's that was chosen is the only one: its match, or what its words find.
    """
    query = request.GET.get("q", "").replace("\0", "").strip()[:QUERY_LENGTH]
    waiting = asked_without_answer(session)
    asked = next((row for row in waiting if str(row.pk) == request.GET.get("asked")), None)
    rows = [asked] if asked else waiting
    slug = request.GET.get("question", "").replace("\0", "")
    if asked and asked.question_id is None and not slug:
        query = query or asked.words[:QUERY_LENGTH]
    if query:
        wanted = find_questions(query=query, language=session.language, user=request.user, on=localdate())
    elif slug:
        wanted = list(Question.objects.filter(slug=slug).values_list("pk", flat=True))
    else:
        wanted = list(dict.fromkeys(row.question_id for row in rows if row.question_id is not None))
    return Found(picks(session=session, questions=wanted, on=localdate(), asked=rows), query, asked)


def form_on_screen(request: SignedInRequest, session: Session) -> tuple[AnswerGivenForm, Found]:
    """The form that was sent, and its question with the answer as it stands now."""
    posted = request.POST.copy()
    # Each way has a button of its own name: one tap.
    for way in Delivery.values:
        if way in posted:
            posted["delivery"] = way
    question = posted.get("question", "")
    known = question.isascii() and question.isdecimal() and len(question) <= LONGEST_ID
    found = Found(picks(session=session, questions=[int(question)] if known else [], on=localdate()))
    forms = _Forms(session, request.user)
    return forms.posted(posted, found.picks[0] if found.picks else None), found


def answer_page(
    request: SignedInRequest, session: Session, found: Found, failed: AnswerGivenForm | None = None
) -> HttpResponse:
    """The whole page, or for htmx its results or the refused form alone; 422 with all that was typed."""
    forms = _Forms(session, request.user)
    context = {
        "session": session,
        "candidate": shown_name(request.user, session),
        "found": found,
        "query_length": QUERY_LENGTH,
        "cards": [
            _refused(pick, failed) if failed else (pick, forms.for_pick(pick, found.asked))
            for pick in found.picks
        ],
        "unknown_form": failed if failed and not found.picks else forms.for_unknown(found),
        "failed": failed,
        "begins_later": session.is_to_come and session.starts_at > now(),
    }
    # htmx asks for a page it has forgotten on the way back, and wants it whole.
    if request.htmx and not request.htmx.history_restore_request:
        part = "refused" if failed else "results"
        page = f"recruiting/session_answer.html#{part}"
        return render(request, page, context, status=422 if failed else 200)
    context |= so_far(session)
    context["essential"] = essential_questions(language=session.language)
    return render(request, "recruiting/session_answer.html", context, status=422 if failed else 200)


def _refused(pick: Pick, form: AnswerGivenForm) -> tuple[Pick, AnswerGivenForm]:
    """The card of a form that was refused, with the candidate's words that stood on it."""
    return replace(pick, asked=form.cleaned_data.get("asked")), form


def recorded_part(
    request: SignedInRequest, session: Session, given: AnswerGiven, *, title: str, is_what_was_sent: bool
) -> HttpResponse:
    """For htmx: the word that it is recorded, in the place of the form, and what is recorded by now."""
    context = {
        "session": session,
        "given": given,
        "title": title,
        "is_what_was_sent": is_what_was_sent,
    }
    if given.candidate_question.question_id is None:
        context["unknown_form"] = _Forms(session, request.user).for_unknown(Found([]))
    return render(request, "recruiting/answer_record.html", context | so_far(session))


def so_far(session: Session) -> dict[str, Any]:
    """What waits and what is recorded: as much however long the record grows."""
    return {
        "latest": read_latest(session, most=LATEST_LINES),
        "waiting": asked_without_answer(session),
        "state": state_of_record(session),
    }


class _Forms:
    """The forms of one page: they share the hosts, read once."""

    def __init__(self, session: Session, user: User) -> None:
        self.session, self.user = session, user
        self.hosts = those_who_may_answer(session, user)

    def posted(self, data: QueryDict, pick: Pick | None) -> AnswerGivenForm:
        return self._form(pick, data=data)

    def for_pick(self, pick: Pick, asked: CandidateQuestion | None) -> AnswerGivenForm:
        asked = asked or pick.asked
        return self._form(
            pick,
            initial={
                "question": pick.question.pk,
                "revision": pick.revision.pk if pick.revision else None,
                "figures": figures_on_screen(pick.revision, on=localdate()),
                "asked": asked.pk if asked else None,
            },
        )

    def for_unknown(self, found: Found) -> AnswerGivenForm:
        asked = found.asked
        initial = {"asked": asked.pk, "words": asked.words} if asked else {"words": found.query}
        return self._form(None, initial=initial)

    def _form(self, pick: Pick | None, **kwargs: Any) -> AnswerGivenForm:
        return AnswerGivenForm(
            session=self.session,
            user=self.user,
            hosts=self.hosts,
            revision=pick.revision if pick else None,
            on=localdate(),
            auto_id=f"id_{pick.question.pk if pick else 'unknown'}_%s",
            **kwargs,
        )
