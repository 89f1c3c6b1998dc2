"""Takes the place of Django's filter `date` in every template."""

from django import template

from accounts.dates import in_words

register = template.Library()
register.filter("date", in_words, expects_localtime=True, is_safe=False)
