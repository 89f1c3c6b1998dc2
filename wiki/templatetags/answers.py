"""The one door for a revision's words: `{{ revision|short_answer }}`, `{{ revision|details_html }}`.

Figures are filled in here. Pages with several revisions have `cite_figures` read them together first.
"""

import re
from collections.abc import Mapping

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from wiki import markdown
from wiki.domain.citations import Citation, cite_figures, told
from wiki.models import AnswerRevision

BETWEEN_PARTS = re.compile(r"(?<=[^/][/?&=])(?!/)")

register = template.Library()


@register.filter
def short_answer(revision: AnswerRevision) -> str:
    """Plain text, for the template to escape."""
    return told(revision.short_answer, _cited(revision))


@register.filter
def details_html(revision: AnswerRevision) -> SafeString:
    return markdown.html_of(
        revision.details_html, revision.renderer_version, revision.details, _cited(revision)
    )


@register.filter
def example_html(revision: AnswerRevision) -> SafeString:
    return markdown.html_of(
        revision.example_html, revision.renderer_version, revision.example, _cited(revision)
    )


def _cited(revision: AnswerRevision) -> Mapping[str, Citation]:
    """The revision's figures, read now if its page has not."""
    if not hasattr(revision, "cited"):
        cite_figures([revision], on=localdate())
    return revision.cited


@register.filter
def broken_at_its_parts(address: str) -> SafeString:
    """An address that a narrow screen breaks after a slash, never in the middle of a word."""
    first, *rest = BETWEEN_PARTS.split(address)
    return format_html("{}{}", first, format_html_join("", "<wbr>{}", ((part,) for part in rest)))
