"""Periods of jobs and mails, such as "2026-W47", in words."""

import re
from datetime import UTC, date, datetime

from django import template
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.dates import in_words

register = template.Library()

_WEEK = re.compile(r"(\d{4})-W(\d\d)")


@register.filter
def period_in_words(period: str) -> str:
    """A day, an hour, an ISO week, or the moment after the last "@"; nothing for any other key."""
    if week := _WEEK.fullmatch(period):
        return _("week %(week)d of %(year)s") % {"week": int(week[2]), "year": week[1]}
    try:
        if "@" in period:
            moment = datetime.fromisoformat(period.rpartition("@")[2])
            return str(in_words(localtime(moment), "DATETIME_FORMAT"))
        if "T" in period:
            hour = datetime.fromisoformat(period).replace(tzinfo=UTC)
            return str(in_words(localtime(hour), "DATETIME_FORMAT"))
        return str(in_words(date.fromisoformat(period), "DATE_FORMAT"))
    except ValueError:
        return ""
