"""A form that is sent again acts once."""

from datetime import timedelta

import pytest

from ledger.domain.sent_forms import KEPT, act_once
from ledger.models import SentForm
from tests.factories import AT

pytestmark = pytest.mark.django_db


def test_act_once_leads_again_where_the_first_led():
    acts = []

    def act() -> str:
        acts.append(1)
        return f"/{len(acts)}/"

    assert [act_once(key="a", act=act, at=AT) for _press in range(3)] == ["/1/"] * 3
    assert act_once(key="b", act=act, at=AT) == "/2/"


def test_act_once_forgets_what_led_nowhere():
    assert act_once(key="a", act=lambda: "", at=AT) == ""
    assert act_once(key="a", act=lambda: "/a/", at=AT) == "/a/"


def test_act_once_forgets_what_failed():
    def fail() -> str:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - what the act raises comes through as it is
        act_once(key="a", act=fail, at=AT)
    assert not SentForm.objects.exists()


def test_act_once_keeps_a_key_for_a_day():
    act_once(key="a", act=lambda: "/a/", at=AT)
    act_once(key="b", act=lambda: "/b/", at=AT + KEPT)
    assert SentForm.objects.count() == 2
    act_once(key="c", act=lambda: "/c/", at=AT + KEPT + timedelta(seconds=1))
    assert list(SentForm.objects.order_by("key").values_list("key", flat=True)) == ["b", "c"]
