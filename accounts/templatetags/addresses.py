from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def address(email: str) -> SafeString:
    """An e-mail address that, where it is too long for the line, breaks before its @."""
    name, at, host = email.rpartition("@")
    return format_html("{}<wbr>{}{}", name, at, host)
