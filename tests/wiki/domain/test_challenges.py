import pytest

from tests.factories import AT, make_answer, make_user
from wiki.domain.challenges import AlreadyResolved, challenge_answer, resolve_challenge
from wiki.models import Answer, Challenge, Resolution

pytestmark = pytest.mark.django_db


def challenged() -> Challenge:
    answer = make_answer()
    assert answer.published
    return challenge_answer(
        answer=answer, revision=answer.published, text="Not so here", by=make_user("reader"), at=AT
    )


def resolve(challenge: Challenge, note: str = "Checked with payroll") -> None:
    resolve_challenge(
        challenge=challenge, resolution=Resolution.CONFIRMED, note=note, by=make_user("editor"), at=AT
    )


def test_challenge_flags_the_answer_until_resolved() -> None:
    challenge = challenged()
    assert Answer.objects.challenged().get() == challenge.answer
    resolve(challenge)
    assert not Answer.objects.challenged().exists()
    challenge.refresh_from_db()
    assert (challenge.resolution, challenge.resolved_at) == ("confirmed", AT)


def test_resolve_twice_keeps_the_first_word() -> None:
    challenge = challenged()
    resolve(challenge)
    with pytest.raises(AlreadyResolved):
        resolve(challenge, note="Too late")
    challenge.refresh_from_db()
    assert challenge.resolution_note == "Checked with payroll"
