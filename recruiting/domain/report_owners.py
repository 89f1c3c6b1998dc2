"""Owners by load and lateness, frozen: who keeps how many answers, and how many of them are late."""

from datetime import date

from django.db.models import Count, F, Min, Q

from recruiting.domain.report_rows import OwnerFigures, Part
from wiki.domain.harm import UNCONFIRMED
from wiki.models import Answer, Freshness

MOST_OWNERS = 200  # the page shows fewer, the spreadsheet all of them


def freeze_owners(*, on: date) -> Part:
    """Everyone who keeps a published answer, most to confirm first; orphans have nobody."""
    kept = Answer.objects.published().with_freshness(on=on).filter(Q(orphan=False))
    states = {
        f"{state.value}_answers": Count("pk", filter=Q(freshness=state))
        for state in (Freshness.STALE, Freshness.NEVER_VERIFIED, Freshness.DUE_SOON)
    }
    owners = (
        kept.order_by()
        .values("owner")
        .annotate(
            kept=Count("pk"),
            late=Count("pk", filter=Q(freshness__in=UNCONFIRMED)),
            since=Min("next_review_on", filter=Q(freshness=Freshness.STALE)),
            **states,
        )
        .order_by("-late", F("since").asc(nulls_last=True), "-kept", "owner")
    )
    rows = owners.values_list("owner", "kept", *states, "since")[:MOST_OWNERS]
    return Part(
        {"owners": kept.aggregate(owners=Count("owner", distinct=True))["owners"]},
        {
            "owners": [
                OwnerFigures._make([*row, (on - since).days if since else None]) for *row, since in rows
            ]
        },
    )
