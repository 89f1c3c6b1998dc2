"""The rendered parts of a revision: `{{ revision|details_html }}`, `{{ link|broken_at_its_parts }}`."""

import re

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from wiki import markdown
from wiki.models import AnswerRevision

BETWEEN_PARTS = re.compile(r"(?<=[^/][/?&=])(?!/)")

register = template.Library()


@register.filter
def details_html(revision: AnswerRevision) -> SafeString:
    return markdown.html_of(revision.details_html, revision.renderer_version, revision.details)


@register.filter
def example_html(revision: AnswerRevision) -> SafeString:
    return markdown.html_of(revision.example_html, revision.renderer_version, revision.example)


@register.filter
def broken_at_its_parts(address: str) -> SafeString:
    """An address that a narrow screen breaks after a slash, never in the middle of a word."""
    parts = ((part,) for part in BETWEEN_PARTS.split(address))
    return format_html_join("", "{}<wbr>", parts)
