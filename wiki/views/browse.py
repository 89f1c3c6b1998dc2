from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.models import Language, User
from accounts.views.paging import Page, numbered_page
from wiki.access import (
    may_archive,
    may_edit_answer,
    may_edit_questions,
    may_read_wiki,
    may_rule,
    may_see_where_given,
)
from wiki.domain.citations import cite_in_answers
from wiki.models import Answer, Category, Freshness, Phrasing, Question

QUESTIONS_A_PAGE = 50
ANSWERS_A_PAGE = 12
ANSWERS_AT_A_GLANCE = 6
ALL_LANGUAGES = "all"


@require_safe
@allowed_to(may_read_wiki)
def index(request: SignedInRequest) -> HttpResponse:
    current = Q(questions__archived_at=None)
    categories = Category.objects.annotate(question_count=Count("questions", filter=current))
    freshness = _freshness_by_category()
    rows = [(category, freshness.get(category.pk, {})) for category in categories.order_by("rank", "pk")]
    context = {
        "rows": rows,
        "may_edit_questions": may_edit_questions(request.user),
        "may_rule": may_rule(request.user),
    }
    return render(request, "wiki/index.html", context)


@require_safe
@allowed_to(may_read_wiki)
def category(request: SignedInRequest, slug: str) -> HttpResponse:
    category = get_object_or_404(Category.objects.select_related("default_owner"), slug=slug)
    questions = (
        category.questions.current()
        .with_title(request.user.language)
        .annotate(answer_count=Count("answers", filter=_in_use("answers__")))
        .order_by("rank", "pk")
        .prefetch_related(Prefetch("answers", _at_a_glance(), to_attr="glance"))
    )
    return render(
        request,
        "wiki/category.html",
        {
            "category": category,
            "page": numbered_page(questions, request.GET, size=QUESTIONS_A_PAGE),
            "may_edit_questions": may_edit_questions(request.user),
        },
    )


@require_safe
@allowed_to(may_read_wiki)
def question(request: SignedInRequest, slug: str) -> HttpResponse:
    user = request.user
    questions = Question.objects.select_related("category").with_title(user.language)
    question = get_object_or_404(questions, slug=slug)
    if question.archived_at and not may_archive(user):
        raise Http404
    return render(
        request,
        "wiki/question.html",
        {
            "question": question,
            "phrasings": _phrasings(question),
            "why": question.why(user.language),
            "good_answer": question.good_answer(user.language),
            "next_questions": question.next_questions.current().with_title(user.language).in_order(),
            **_answers_shown(request, question),
            "may_edit_questions": may_edit_questions(user),
            "may_see_where_given": may_see_where_given(user),
        },
    )


def _in_use(prefix: str = "") -> Q:
    return Q(**{f"{prefix}published__isnull": False, f"{prefix}archived_at": None})


def _freshness_by_category() -> dict[int, dict[str, int]]:
    """Per category: published answers by freshness, in all, and challenged."""
    counted = (
        Answer.objects.current()
        .filter(_in_use())
        .with_freshness(on=localdate())
        .values("freshness", category=F("question__category"))  # type: ignore[misc]  # annotated above
        .annotate(answers=Count("pk"))
    )
    found: dict[int, dict[str, int]] = {}
    for row in counted:
        counts = found.setdefault(row["category"], {"total": 0, **dict.fromkeys(Freshness.values, 0)})
        counts[row["freshness"]] += row["answers"]
        counts["total"] += row["answers"]
    return found


def _at_a_glance() -> QuerySet[Answer]:
    """The first few published answers of each question, without their text."""
    return (
        Answer.objects.current()
        .filter(_in_use())
        .select_related("scope", "owner")
        .with_freshness(on=localdate())
        .order_by("scope__path", "language")[:ANSWERS_AT_A_GLANCE]
    )


def _answers_shown(request: SignedInRequest, question: Question) -> dict[str, Any]:
    """A page of the question's answers, in one language or in all."""
    user = request.user
    found = Answer.objects.visible_to(user, on=localdate()).filter(question=question)
    written = set(found.order_by().values_list("language", flat=True).distinct())
    language = _language_shown(request, written)
    page: Page[Any] = numbered_page(_answers_of(question, user, language), request.GET, size=ANSWERS_A_PAGE)
    cite_in_answers(page.rows, on=localdate())
    for answer in page.rows:
        answer.may_edit = may_edit_answer(user, answer, on=localdate())
    return {
        "page": page,
        "language_tabs": _language_tabs(user, written, language),
        "not_in_own_language": bool(written) and user.language not in written,
        "own_language": user.language,
    }


def _answers_of(question: Question, user: User, language: str) -> QuerySet[Answer]:
    """What the user may see, the whole company first, and in each scope their language first."""
    first, second = _languages(user)
    answers = (
        Answer.objects.visible_to(user, on=localdate())
        .filter(question=question)
        .as_shown(on=localdate())
        .order_by("scope__path", F("language").desc() if first > second else F("language").asc())
    )
    return answers if language == ALL_LANGUAGES else answers.filter(language=language)


def _languages(user: User) -> list[str]:
    """Both, the user's own first."""
    return sorted(Language.values, key=lambda language: language != user.language)


def _language_shown(request: SignedInRequest, written: set[str]) -> str:
    """The language asked for, else the user's own, else whatever there is."""
    asked, own = request.GET.get("language", ""), request.user.language
    if asked in {*Language.values, ALL_LANGUAGES}:
        return asked
    return own if own in written else ALL_LANGUAGES


def _language_tabs(user: User, written: set[str], shown: str) -> list[dict[str, Any]]:
    """The user's language first, all of them last; no tabs where there is nothing to choose."""
    if not set(Language.values) <= written | {shown}:
        return []
    tabs = [(language, Language(language).label) for language in _languages(user)]
    return [
        {"url": f"?language={value}", "label": label, "current": value == shown}
        for value, label in [*tabs, (ALL_LANGUAGES, _("All languages"))]
    ]


def _phrasings(question: Question) -> dict[str, list[Phrasing]]:
    """The question's other wordings by the name of their language."""
    found: dict[str, list[Phrasing]] = {}
    for phrasing in question.phrasings.exclude(text=question.title).order_by("kind", "pk"):
        found.setdefault(phrasing.get_language_display(), []).append(phrasing)
    return found
