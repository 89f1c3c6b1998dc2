from datetime import UTC, datetime, time

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.domain.settings import (
    SettingsChanged,
    fingerprint_of_settings,
    keepers_address,
    save_settings,
    site_settings,
)
from accounts.models import Role, SiteSettings
from ledger.domain.hours import scheduled_jobs
from ledger.models import Activity
from tests.factories import make_user

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # ten in Paris
SETTINGS = reverse("accounts:settings")


@pytest.fixture(autouse=True)
def _on_monday():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def lead():
    return make_user(Role.LEAD)


def save(by, **changed) -> None:
    given = {"keeper": None, "stand_in": None, "hours": {}, "as_of": fingerprint_of_settings(), "at": AT}
    save_settings(by=by, **(given | changed))


def hours() -> dict[str, time]:
    return {job.name: job.schedule.at for job in scheduled_jobs()}


def filled(client, **changed) -> dict[str, str]:
    """What the page's form would send as it stands."""
    form = client.get(SETTINGS).context["form"]
    return {field.html_name: field.value() or "" for field in form} | changed


def test_save_settings_keeps_what_was_decided_and_by_whom(lead):
    keeper, stand_in = make_user(Role.EDITOR), make_user(Role.LEAD)
    save(
        lead, keeper=keeper, stand_in=stand_in, hours={"owner-digests": time(9, 15), "retention": time(3, 30)}
    )
    standing = site_settings()
    assert (standing.keeper, standing.stand_in) == (keeper, stand_in)
    assert hours()["owner-digests"] == time(9, 15)
    activity = Activity.objects.about(standing).get()
    assert (activity.verb, activity.actor) == ("edit-settings", lead)
    assert activity.detail == {
        "hours": {"owner-digests": "09:15"},
        "keeper": keeper.pk,
        "stand_in": stand_in.pk,
    }


def test_save_settings_of_two_tells_the_second(lead):
    seen = fingerprint_of_settings()
    save(lead, hours={"owner-digests": time(9)})
    with pytest.raises(SettingsChanged):
        save(lead, hours={"owner-digests": time(10)}, as_of=seen)
    assert hours()["owner-digests"] == time(9)


def test_site_settings_are_one_row_with_two_people(lead):
    SiteSettings.objects.create(pk=1, keeper=lead)
    for wrong in ({"pk": 2}, {"pk": 1, "keeper": lead, "stand_in": lead}):
        SiteSettings.objects.exclude(pk=wrong["pk"]).count()
        with pytest.raises(IntegrityError), transaction.atomic():
            SiteSettings(**wrong).save()


def test_keepers_address_is_of_who_can_answer(lead):
    keeper, stand_in, owner = make_user(Role.EDITOR), make_user(Role.LEAD), make_user(Role.READER)
    assert keepers_address(besides=owner) == ""
    save(lead, keeper=keeper, stand_in=stand_in)
    assert keepers_address(besides=owner) == keeper.email
    assert keepers_address(besides=keeper) == stand_in.email
    keeper.is_active = False
    keeper.save()
    assert keepers_address(besides=owner) == stand_in.email
    stand_in.groups.clear()
    assert keepers_address(besides=owner) == ""


def test_settings_shows_hours_with_the_next_run_and_the_time_zone(client_as, lead):
    page = client_as(lead).get(SETTINGS).content.decode()
    assert "From Monday to Friday. Next: Tuesday 24 November 2026, 08:00." in page
    assert "Every week on Monday. Next: Monday 30 November 2026, 08:00." in page
    assert "Every day. Next: Tuesday 24 November 2026, 03:30." in page
    assert "Europe/Paris, where it is 10:00" in page


def test_settings_saves_what_is_chosen(client_as, lead):
    client, keeper = client_as(lead), make_user(Role.EDITOR)
    sent = filled(
        client, **{"keeper": keeper.pk, "hour-weekly-report": "07:30", "hour-owner-digests": "9h05"}
    )
    response = client.post(SETTINGS, sent, follow=True)
    assert "The settings are saved." in response.content.decode()
    assert site_settings().keeper == keeper
    assert (hours()["weekly-report"], hours()["owner-digests"]) == (time(7, 30), time(9, 5))
    assert "Next: Monday 30 November 2026, 07:30." in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("hour-owner-digests", "noon", "Enter an hour such as 08:00."),
        ("hour-owner-digests", "", "This field is required."),
        ("hour-owner-digests", "25:00", "Enter an hour such as 08:00."),
    ],
)
def test_settings_says_what_is_no_hour_and_saves_nothing(client_as, lead, field, value, words):
    client = client_as(lead)
    page = client.post(SETTINGS, filled(client, **{field: value, "hour-retention": "05:00"})).content.decode()
    assert words in page
    assert 'value="05:00"' in page
    assert hours()["retention"] == time(3, 30)


def test_settings_only_leads_and_editors_keep_the_wiki(client_as, lead):
    client = client_as(lead)
    for person in (make_user(Role.READER), make_user(Role.EDITOR, is_active=False)):
        page = client.post(SETTINGS, filled(client, keeper=person.pk)).content.decode()
        assert "Select a valid choice." in page
    page = client.post(SETTINGS, filled(client, keeper=lead.pk, stand_in=lead.pk)).content.decode()
    assert "Choose someone other than the keeper." in page
    assert not SiteSettings.objects.exists()


def test_settings_tells_the_second_who_saves_and_keeps_what_was_typed(client_as, lead):
    client = client_as(lead)
    sent = filled(client, **{"hour-weekly-report": "07:30"})
    save(lead, hours={"owner-digests": time(9)})
    response = client.post(SETTINGS, sent)
    assert "Someone else changed the settings" in response.content.decode()
    form = response.context["form"]
    assert form["hour-weekly-report"].value() == "07:30"
    assert client.post(SETTINGS, sent | {"seen": form["seen"].value()}).status_code == 302
    assert hours()["weekly-report"] == time(7, 30)


def test_settings_makes_as_many_queries_for_many_people(client_as, lead):
    client = client_as(lead)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(SETTINGS)
        return len(captured)

    few = queries()
    for _ in range(30):
        make_user(Role.EDITOR)
    assert queries() == few
