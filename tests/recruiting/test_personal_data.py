from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.utils.module_loading import import_string

from recruiting.checks import check_personal_data
from recruiting.domain.personal_data import PARTS, fields_of_words, gone_fields, missing_rules, registered
from recruiting.models import Candidate


def test_every_field_of_words_has_a_retention_rule():
    assert missing_rules() == []
    assert gone_fields() == []
    assert len(registered()) == len(set(registered()))
    assert {"recruiting.Candidate.email", "ledger.OutgoingMail.message"} <= set(fields_of_words())


def test_the_check_fails_for_a_field_without_a_rule_and_for_a_rule_without_a_field(monkeypatch):
    assert check_personal_data() == []
    hobby = models.TextField()
    hobby.set_attributes_from_name("hobby")
    monkeypatch.setattr(Candidate._meta, "local_fields", [*Candidate._meta.local_fields[:1], hobby])
    found = [(error.id, error.msg) for error in check_personal_data()]
    assert ("recruiting.E001", "recruiting.Candidate.hobby has no retention rule.") in found
    assert ("recruiting.E002", "recruiting.Candidate.email has a retention rule and is no field.") in found


def test_the_verbs_of_the_register_exist():
    for part in PARTS.values():
        for kept in part:
            if kept.rule.verb:
                assert callable(import_string(kept.rule.verb))


def test_the_page_for_data_protection_is_the_register():
    printed = StringIO()
    call_command("personal_data", stdout=printed)
    page = Path(settings.BASE_DIR) / "docs" / "personal-data.md"
    # Else: python manage.py personal_data > docs/personal-data.md
    assert page.read_text(encoding="utf-8") == printed.getvalue()
