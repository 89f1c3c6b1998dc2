"""Candidates who were told otherwise than what holds now: their list, and one to settle."""

from itertools import groupby

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.views.notices import warn_if_mail_waits
from accounts.views.paging import keyset_page, numbered_page
from accounts.views.sent_forms import acts_once
from ledger.models import OutgoingMail
from recruiting.access import may_recruit
from recruiting.domain.recall_closing import AlreadyClosed, CannotClose, close_recall
from recruiting.domain.recall_mails import letters_of, prepared_correction, with_mails
from recruiting.domain.recalls import (
    newest_change_first,
    open_recalls,
    with_what_pages_show,
)
from recruiting.domain.told_otherwise import Told, told_otherwise
from recruiting.forms.recalls import RecallForm
from recruiting.models import AnswerGiven, Recall
from wiki.diff import diff_words, left_side, right_side
from wiki.domain.citations import told
from wiki.models import Answer, Question

RECALLS_A_PAGE = 25


@require_safe
@allowed_to(may_recruit)
def recalls(request: SignedInRequest) -> HttpResponse:
    ordered = newest_change_first(open_recalls(on=localdate()))
    # Which rows first, then what is shown of them: in one query PostgreSQL reads ten times as much.
    page = numbered_page(ordered.only("pk"), request.GET, size=RECALLS_A_PAGE)
    shown = with_what_pages_show(open_recalls(on=localdate()), language=request.user.language)
    lines = shown.in_bulk([row.pk for row in page.rows])
    rows = [lines[row.pk] for row in page.rows if row.pk in lines]
    groups = [
        (answer, answer.text_in_force if answer else None, list(of_answer))
        for answer, of_answer in groupby(rows, key=_answer_told)
    ]
    return render(request, "recruiting/recalls.html", {"page": page, "groups": groups})


@require_safe
@allowed_to(may_recruit)
def recalls_closed(request: SignedInRequest) -> HttpResponse:
    titles = Question.objects.with_title(request.user.language)
    closed = Recall.objects.as_listed().prefetch_related(
        Prefetch("answer_given__revision__answer__question", queryset=titles)
    )
    page = keyset_page(closed, request.GET, order=("-closed_at", "-pk"), size=RECALLS_A_PAGE)
    return render(request, "recruiting/recalls_closed.html", {"page": page, "rows": letters_of(page.rows)})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_recruit)
@acts_once
def recall(request: SignedInRequest, given_id: int) -> HttpResponse:
    lines = with_what_pages_show(open_recalls(on=localdate()), language=request.user.language)
    line = lines.filter(pk=given_id).first()
    if line is None:
        return _settled(request, given_id)
    standing = told_otherwise(line, on=localdate())
    form = RecallForm(
        request.POST or None, standing=standing, prepared=prepared_correction(standing, by=request.user)
    )
    if form.is_valid():
        try:
            close_recall(
                given=line, how=form.closing, as_of=form.cleaned_data["seen"], by=request.user, at=now()
            )
        except AlreadyClosed:
            return _settled(request, given_id)
        except CannotClose as refusal:
            form.refuse(refusal)
        else:
            _say_closed(request, form)
            return redirect("recruiting:recalls")
    context = {"told": standing, "form": form, "before": _closed_for(given_id), **_compared(standing)}
    return render(request, "recruiting/recall.html", context)


def _answer_told(line: AnswerGiven) -> Answer | None:
    return line.revision.answer if line.revision else None


def _compared(standing: Told) -> dict[str, object]:
    """The two short answers, word by word; without what holds now, only the first."""
    before = told(standing.revision.short_answer, standing.revision.cited)
    if standing.now is None:
        return {"told_words": before}
    pieces = diff_words(before, told(standing.now.short_answer, standing.now.cited))
    return {
        "told_pieces": left_side(pieces),
        "now_pieces": right_side(pieces),
        "same_words": left_side(pieces) == right_side(pieces),
    }


def _say_closed(request: SignedInRequest, form: RecallForm) -> None:
    if form.closing.correction is not None:
        messages.success(request, _("Settled. The correction leaves with the next mails."))
        warn_if_mail_waits(request)
    else:
        messages.success(request, _("Settled."))


def _settled(request: SignedInRequest, given_id: int) -> HttpResponse:
    """How it was settled, to whoever comes later; nothing of what they sent is done."""
    given = get_object_or_404(
        with_what_pages_show(AnswerGiven.objects.all(), language=request.user.language),
        pk=given_id,
    )
    closed = _closed_for(given_id)
    # Open when its page was asked for, it may be over when its form comes back: that is told, not lost.
    if not closed and not request.POST.get("form_key"):
        raise Http404
    if request.method == "POST":
        messages.warning(
            request, _("Nothing was done: it was settled meanwhile, or it needs nothing any more.")
        )
    # What they typed is shown, so that it is not lost.
    typed = [request.POST.get(name, "") for name in ("text", "reason")]
    context = {"given": given, "closed": closed, "typed": [words for words in typed if words.strip()]}
    return render(request, "recruiting/recall_closed.html", context)


def _closed_for(given_id: int) -> list[tuple[Recall, OutgoingMail | None]]:
    return with_mails(Recall.objects.filter(answer_given=given_id).select_related("closed_by"))
