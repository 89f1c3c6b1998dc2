"""Keeping someone who may join, and what is known of them; by import many at once."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.domain.activity import record_activities
from ledger.domain.fingerprints import fingerprint
from recruiting.models import Candidate


@dataclass(frozen=True, kw_only=True)
class CandidateFacts:
    name: str
    email: str
    language: str
    source: str = ""
    reference: str = ""


FACTS = [field.name for field in fields(CandidateFacts)]


class CandidateChanged(Exception):
    """Someone else changed what is known of the candidate since the person read it."""


class CandidateErased(Exception):
    """Nothing of them may be written any more, and nothing planned."""


def fingerprint_of_candidate(candidate: Candidate) -> str:
    """Tells two states of what its form shows apart."""
    consents = "consents" if candidate.consented_at else ""
    return fingerprint(*(getattr(candidate, name) for name in FACTS), consents)


def add_candidate(*, facts: CandidateFacts, by: User, at: datetime) -> Candidate:
    """Keep someone who may join. Whether they are known already is for the form to ask."""
    return add_candidates(facts=[facts], by=by, at=at)[0]


@transaction.atomic
def add_candidates(*, facts: Sequence[CandidateFacts], by: User, at: datetime) -> list[Candidate]:
    """The same for many, all or none."""
    candidates = Candidate.objects.bulk_create(Candidate(**vars(told), created_at=at) for told in facts)
    record_activities(actor=by, verb="add", acts=((row, {}) for row in candidates), at=at)
    return candidates


@transaction.atomic
def edit_candidate(
    *,
    candidate: Candidate,
    facts: CandidateFacts,
    as_of: str,
    by: User,
    at: datetime,
    consents: bool | None = None,
) -> None:
    """Correct what is known of one, and whether they agree to be contacted again, if that is said.

    `as_of` is the fingerprint of what was read. Raises CandidateChanged and CandidateErased.
    """
    stored = hold_candidate(candidate.pk)
    if fingerprint_of_candidate(stored) != as_of:
        raise CandidateChanged
    edit_candidates(changes=[(stored, facts)], by=by, at=at)
    if consents is not None:
        record_consent(candidate=candidate, consents=consents, by=by, at=at)


@transaction.atomic
def edit_candidates(*, changes: Sequence[tuple[Candidate, CandidateFacts]], by: User, at: datetime) -> None:
    """Change what is known of candidates, all or none; past sessions show the names as they are now."""
    for candidate, facts in changes:
        for name, value in vars(facts).items():
            setattr(candidate, name, value)
    Candidate.objects.bulk_create(
        [candidate for candidate, _facts in changes],
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=FACTS,
    )
    record_activities(actor=by, verb="edit", acts=((row, {}) for row, _facts in changes), at=at)


@transaction.atomic
def record_consent(*, candidate: Candidate, consents: bool, by: User | None, at: datetime) -> None:
    """Whether they agree to be contacted again, which decides how long their file is kept.

    Raises CandidateErased.
    """
    standing = hold_candidate(candidate.pk)
    if (standing.consented_at is not None) != consents:
        standing.consented_at = at if consents else None
        standing.save(update_fields=["consented_at"])
        record_activities(actor=by, verb="consent", acts=[(standing, {"consents": consents})], at=at)
    candidate.consented_at = standing.consented_at


def hold_candidate(pk: int) -> Candidate:
    """The row as it stands, held until the transaction ends: nobody erases it meanwhile.

    Raises CandidateErased.
    """
    candidate = Candidate.objects.select_for_update(no_key=True).get(pk=pk)
    if candidate.is_erased:
        raise CandidateErased
    return candidate
