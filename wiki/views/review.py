"""The review queue: what asks for attention, a page at a time."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, allowed_to
from wiki.access import may_edit_answer, may_review, may_rule
from wiki.domain.review import (
    COUNTED_UP_TO,
    Cursor,
    count_up_to_limit,
    review_page,
    review_queue,
)
from wiki.forms.review import ALL, MINE, ReviewFilterForm


@require_safe
@allowed_to(may_review)
def review(request: SignedInRequest) -> HttpResponse:
    today, user = localdate(), request.user
    form = ReviewFilterForm(request.GET, user=user)
    queue = review_queue(on=today, **form.narrowing)
    page = review_page(
        queue=queue.as_shown(on=today).with_question_title(user.language),
        after=Cursor.parse(request.GET.get("after", "")),
        before=Cursor.parse(request.GET.get("before", "")),
    )
    rows = [(answer, may_edit_answer(user, answer)) for answer in page.answers]
    context = {
        "form": form,
        "tabs": _tabs(form),
        "rows": rows,
        "selectable": any(editable for _answer, editable in rows),
        "count": count_up_to_limit(queue),
        "counted_up_to": COUNTED_UP_TO,
        "may_reassign": may_rule(user),
        "previous_url": _address(request, before=page.before),
        "next_url": _address(request, after=page.after),
        "back": request.GET.urlencode(),
    }
    return render(request, "wiki/review.html", context)


def _tabs(form: ReviewFilterForm) -> list[dict[str, object]]:
    return [
        {"url": f"?show={MINE}", "label": _("Mine"), "current": form.shows_mine},
        {"url": f"?show={ALL}", "label": _("All"), "current": not form.shows_mine},
    ]


def _address(request: SignedInRequest, **place: Cursor | None) -> str:
    """This page's address with another place in the order, or "" without one."""
    [(name, cursor)] = place.items()
    if cursor is None:
        return ""
    query = request.GET.copy()
    for key in ("after", "before"):
        query.pop(key, None)
    query[name] = str(cursor)
    return f"?{query.urlencode()}"
