"""What the next page says of an act that succeeded, and of what happens next."""

from django.contrib import messages
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest
from accounts.dates import in_words
from wiki.domain.publication_notices import publication_notices
from wiki.models import Answer


def say_saved(request: SignedInRequest) -> None:
    messages.success(request, _("Saved as a draft. Readers see it once it is published."))


def say_published(request: SignedInRequest, answer: Answer) -> None:
    answer.refresh_from_db(fields=["verified_on", "next_review_on"])
    if answer.verified_on is None:
        next_step = _("Nobody has confirmed this text yet: read it, then say that it is still true.")
    else:
        next_step = _next_review(answer)
    messages.success(request, " ".join([_("Published."), next_step]))
    say_who_heard_otherwise(request, answer)


def say_who_heard_otherwise(request: SignedInRequest, answer: Answer) -> None:
    """What the app above knows of those who were told the words before."""
    for notice in publication_notices(answer=answer, reader=request.user, on=localdate()):
        messages.warning(request, notice)


def say_verified(request: SignedInRequest, answer: Answer) -> None:
    answer.refresh_from_db(fields=["verified_on", "next_review_on"])
    messages.success(request, " ".join([_("Confirmed as still true."), _next_review(answer)]))


def _next_review(answer: Answer) -> str:
    return _("Next review on %(due)s.") % {"due": in_words(answer.next_review_on)}
