"""Days of the company's time zone, as the moments at which they begin."""

from datetime import date, datetime, time

from django.utils.timezone import make_aware


def start_of(day: date) -> datetime:
    """Midnight of the local day."""
    return make_aware(datetime.combine(day, time.min))
