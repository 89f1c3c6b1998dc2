"""Published answers that no candidate heard for a year, frozen: to archive, to merge, or to leave."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Subquery, Window
from django.utils.timezone import localdate

from accounts.local_days import start_of
from recruiting.domain.report_rows import Part, Unused
from recruiting.models import AnswerGiven
from recruiting.models.answers_given import AnswerGivenQuerySet
from wiki.models import Answer, Publication
from wiki.models.answers import AnswerQuerySet

UNUSED_DAYS = 365
MOST_UNUSED = 500  # the page shows fewer, the spreadsheet all of them


def freeze_unused(*, on: date) -> Part:
    """Those first published over a year before `on` and given in no session since, oldest first."""
    columns: tuple[str, ...] = ("pk", "owner", "since", "total")
    found = list(_unused(on).values_list(*columns)[:MOST_UNUSED])
    given = _last_given([answer for answer, *_rest in found], on=on)
    rows = [
        Unused(answer, owner, localdate(since).isoformat(), given.get(answer))
        for answer, owner, since, _total in found
    ]
    return Part({"unused": found[0][-1] if found else 0}, {"unused": rows})


def _last_given(answers: Sequence[int], *, on: date) -> dict[int, str]:
    last = _told(on).filter(revision__answer__in=answers).order_by().values("revision__answer")
    rows = last.annotate(last=Max("given_at")).values_list("revision__answer", "last")
    return {answer: localdate(given).isoformat() for answer, given in rows}


def _told(on: date) -> AnswerGivenQuerySet:
    return AnswerGiven.objects.standing().told().filter(given_at__lt=start_of(on))


def _unused(on: date) -> AnswerQuerySet:
    """Annotated with the moment `since` when they may be said, and with the `total` of them."""
    year_ago = start_of(on - timedelta(days=UNUSED_DAYS))
    publications = Publication.objects.filter(answer=OuterRef("pk")).order_by("starts_at")
    given = _told(on).filter(revision__answer=OuterRef("pk"), given_at__gte=year_ago)
    return (
        Answer.objects.published()
        .filter(Exists(publications.filter(starts_at__lt=year_ago)), ~Exists(given))
        .annotate(since=Subquery(publications.values("starts_at")[:1]), total=Window(Count("pk")))
        .order_by("since", "pk")
    )
