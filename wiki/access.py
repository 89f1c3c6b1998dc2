"""Who may do what with the wiki: the verb table of the design, one function a row."""

from datetime import date

from django.utils.timezone import localdate

from accounts.models import User
from wiki.models import Answer, AnswerRevision, DigestPause, Figure, VerificationRequest
from wiki.models.revisions import AnswerRevisionQuerySet
from wiki.models.verification_requests import VerificationRequestQuerySet


def may_read_wiki(user: User) -> bool:
    return user.reads_wiki


def keeps(user: User, answer: Answer) -> bool:
    """Whether the user is the answer's owner or deputy, or stands in today for an owner who is away."""
    if user.pk in (answer.owner_id, answer.deputy_id):
        return True
    if "owner_stand_in" in answer.__dict__:  # read with the answer
        return answer.owner_stand_in == user.pk
    return answer.owner_id in _stood_in_for(user)


def _stood_in_for(user: User) -> frozenset[int]:
    """Read once per request: a list asks for each of its rows."""
    known: frozenset[int] | None = user.__dict__.get("_stood_in_for")
    if known is None:
        pauses = DigestPause.objects.in_force(on=localdate()).stood_in_by(user)
        known = user.__dict__["_stood_in_for"] = frozenset(pauses.values_list("user", flat=True))
    return known


def may_edit_answer(user: User, answer: Answer) -> bool:
    """Edit, publish, withdraw, verify, and resolve challenges."""
    return user.is_editor or (user.reads_wiki and keeps(user, answer))


def readable_revisions(user: User, answer: Answer) -> AnswerRevisionQuerySet:
    """An answer's revisions that the user may read: drafts only where they may edit."""
    revisions = AnswerRevision.objects.filter(answer=answer)
    return revisions if may_edit_answer(user, answer) else revisions.ever_published()


def may_share(user: User) -> bool:
    """Let an answer be given to candidates in writing."""
    return user.is_lead


def may_challenge(user: User) -> bool:
    return user.reads_wiki


def may_edit_questions(user: User) -> bool:
    return user.is_editor


def may_edit_figures(user: User) -> bool:
    """Define figures, name their owners, archive them."""
    return user.is_editor


def may_write_texts(user: User, *, on: date) -> bool:
    """Write the text of some answer at least: any, or one of those that they keep."""
    return user.is_editor or (user.reads_wiki and Answer.objects.current().kept_by(user, on=on).exists())


def may_record_value(user: User, figure: Figure) -> bool:
    """Record a figure's values, and correct them."""
    mine = user.pk == figure.owner_id or figure.owner_id in _stood_in_for(user)
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


def may_upload_image(user: User) -> bool:
    kept = Answer.objects.current().kept_by(user, on=localdate())
    return user.is_editor or (user.reads_wiki and kept.exists())


def may_review(user: User) -> bool:
    return user.reads_wiki


def may_have_digests(user: User) -> bool:
    """Digests go to those who keep answers, and to leads; anyone who reads may keep one tomorrow."""
    return user.reads_wiki


def may_ask_to_verify(user: User) -> bool:
    """Make a verification request, change what it asks for, and close it."""
    return user.is_lead


def readable_requests(user: User) -> VerificationRequestQuerySet:
    """The verification requests that the user may read: editors all, others those on what they keep."""
    return VerificationRequest.objects.readable_by(user, on=localdate())
