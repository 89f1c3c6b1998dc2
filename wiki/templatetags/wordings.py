from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from wiki.search.excerpts import Part
from wiki.search.hits import Wording

register = template.Library()


@register.simple_tag
def marked(wording: Wording) -> SafeString:
    """A text in its language, with the words that were searched for marked."""
    parts = format_html_join("", "{}", ((_part(part),) for part in wording.parts))
    return format_html('<span lang="{}">{}</span>', wording.language, parts)


def _part(part: Part) -> str:
    return format_html("<mark>{}</mark>", part.text) if part.marked else part.text
