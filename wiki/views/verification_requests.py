"""What owners were asked to verify again, and how far they are."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.models import User
from accounts.views.paging import keyset_page, numbered_page
from wiki.access import may_ask_to_verify, may_review, readable_requests
from wiki.domain.verification_progress import counts_of, orphans_of, owners_of
from wiki.domain.verification_request_mails import with_words
from wiki.models import Answer, Progress, RequestedVerification

REQUESTS_A_PAGE = 20
ANSWERS_A_PAGE = 100
CLOSED = "closed"


@require_safe
@allowed_to(may_review)
def verification_requests(request: SignedInRequest) -> HttpResponse:
    """The open ones, the most urgent first; or those closed, the latest asked first."""
    closed = request.GET.get("show") == CLOSED
    readable = readable_requests(request.user, on=localdate()).select_related("asked_by")
    page = keyset_page(
        readable.closed() if closed else readable.open(),
        request.GET,
        order=("-pk",) if closed else ("due_on", "pk"),
        size=REQUESTS_A_PAGE,
    )
    counts = counts_of(page.rows)
    context = {
        "page": page,
        "rows": [(one, counts[one.pk]) for one in page.rows],
        "closed": closed,
        "tabs": [
            {"url": "?", "label": pgettext("verification requests", "Open"), "current": not closed},
            {
                "url": f"?show={CLOSED}",
                "label": pgettext("verification requests", "Closed"),
                "current": closed,
            },
        ],
        "today": localdate(),
        "may_ask": may_ask_to_verify(request.user),
    }
    return render(request, "wiki/verification_requests.html", context)


@require_safe
@allowed_to(may_review)
def verification_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was asked, and for each answer who confirmed it, or for whom it waits."""
    found = readable_requests(request.user, on=localdate()).select_related("asked_by", "closed_by")
    asked = get_object_or_404(found, pk=pk)
    rows = asked.requested.with_progress().waiting_first()
    rows = rows.with_question_title(request.user.language).select_related("answer__scope", "answer__owner")
    page = numbered_page(rows, request.GET, size=ANSWERS_A_PAGE)
    may_change = asked.is_open and may_ask_to_verify(request.user)
    context = {
        "asked": asked,
        "page": page,
        "rows": with_words(page.rows),
        "count": counts_of([asked])[asked.pk],
        "owners": owners_of(asked),
        "orphans": orphans_of(asked) if may_change else [],
        "mine": _waiting_for(request.user, page.rows),
        "may_change": may_change,
        "unsettled": (Progress.WAITING, Progress.UNPUBLISHED),
        "today": localdate(),
    }
    return render(request, "wiki/verification_request.html", context)


def _waiting_for(user: User, rows: Sequence[RequestedVerification]) -> list[int]:
    """Ids of the answers among these that the user keeps and has not confirmed yet."""
    kept = Answer.objects.kept_by(user, on=localdate()).filter(pk__in=[row.answer_id for row in rows])
    mine = set(kept.values_list("pk", flat=True))
    return [row.answer_id for row in rows if row.progress == Progress.WAITING and row.answer_id in mine]
