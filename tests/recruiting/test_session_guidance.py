from datetime import UTC, datetime, timedelta

import pytest

from recruiting.domain.session_guidance import advice_on_application, advice_on_time
from recruiting.domain.sessions import change_status
from recruiting.models import RoleSheet
from tests.factories import AT, make_user
from tests.recruiting.factories import make_application, make_position, make_session

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def kinds(application, stage: str = "final", gentler_form: str = "written") -> list[str]:
    advice = advice_on_application(application=application, stage=stage, gentler_form=gentler_form)
    return [one.kind for one in advice]


def on_time(starts_at: datetime, *hosts, minutes: int = 45, but: int | None = None) -> list[str]:
    advice = advice_on_time(starts_at=starts_at, length_minutes=minutes, hosts=hosts, at=AT, but=but)
    return [one.kind for one in advice]


def test_advice_is_of_this_application():
    application = make_application(make_position())
    assert kinds(application) == ["not-ready"]
    sheet = RoleSheet.objects.create(
        position=application.position, pay_range=" ", updated_at=AT, updated_by=make_user("lead")
    )
    assert kinds(application) == ["not-ready"]
    sheet.pay_range = "30 to 34 k€"
    sheet.save()
    assert kinds(application) == []
    assert kinds(application, gentler_form="") == ["gentler"]
    application.position.applicants_abound = True
    assert kinds(application) == ["abound"]


@pytest.mark.parametrize(
    ("stage", "early"),
    [("screening", True), ("interviews", True), ("final", False), ("offer_made", False), ("hired", False)],
)
def test_advice_names_the_best_moment_when_it_is_earlier(stage, early):
    assert ("stage" in kinds(make_application(), stage)) == early


@pytest.mark.parametrize(
    ("starts", "advice"),
    [
        (datetime(2026, 11, 3, 9, tzinfo=UTC), []),
        (datetime(2026, 11, 3, 7, tzinfo=UTC), []),  # eight in Paris
        (datetime(2026, 11, 3, 6, 59, tzinfo=UTC), ["hours"]),
        (datetime(2026, 11, 3, 18, 30, tzinfo=UTC), ["hours"]),
        (datetime(2026, 11, 7, 9, tzinfo=UTC), ["weekend"]),
        (datetime(2026, 11, 8, 2, tzinfo=UTC), ["weekend", "hours"]),
        (datetime(2026, 10, 30, 9, tzinfo=UTC), ["past"]),
    ],
)
def test_advice_on_the_hour(starts, advice):
    assert on_time(starts) == advice


def test_advice_names_a_host_who_hosts_at_that_time():
    host = make_user("reader", name="Thomas")
    session = make_session(None, host, starts_at=AT + 24 * HOUR, length_minutes=60)
    start = session.starts_at
    assert on_time(start + timedelta(minutes=59), host) == ["busy"]
    assert on_time(start - timedelta(minutes=44), host) == ["busy"]
    assert on_time(start + HOUR, host) == on_time(start - timedelta(minutes=45), host) == []
    assert on_time(start, make_user("reader")) == on_time(start, host, but=session.pk) == []
    advice = advice_on_time(starts_at=start, length_minutes=45, hosts=[host], at=AT)
    assert advice[0].words.startswith("Thomas hosts another session at that time: 3 November 2026, 10:00")
    change_status(session=session, status="cancelled", by=session.organiser, at=AT)
    assert on_time(start, host) == []
