"""The mails about answers, one function each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse

from accounts.domain.settings import keepers_address
from accounts.models import User
from ledger.domain.links import absolute
from ledger.domain.outbox import queue_mail
from ledger.models import OutgoingMail
from wiki.domain.digest_contents import OWNER_DIGEST, DigestContents
from wiki.domain.harm import Harm
from wiki.models import Answer, Category, Figure, Question, Validity

ASSIGNMENT = "assignment"


@dataclass(frozen=True, kw_only=True)
class AssignedQuestion:
    title: str
    category: Category
    link: str


@dataclass(frozen=True, kw_only=True)
class DigestEntry:
    """One answer of a digest; `reason` is put into the recipient's language when the mail is made."""

    answer: Answer
    on: date
    for_owner: bool  # whose owner the recipient is not
    link: str

    @property
    def reason(self) -> str:
        return Harm.of(self.answer, on=self.on).reason(on=self.on)


@dataclass(frozen=True, kw_only=True)
class FigureEntry:
    """One figure to renew; `ends_on` is the last day of its value, None without one."""

    label: str
    validity: Validity
    ends_on: date | None
    link: str


def queue_assignment(
    *, answers: Sequence[Answer], owner: User, language: str, by: User, at: datetime
) -> OutgoingMail | None:
    """Tell someone which questions they were asked to answer, in the order of the wiki."""
    links = {
        answer.question_id: absolute(reverse("wiki:answer_edit", args=[answer.pk])) for answer in answers
    }
    questions = Question.objects.filter(pk__in=links).select_related("category").with_title(owner.language)
    entries = [
        AssignedQuestion(title=question.title, category=question.category, link=links[question.pk])
        for question in questions.in_order()
    ]
    return queue_mail(
        kind=ASSIGNMENT,
        recipient=owner,
        to_address=owner.email,
        language=owner.language,
        template="assignment",
        context={"questions": entries, "by": by.name, "answer_language": language},
        at=at,
        reply_to="" if by == owner else by.email,
    )


def queue_owner_digest(
    user: User, contents: DigestContents, *, on: date, at: datetime
) -> OutgoingMail | None:
    """Tell someone which answers need attention, once for the day `on`: else None.

    It is worth nothing once the next day's is due.
    """
    pause_link = absolute(reverse("wiki:digest_pause"))
    return queue_mail(
        kind=OWNER_DIGEST,
        period=on.isoformat(),
        recipient=user,
        to_address=user.email,
        language=user.language,
        template="owner_digest",
        context={
            "entries": [_entry(answer, user, on=on) for answer in contents.answers],
            "total": contents.total,
            "more": contents.total - len(contents.answers),
            "late": [_entry(answer, user, on=on) for answer in contents.late],
            "late_total": contents.late_total,
            "late_more": contents.late_total - len(contents.late),
            "figures": [_figure_entry(figure, user) for figure in contents.figures],
            "figures_total": contents.figures_total,
            "figures_more": contents.figures_total - len(contents.figures),
            "figures_link": absolute(f"{reverse('wiki:figures')}?show=renew&owner=me"),
            "queue_link": absolute(f"{reverse('wiki:review')}?show=mine"),
            "late_link": absolute(f"{reverse('wiki:review')}?show=all"),
            "stands_in_for": contents.stands_in_for,
            "pause_link": pause_link,
        },
        at=at,
        scheduled=True,
        expires_at=at + timedelta(days=1),
        reply_to=keepers_address(besides=user),
        unsubscribe_url=pause_link,
    )


def _entry(answer: Answer, user: User, *, on: date) -> DigestEntry:
    link = absolute(reverse("wiki:answer", args=[answer.pk]))
    return DigestEntry(answer=answer, on=on, for_owner=answer.owner_id != user.pk, link=link)


def _figure_entry(figure: Figure, user: User) -> FigureEntry:
    return FigureEntry(
        label=figure.label(user.language),
        validity=Validity(figure.validity),
        ends_on=figure.ends_on,
        link=absolute(reverse("wiki:figure", args=[figure.slug])),
    )


def still_concerns(mail: OutgoingMail) -> bool:
    """Whether answers may still be in the recipient’s hands; asked again when the mail is about to go."""
    return mail.recipient is not None and User.objects.get(pk=mail.recipient_id).may_own
