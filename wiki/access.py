"""Who may do what with the wiki: the verb table of the design, one function a row.

Who stands in for someone depends on the day, which the views alone read from the clock.
"""

from datetime import date

from accounts.models import User
from wiki.models import Answer, AnswerRevision, DigestPause, Figure, VerificationRequest
from wiki.models.revisions import AnswerRevisionQuerySet
from wiki.models.verification_requests import VerificationRequestQuerySet


def may_read_wiki(user: User) -> bool:
    return user.reads_wiki


def keeps(user: User, answer: Answer, *, on: date) -> bool:
    """Whether they are its owner or deputy, or stand in on the day `on` for an owner who is away."""
    return user.pk in (answer.owner_id, answer.deputy_id) or answer.owner_id in _stood_in_for(user, on)


def _stood_in_for(user: User, on: date) -> frozenset[int]:
    """Read once per request and day: a list asks for each of its rows."""
    known: dict[date, frozenset[int]] = user.__dict__.setdefault("_stood_in_for", {})
    if on not in known:
        pauses = DigestPause.objects.in_force(on=on).stood_in_by(user)
        known[on] = frozenset(pauses.values_list("user", flat=True))
    return known[on]


def may_edit_answer(user: User, answer: Answer, *, on: date) -> bool:
    """Edit, publish, withdraw, verify, and resolve challenges."""
    return user.is_editor or (user.reads_wiki and keeps(user, answer, on=on))


def readable_revisions(user: User, answer: Answer, *, on: date) -> AnswerRevisionQuerySet:
    """An answer's revisions that the user may read: drafts only where they may edit."""
    revisions = AnswerRevision.objects.filter(answer=answer)
    return revisions if may_edit_answer(user, answer, on=on) else revisions.ever_published()


def may_share(user: User) -> bool:
    """Let an answer be given to candidates in writing."""
    return user.is_lead


def may_challenge(user: User) -> bool:
    return user.reads_wiki


def may_edit_questions(user: User) -> bool:
    return user.is_editor


def may_see_where_given(user: User) -> bool:
    """How often an answer was given: those who recruit, and the editors who mend the answers."""
    return user.is_recruiter or user.is_editor


def may_edit_figures(user: User) -> bool:
    """Define figures, name their owners, archive them."""
    return user.is_editor


def may_write_texts(user: User, *, on: date) -> bool:
    """Write the text of some answer at least: any, or one of those that they keep."""
    return user.is_editor or (user.reads_wiki and Answer.objects.current().kept_by(user, on=on).exists())


def may_record_value(user: User, figure: Figure, *, on: date) -> bool:
    """Record a figure's values, and correct them."""
    mine = user.pk == figure.owner_id or figure.owner_id in _stood_in_for(user, on)
    return user.is_editor or (user.reads_wiki and mine)


def may_assign_owner(user: User) -> bool:
    """Name the owner and the deputy of one answer."""
    return user.is_editor


def may_archive(user: User) -> bool:
    """Take questions and answers out of the wiki's pages."""
    return user.is_editor


def may_rule(user: User) -> bool:
    """Owners in bulk, intervals, scopes, categories' rules."""
    return user.is_lead


def may_upload_image(user: User, *, on: date) -> bool:
    kept = Answer.objects.current().kept_by(user, on=on)
    return user.is_editor or (user.reads_wiki and kept.exists())


def may_review(user: User) -> bool:
    return user.reads_wiki


def may_look_for_any_owner(user: User) -> bool:
    """Narrow the queue to someone who owns nothing that is published, as mails and reports lead to."""
    return user.is_lead


def may_have_digests(user: User) -> bool:
    """Digests go to those who keep answers, and to leads; anyone who reads may keep one tomorrow."""
    return user.reads_wiki


def may_ask_to_verify(user: User) -> bool:
    """Make a verification request, change what it asks for, and close it."""
    return user.is_lead


def readable_requests(user: User, *, on: date) -> VerificationRequestQuerySet:
    """The verification requests that the user may read: editors all, others those on what they keep."""
    return VerificationRequest.objects.readable_by(user, on=on)
