"""The review queue: what asks for attention, a page at a time."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.models import User
from accounts.views.paging import keyset_page
from wiki.access import may_edit_answer, may_review, may_rule
from wiki.domain.review import COUNTED_UP_TO, count_up_to_limit, review_queue
from wiki.forms.review import ALL, MINE, ReviewFilterForm
from wiki.models import Figure

ANSWERS_A_PAGE = 30
MOST_OVERDUE_FIRST = ("next_review_on", "pk")


@require_safe
@allowed_to(may_review)
def review(request: SignedInRequest) -> HttpResponse:
    today, user = localdate(), request.user
    form = ReviewFilterForm(request.GET, user=user)
    queue = review_queue(on=today, **form.narrowing)
    page = keyset_page(
        queue.as_shown(on=today).with_question_title(user.language),
        request.GET,
        order=MOST_OVERDUE_FIRST,
        size=ANSWERS_A_PAGE,
    )
    rows = [(answer, may_edit_answer(user, answer)) for answer in page.rows]
    context = {
        "form": form,
        "tabs": _tabs(form),
        "page": page,
        "rows": rows,
        "selectable": any(editable for _answer, editable in rows),
        "count": count_up_to_limit(queue),
        "counted_up_to": COUNTED_UP_TO,
        "may_reassign": may_rule(user),
        **_figures_to_renew(user if form.shows_mine else None, on=today),
        "back": request.GET.urlencode(),
    }
    return render(request, "wiki/review.html", context)


def _figures_to_renew(owner: User | None, *, on: date) -> dict[str, object]:
    """How many figures, of the owner or of all, ask for a value, and where they are."""
    figures = Figure.objects.to_renew(on=on)
    figures = figures.owned_by(owner) if owner else figures
    owned = f"&owner={owner.pk}" if owner else ""
    return {
        "figures_to_renew": figures.count(),
        "figures_url": f"{reverse('wiki:figures')}?show=renew{owned}",
    }


def _tabs(form: ReviewFilterForm) -> list[dict[str, object]]:
    return [
        {"url": f"?show={MINE}", "label": _("Mine"), "current": form.shows_mine},
        {"url": f"?show={ALL}", "label": _("All"), "current": not form.shows_mine},
    ]
