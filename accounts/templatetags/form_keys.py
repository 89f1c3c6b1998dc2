import secrets

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def form_key() -> SafeString:
    """Tells this form from every other, so that the view's `once` knows it when it is sent again."""
    return format_html('<input type="hidden" name="form_key" value="{}">', secrets.token_urlsafe(16))
