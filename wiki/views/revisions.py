from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, allowed_to
from wiki.access import may_edit_answer, may_read_wiki, readable_revisions
from wiki.diff import Piece, diff_words, left_side, right_side
from wiki.domain.revisions import EditConflict, restore_revision
from wiki.models import AnswerRevision
from wiki.views.lookup import editable_answer, number_asked, readable_revision, visible_answer, whole_number
from wiki.views.parts import PARTS, label_of, words_of
from wiki.views.timeline import history_before, moment_asked, steps_of


@require_safe
@allowed_to(may_read_wiki)
def answer_history(request: SignedInRequest, pk: int) -> HttpResponse:
    answer = visible_answer(request, pk)
    revisions = readable_revisions(request.user, answer, on=localdate())
    events, earlier = history_before(answer=answer, revisions=revisions, before=moment_asked(request))
    return render(
        request,
        "wiki/answer_history.html",
        {
            "answer": answer,
            "events": events,
            "steps": steps_of(events),
            "earlier": earlier,
            "numbers": list(revisions.values_list("number", flat=True)[:200]),
            "may_edit": may_edit_answer(request.user, answer, on=localdate()),
        },
    )


@require_safe
@allowed_to(may_read_wiki)
def answer_compare(request: SignedInRequest, pk: int) -> HttpResponse:
    answer = visible_answer(request, pk)
    numbers = list(
        readable_revisions(request.user, answer, on=localdate()).values_list("number", flat=True)[:200]
    )
    newest = numbers[0] if numbers else 0
    right = readable_revision(request.user, answer, number_asked(request, "right", newest))
    before = next((number for number in numbers if number < right.number), right.number)
    left = readable_revision(request.user, answer, number_asked(request, "left", before))
    return render(
        request,
        "wiki/answer_compare.html",
        {
            "answer": answer,
            "left": left,
            "right": right,
            "parts": _parts(left, right),
            "numbers": numbers,
        },
    )


@require_safe
@allowed_to(may_read_wiki)
def revision(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    answer = visible_answer(request, pk)
    revision = readable_revision(request.user, answer, number)
    return render(
        request,
        "wiki/revision.html",
        {
            "answer": answer,
            "revision": revision,
            "may_edit": may_edit_answer(request.user, answer, on=localdate()),
        },
    )


@require_POST
@allowed_to(may_read_wiki)
def revision_restore(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    answer = editable_answer(request, pk)
    revision = readable_revision(request.user, answer, number)
    comment = _("Restores revision %(number)d") % {"number": revision.number}
    try:
        restored = restore_revision(
            answer=answer,
            revision=revision,
            base=whole_number(request.POST.get("base", ""), default=-1),
            comment=comment,
            by=request.user,
            at=now(),
        )
    except EditConflict:
        messages.warning(
            request, _("Not restored: someone saved another revision meanwhile. Read it, then decide.")
        )
        return redirect("wiki:answer_history", answer.pk)
    messages.success(request, _("Restored as draft revision %(number)d.") % {"number": restored.number})
    return redirect("wiki:answer", answer.pk)


def _parts(left: AnswerRevision, right: AnswerRevision) -> list[tuple[str, list[Piece], list[Piece]]]:
    """Each part in which the two differ: its label and its two sides."""
    parts = []
    for name in PARTS:
        before, after = getattr(left, name), getattr(right, name)
        if before != after:
            pieces = diff_words(words_of(name, before), words_of(name, after))
            parts.append((label_of(name), left_side(pieces), right_side(pieces)))
    return parts
