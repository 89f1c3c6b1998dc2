from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache  # a page draws dozens of them, each always the same
def icon(name: str) -> SafeString:
    """An icon of the sprite beside the words that say the same: a screen reader passes over it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" width="20" height="20" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        static("icons/lucide.svg"),
        name,
    )
