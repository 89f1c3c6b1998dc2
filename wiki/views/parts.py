"""The parts of an answer's text, in the order they are read, as two texts are compared."""

from wiki.forms.answers import RevisionForm
from wiki.models import AnswerKind, Disclosure

PARTS = ("short_answer", "details", "example", "not_to_say", "kind", "disclosure", "evidence")
_CHOICES = {"kind": AnswerKind, "disclosure": Disclosure}


def label_of(part: str) -> str:
    return str(RevisionForm.base_fields[part].label)


def words_of(part: str, value: str) -> str:
    """What people read for a stored value."""
    choices = _CHOICES.get(part)
    return str(choices(value).label) if choices and value in choices.values else value
