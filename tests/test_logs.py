import logging
import re
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from config.logs import WithoutPeople, WithoutPrivateAddresses

TOKEN = "NcsuVzAuXSrwdJFbjk1L0fa5xDAWq7mJrZ7nSOdqP2w"


def said(message: str, *args: object) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, None)
    assert WithoutPrivateAddresses().filter(record) is True
    return record.getMessage()


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        (f"/calendar/{TOKEN}.ics", "/calendar/…"),
        (f"/invitation/{TOKEN}/", "/invitation/…/"),
        (f"/account/password/reset/key/1-{TOKEN}/", "/account/password/reset/key/…/"),
        ("/account/password/reset/", "/account/password/reset/"),
        ("/profile/calendar/make/", "/profile/calendar/make/"),
        ("/invitations/7/revoke/", "/invitations/7/revoke/"),
        ("/wiki/question/100%25-remote/", "/wiki/question/100%25-remote/"),
    ],
)
def test_log_leaves_out_what_makes_an_address_private(path, kept):
    assert said("%s: %s", "Not Found", path) == f"Not Found: {kept}"
    assert said(f"Not Found: {path}") == f"Not Found: {kept}"


@pytest.mark.django_db
def test_refused_requests_are_logged_without_their_secrets(monkeypatch):
    [console] = [handler for handler in logging.getLogger().handlers if handler.name == "console"]
    stream = StringIO()
    monkeypatch.setattr(console, "stream", stream)
    for name in ("recruiting:calendar_feed", "accounts:invitation_accept"):
        assert Client().put(reverse(name, args=[TOKEN])).status_code == 405
    assert Client().get(f"/calendar/{TOKEN}/").status_code == 404
    logged = stream.getvalue()
    assert TOKEN not in logged
    assert "Method Not Allowed (PUT): /calendar/…" in logged
    assert "Not Found: /calendar/…" in logged


def test_log_names_nobody_not_in_a_traceback_either():
    error = ValueError("bad row\nDETAIL:  Failing row contains (7, Ada Lovelace).\nat ada@verger.example")
    args = ("<ada.l+1@verger.example>",)
    record = logging.LogRecord("trial", logging.ERROR, "", 0, "%s failed", args, (ValueError, error, None))
    logged = WithoutPeople("%(levelname)s %(message)s").format(record)
    assert logged.startswith("ERROR <…> failed\n")
    assert logged.endswith("DETAIL:  …\nat …")
    assert not {"Ada", "ada"} & set(re.findall(r"\w+", logged))
