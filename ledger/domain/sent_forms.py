"""A form that is sent twice acts once."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from ledger.models import SentForm

KEPT = timedelta(days=1)


def forget_sent_forms(*, at: datetime) -> int:
    """Those of more than a day ago; how many."""
    removed, _ = SentForm.objects.filter(at__lt=at - KEPT).delete()
    return removed


@transaction.atomic
def act_once(*, key: str, act: Callable[[], str], at: datetime) -> str:
    """The address that `act` led to, whoever of those with the same key came first and did it.

    An `act` that led nowhere (""), or raised, leaves no trace, so the form may be sent again.
    """
    forget_sent_forms(at=at)
    # Of two at once the unique key lets one act; the other waits for it, then reads where it led.
    sent, is_first = SentForm.objects.get_or_create(key=key, defaults={"at": at})
    if not is_first:
        return sent.address
    sent.address = act()
    if sent.address:
        sent.save(update_fields=["address"])
    else:
        sent.delete()
    return sent.address
