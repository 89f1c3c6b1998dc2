"""What every kind of mail must have, whichever app sends it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

EMAILS = Path(settings.BASE_DIR) / "templates" / "emails"
SUBJECT = ".subject.txt"
MAILS = sorted(path.name.removesuffix(SUBJECT) for path in EMAILS.glob(f"*{SUBJECT}"))
SOURCES = [
    path.read_text()
    for app in ("accounts", "ledger", "recruiting", "wiki")
    for path in (Path(settings.BASE_DIR) / app).rglob("*.py")
]


def test_every_mail_that_is_queued_has_templates():
    named = {name for source in SOURCES for name in re.findall(r'\btemplate="(\w+)"', source)}
    assert named == set(MAILS)


@pytest.mark.parametrize("name", MAILS)
def test_mail_has_a_subject_a_text_and_an_html_side(name):
    subject, text, html = ((EMAILS / f"{name}{ending}").read_text() for ending in (SUBJECT, ".txt", ".html"))
    # Subjects and texts are no HTML: an apostrophe stays one.
    assert "{{" not in subject or "{% autoescape off %}" in subject
    assert '{% extends "emails/base.txt" %}' in text
    assert '{% extends "emails/base.html" %}' in html


@pytest.mark.parametrize("name", MAILS)
def test_mail_says_every_word_in_both_languages(name):
    for ending in (SUBJECT, ".txt", ".html"):
        source = (EMAILS / f"{name}{ending}").read_text()
        words = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", source, flags=re.DOTALL)
        words = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>|&[a-z]+;", "", words, flags=re.DOTALL)
        assert re.findall(r"[A-Za-zÀ-ÿ]+", words) == []


@pytest.mark.parametrize("name", MAILS)
def test_mail_loads_nothing_from_elsewhere(name):
    source = (EMAILS / f"{name}.html").read_text()
    assert not re.search(r"<(img|link|script|iframe)\b|url\(|\|\s*safe\b", source)
