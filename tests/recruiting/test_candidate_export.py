import json

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.html import escape

from ledger.domain.messages import read
from ledger.models import OutgoingMail
from recruiting.domain.candidate_export import held_about, notes_not_given
from recruiting.domain.erasure_mails import mails_naming
from recruiting.domain.erasure_search import Erased
from recruiting.domain.personal_data import reached
from recruiting.models import AnswerGiven, FigureTold
from tests.factories import make_user
from tests.recruiting.marked import ERASED_AT, MARK, make_marked

pytestmark = pytest.mark.django_db

# Of what is held about a candidate, fields without words about them.
WORDLESS = {"ledger.JobRun.job", "ledger.JobRun.period", "recruiting.TrackingImport.kind"}
MAIL = "ledger.OutgoingMail"


def test_everything_held_is_given_field_by_field_but_for_what_the_register_withholds():
    marked = make_marked()
    given = json.dumps(held_about(marked.candidate, at=ERASED_AT), ensure_ascii=False)
    counted = {"given": 0, "withheld": 0}
    for kept in reached():
        if kept.model == MAIL:
            continue
        for name in kept.names:
            values = _said(name)
            assert values or name in WORDLESS, name
            found = [value for value in values if json.dumps(value, ensure_ascii=False)[1:-1] in given]
            assert found == ([] if kept.withheld else values), name
            counted["withheld" if kept.withheld else "given"] += name not in WORDLESS
    assert counted == {"given": 17, "withheld": 5}


def _said(name: str) -> list[str]:
    model, field = name.rsplit(".", 1)
    values = apps.get_model(model).objects.values_list(field, flat=True)
    return [value for value in values if MARK.casefold() in value.casefold()]


def test_mails_to_the_candidate_are_given_and_mails_to_others_are_not():
    marked = make_marked()
    mails = OutgoingMail.objects.filter(pk__in=mails_naming(Erased.of([marked.candidate], at=ERASED_AT)))
    to_others, theirs = mails.exclude(recipient=None), mails.filter(recipient=None)
    given = held_about(marked.candidate, at=ERASED_AT)["mails"]
    assert [(mail["to"], mail["subject"]) for mail in given] == list(
        theirs.order_by("created_at", "pk").values_list("to_address", "subject")
    )
    assert {mail["text"] for mail in given} == {read(bytes(mail.message)).text for mail in theirs}
    assert to_others.count() >= 5
    assert not {mail.to_address for mail in to_others} & {mail["to"] for mail in given}


def test_what_they_were_told_comes_with_its_figures_and_dates():
    marked = make_marked()
    [application] = held_about(marked.candidate, at=ERASED_AT)["applications"]
    past, coming = application["sessions"]
    told = past["answered"][0]
    assert told["figures"] == list(FigureTold.objects.values_list("words", flat=True)[:1])
    assert told["answer"].startswith("We work 38.5")
    assert told["given"][0]["at"].startswith("2026-11-03T10:00:00")
    assert (past["hosts"], len(past["answered"])) == (["Hanna Host"], 5)
    # May be said, and not given in writing.
    assert [line["answer"] for line in past["answered"][2:3]] == [None]
    assert coming["asked_without_answer"][0]["words"].startswith("beforehand")
    assert AnswerGiven.objects.filter(session=marked.past).count() == 6
    assert notes_not_given(marked.candidate) == 1


def test_the_page_holds_what_the_file_holds_and_neither_is_kept_by_anyone(client_as):
    marked = make_marked()
    client = client_as(make_user("recruiter"))
    file = client.get(reverse("recruiting:candidate_data_json", args=[marked.application.pk]))
    assert file.headers["Cache-Control"] == "private, no-store"
    assert (
        file.headers["Content-Disposition"] == f'attachment; filename="candidate-{marked.candidate.pk}.json"'
    )
    page = client.get(reverse("recruiting:candidate_data", args=[marked.application.pk]))
    assert page.headers["Cache-Control"] == "private, no-store"
    shown = page.content.decode()
    words = [value for value in _strings(file.json()) if MARK in value]
    assert len(words) > 20
    lines = [line.strip() for value in words for line in value.splitlines() if line.strip()]
    assert [line for line in lines if escape(line) not in shown] == []


def _strings(data):
    if isinstance(data, dict):
        return [one for value in data.values() for one in _strings(value)]
    if isinstance(data, list):
        return [one for value in data for one in _strings(value)]
    return [data] if isinstance(data, str) else []


def test_the_paper_is_in_the_candidates_language_and_the_page_in_the_readers(client_as):
    marked = make_marked()
    marked.candidate.language = "fr"
    marked.candidate.save()
    address = reverse("recruiting:candidate_data", args=[marked.application.pk])
    page = client_as(make_user("recruiter", language="en")).get(address).content.decode()
    assert '<html lang="en"' in page
    assert '<div lang="fr">' in page
