from django import template

from accounts.models import Language

register = template.Library()


@register.filter
def language_in_sentence(code: str) -> str:
    """The name of a language of ours, for the middle of a sentence: "réponse en français"."""
    return Language(code).in_sentence
