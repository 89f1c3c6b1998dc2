"""The rendered parts of a revision: `{{ revision|details_html }}`, `{{ revision|example_html }}`."""

from django import template
from django.utils.safestring import SafeString

from wiki import markdown
from wiki.models import AnswerRevision

register = template.Library()


@register.filter
def details_html(revision: AnswerRevision) -> SafeString:
    return markdown.html_of(revision.details_html, revision.renderer_version, revision.details)


@register.filter
def example_html(revision: AnswerRevision) -> SafeString:
    return markdown.html_of(revision.example_html, revision.renderer_version, revision.example)
