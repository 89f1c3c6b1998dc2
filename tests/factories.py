"""Plain makers of what tests need, through the domain's own verbs; every argument has a default."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.utils.timezone import make_aware

from accounts.models import User
from wiki.domain.answers import create_answer, publish_revision, verify_answer
from wiki.domain.figures import FigureText, Measured, create_figure, record_value
from wiki.domain.revisions import RevisionText, save_revision
from wiki.models import (
    Answer,
    AnswerRevision,
    Category,
    Figure,
    FigureValue,
    Phrasing,
    PhrasingKind,
    Question,
    Scope,
    ScopeKind,
)

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # a Monday
PASSWORD = "a quiet afternoon"

_numbers = count(1)


def make_user(
    *roles: str, email: str = "", name: str = "", password: str | None = PASSWORD, **fields: Any
) -> User:
    """A user who holds exactly these roles: none without arguments."""
    number = next(_numbers)
    user = User.objects.create_user(
        email or f"person{number}@example.com", password, name=name or f"Person {number}", **fields
    )
    # Made here when missing: a test that flushes the database also empties what migrations put in it.
    user.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
    return user


def make_company() -> Scope:
    """The root scope, made once."""
    company = Scope.objects.filter(kind=ScopeKind.COMPANY).first()
    return company or _scope(name="Example company", kind=ScopeKind.COMPANY, parent=None)


def make_scope(name: str = "", *, kind: str = ScopeKind.TEAM, parent: Scope | None = None) -> Scope:
    """A scope below `parent`, else below the company; with the kind "company", the company itself."""
    if kind == ScopeKind.COMPANY:
        return make_company()
    return _scope(name=name or f"Scope {next(_numbers)}", kind=kind, parent=parent or make_company())


def _scope(*, name: str, kind: str, parent: Scope | None) -> Scope:
    scope = Scope.objects.create(name=name, kind=kind, parent=parent, path=f"new-{next(_numbers)}")
    scope.path = f"{parent.path if parent else '/'}{scope.pk}/"
    scope.save(update_fields=["path"])
    return scope


def make_category(slug: str = "", **fields: Any) -> Category:
    number = next(_numbers)
    names = {"name_en": f"Category {number}", "name_fr": f"Rubrique {number}", "rank": number}
    return Category.objects.create(slug=slug or f"category-{number}", **(names | fields))


def make_question(
    slug: str = "",
    *,
    en: str | None = None,
    fr: str | None = None,
    category: Category | None = None,
    **fields: Any,
) -> Question:
    """A question with a canonical phrasing in both languages; an empty text leaves that language out."""
    number = next(_numbers)
    question = Question.objects.create(
        slug=slug or f"question-{number}", category=category or make_category(), **({"rank": number} | fields)
    )
    texts = {
        "en": f"What is the answer to question {number}?" if en is None else en,
        "fr": f"Quelle est la réponse à la question {number} ?" if fr is None else fr,
    }
    for language, text in texts.items():
        if text:
            make_phrasing(question, text, language=language, kind=PhrasingKind.CANONICAL)
    return question


def make_phrasing(
    question: Question, text: str, *, language: str = "en", kind: str = PhrasingKind.VARIANT
) -> Phrasing:
    return Phrasing.objects.create(question=question, text=text, language=language, kind=kind)


def make_answer(
    question: Question | None = None,
    scope: Scope | None = None,
    language: str = "en",
    *,
    owner: User | None = None,
    deputy: User | None = None,
    published: bool = True,
    short: str = "Eight per cent left in 2026.",
    verified_on: date | None = None,
    interval_days: int | None = None,
    by: User | None = None,
    at: datetime | None = None,
    **text: Any,
) -> Answer:
    """An answer with one revision, published unless told otherwise, verified on `verified_on` if given.

    Without `at`, what is written happens on the day of the verification, or else on AT. Other keyword
    arguments (details, example, disclosure, kind, …) are the revision's text.
    """
    by = by or owner or make_user("editor")
    at = at or (make_aware(datetime.combine(verified_on, time(9))) if verified_on else AT)
    answer = create_answer(
        question=question or make_question(),
        scope=scope or make_company(),
        language=language,
        owner=owner,
        deputy=deputy,
        by=by,
        at=at,
    )
    if interval_days:
        answer.interval_days = interval_days
        answer.save(update_fields=["interval_days"])
    revision = make_revision(answer, short=short, by=by, at=at, **text)
    if published:
        publish_revision(answer=answer, revision=revision, by=by, at=at)
    if verified_on:
        at = make_aware(datetime.combine(verified_on, time(9)))
        verify_answer(answer=answer, revision=revision, by=by, at=at)
    return Answer.objects.select_related("published", "question__category", "scope", "owner").get(
        pk=answer.pk
    )


def make_revision(
    answer: Answer,
    *,
    short: str = "Nine per cent left.",
    by: User | None = None,
    at: datetime = AT,
    **text: Any,
) -> AnswerRevision:
    """The answer's next revision, a draft."""
    return save_revision(
        answer=answer,
        base=answer.head,
        text=RevisionText(short_answer=short, **text),
        by=by or make_user("editor"),
        at=at,
    )


def make_figure(slug: str = "", *, owner: User | None = None, **text: Any) -> Figure:
    """A figure in per cent with one decimal, without a value."""
    slug = slug or f"figure-{next(_numbers)}"
    words = {"label_en": slug.replace("-", " ").capitalize(), "unit_en": "%", "unit_fr": "%", "decimals": 1}
    return create_figure(
        slug=slug, text=FigureText(owner=owner, **(words | text)), by=make_user("editor"), at=AT
    )


def make_value(
    figure: Figure,
    value: str = "11.4",
    *,
    scope: Scope | None = None,
    as_of: date = date(2026, 6, 30),
    valid_until: date | None = None,
    at: datetime = AT,
    **rest: Any,
) -> FigureValue:
    """What the figure came to in the company, or in another scope."""
    measured = Measured(value=Decimal(value), as_of=as_of, valid_until=valid_until, **rest)
    return record_value(
        figure=figure, scope=scope or make_company(), measured=measured, by=make_user("editor"), at=at
    )
