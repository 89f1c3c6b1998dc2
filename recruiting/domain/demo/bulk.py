"""Many answers fast, to see how the product carries years of use. Rows are written in bulk, so no verb
runs; what the verbs keep (heads, open publications, review dates, search) is kept here by hand."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from random import Random

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery
from django.utils.timezone import make_aware

from accounts.models import User
from recruiting.domain.demand import refresh_demand
from recruiting.domain.demo.bulk_sessions import add_people, add_sessions
from wiki import markdown
from wiki.domain.harm import refresh_weights
from wiki.domain.search_index import index_answers_in_bulk, index_question
from wiki.models import (
    Answer,
    AnswerRevision,
    Category,
    Phrasing,
    PhrasingKind,
    Publication,
    Question,
    Scope,
    Verification,
)

REVISIONS = 5  # of each answer
GIVEN = 10  # answers given, for each answer
CHUNK = 1000
# Words of three frequencies, so that searching can be measured on each.
COMMON = ["team", "year", "people", "manager", "company", "work"]
MIDDLING = [f"theme{number}" for number in range(40)]
RARE = [f"detail{number}" for number in range(2000)]


@transaction.atomic
def add_bulk(*, answers: int, language: str, on: date) -> None:
    """Add so many answers, with their revisions, people, and sessions in which they were given."""
    add_people(answers=answers, at=make_aware(datetime.combine(on, time(9, 0))), language=language)
    writer = _BulkWriter(language=language, on=on)
    first = (Answer.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    places = writer.places(answers)
    while chunk := list(islice(places, CHUNK)):
        writer.write_answers(chunk)
    if answers:
        add_sessions(given=answers * GIVEN, first=first, at=writer.at, language=language)
    refresh_demand(at=writer.at)
    refresh_weights(Answer.objects.all())


class _BulkWriter:
    def __init__(self, *, language: str, on: date) -> None:
        self.language = language
        self.on = on
        self.at = make_aware(datetime.combine(on, time(9, 0)))
        self.random = Random(0)  # noqa: S311 - a demo
        self.people = list(User.objects.active().order_by("pk"))
        self.texts = [self._text(number) for number in range(400)]
        self.html = [markdown.render(text) for text in self.texts]

    def places(self, wanted: int) -> Iterator[tuple[Question, Scope]]:
        """Every scope of as many new questions as are needed."""
        scopes = list(Scope.objects.in_tree_order())
        categories = list(Category.objects.all())
        for number in range(-(-wanted // len(scopes))):
            question = self._question(number, categories[number % len(categories)])
            for scope in scopes[: wanted - number * len(scopes)]:
                yield question, scope

    def write_answers(self, places: list[tuple[Question, Scope]]) -> None:
        answers = Answer.objects.bulk_create(self._answer(*place) for place in places)
        revisions = AnswerRevision.objects.bulk_create(
            (self._revision(answer, number) for answer in answers for number in range(1, REVISIONS + 1)),
            batch_size=CHUNK,
        )
        latest = [revision for revision in revisions if revision.number == REVISIONS]
        Publication.objects.bulk_create(
            Publication(answer=revision.answer, revision=revision, starts_at=revision.created_at)
            for revision in latest
        )
        Verification.objects.bulk_create(
            Verification(
                answer=revision.answer,
                revision=revision,
                by=revision.answer.owner,
                at=revision.created_at,
                on=revision.answer.verified_on,
                holds_until=revision.answer.next_review_on,
            )
            for revision in latest
            if revision.answer.verified_on
        )
        head = AnswerRevision.objects.filter(answer=OuterRef("pk"), number=REVISIONS).values("pk")
        written = Answer.objects.filter(pk__in=[answer.pk for answer in answers])
        written.update(published=Subquery(head[:1]))
        index_answers_in_bulk(answers=written)

    def _question(self, number: int, category: Category) -> Question:
        question = Question.objects.create(slug=f"bulk-{number}", category=category, rank=1000 + number)
        Phrasing.objects.bulk_create(
            Phrasing(question=question, language=language, kind=PhrasingKind.CANONICAL, text=text)
            for language, text in (
                ("en", f"How does the company go about subject {number}?"),
                ("fr", f"Comment l’entreprise traite-t-elle le sujet {number} ?"),
            )
        )
        index_question(question=question)
        return question

    def _answer(self, question: Question, scope: Scope) -> Answer:
        verified = self.random.random() > 0.05  # noqa: PLR2004 - a share
        due = self.on + timedelta(days=self.random.randint(-60, 300))
        return Answer(
            question=question,
            scope=scope,
            language=self.language,
            owner=self.random.choice(self.people),
            head=REVISIONS,
            first_review_on=due,
            next_review_on=due,
            own_review_on=due,
            verified_on=min(due, self.on) - timedelta(days=30) if verified else None,
        )

    def _revision(self, answer: Answer, number: int) -> AnswerRevision:
        place = (answer.pk * 7 + number) % len(self.texts)
        return AnswerRevision(
            answer=answer,
            number=number,
            short_answer=f"{self.texts[place][:180]} {RARE[answer.pk % len(RARE)]}.",
            details=self.texts[place],
            details_html=self.html[place],
            renderer_version=markdown.VERSION,
            author=answer.owner,
            created_at=self.at - timedelta(days=40 * (REVISIONS - number) + 1),
        )

    def _text(self, number: int) -> str:
        words = [
            self.random.choice(COMMON if self.random.random() < 0.3 else RARE)  # noqa: PLR2004 - a share
            for _ in range(60)
        ]
        words[number % 60] = MIDDLING[number % len(MIDDLING)]
        return " ".join(words).capitalize() + "."
