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
from accounts.views.paging import chained_page
from wiki.access import may_ask_to_verify, may_edit_answer, may_review, may_rule
from wiki.domain.harm import BY_HARM, Harm, parts_by_harm
from wiki.domain.pauses import owners_stood_in_for
from wiki.domain.review import COUNTED_UP_TO, count_up_to_limit, review_queue
from wiki.forms.review import ALL, MINE, ReviewFilterForm
from wiki.models import Figure

ANSWERS_A_PAGE = 30


@require_safe
@allowed_to(may_review)
def review(request: SignedInRequest) -> HttpResponse:
    today, user = localdate(), request.user
    form = ReviewFilterForm(request.GET, user=user, on=today)
    queue = review_queue(on=today, **form.narrowing)
    page = chained_page(parts_by_harm(queue, on=today), request.GET, order=BY_HARM, size=ANSWERS_A_PAGE)
    # Apart, or the texts beside every answer of the queue would be looked up only to be sorted.
    shown = queue.as_shown(on=today).with_question_title(user.language).in_bulk([row.pk for row in page.rows])
    rows = [
        (
            shown[row.pk],
            may_edit_answer(user, row, on=today),
            Harm.of(row, on=today).reason(on=today, beside_due_day=True),
        )
        for row in page.rows
    ]
    context = {
        "form": form,
        "tabs": _tabs(form),
        "page": page,
        "rows": rows,
        "selectable": any(editable for _answer, editable, _reason in rows),
        "count": count_up_to_limit(queue),
        "counted_up_to": COUNTED_UP_TO,
        "may_reassign": may_rule(user),
        "may_ask_to_verify": may_ask_to_verify(user),
        **_figures_to_renew(user if form.shows_mine else None, on=today),
        "back": request.GET.urlencode(),
    }
    return render(request, "wiki/review.html", context)


def _figures_to_renew(owner: User | None, *, on: date) -> dict[str, object]:
    """How many figures, of the owner or of all, ask for a value, and where they are."""
    figures = Figure.objects.to_renew(on=on)
    figures = figures.owned_by(owner, *owners_stood_in_for(user=owner, on=on)) if owner else figures
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
