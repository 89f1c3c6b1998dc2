"""What the wiki's pages say, to those who recruit, of candidates who were told otherwise."""

from datetime import date

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from recruiting.access import may_recruit
from recruiting.domain.recalls import count_told_otherwise
from wiki.models import Answer


def notice_of_recalls(*, answer: Answer, reader: User, on: date) -> str:
    """How many candidates were told otherwise about the answer, with the way to tell them."""
    if not may_recruit(reader):
        return ""
    number = count_told_otherwise(on=on, answer=answer)
    if not number:
        return ""
    said = ngettext(
        "%(number)d candidate was told otherwise.", "%(number)d candidates were told otherwise.", number
    )
    return format_html(
        '{} <a href="{}">{}</a>',
        said % {"number": number},
        reverse("recruiting:recalls"),
        _("Answer recalls"),
    )
