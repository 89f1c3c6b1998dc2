"""What was asked, said, promised and debriefed in the sessions written in bulk."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from uuid import UUID

from accounts.models import User
from recruiting.models import (
    AnswerGiven,
    CandidateQuestion,
    Debrief,
    DebriefedQuestion,
    Delivery,
    FigureTold,
    FollowUp,
    FollowUpKind,
    HostNote,
    ReadReceipt,
    Session,
    SessionStatus,
)
from wiki.models import Answer, FigureValue, Question

SENT = 3  # questions that a candidate sends beforehand
# Of every hundred answers given.
DELIVERIES = (
    *(Delivery.AS_WRITTEN,) * 88,
    *(Delivery.ADAPTED,) * 6,
    *(Delivery.DEPARTED_FROM,) * 3,
    *(Delivery.NOT_ANSWERED,) * 2,
    Delivery.TO_FOLLOW_UP,
)
UNLIKE = (Delivery.ADAPTED, Delivery.DEPARTED_FROM)
BEHIND = 200  # one in so many was told a revision that is no longer in force
PROMISED_WITHIN = timedelta(days=7)


class RecordWriter:
    def __init__(self, *, first: int, people: Sequence[User], at: datetime) -> None:
        self.people = people
        self.at = at
        self.random = Random(2)  # noqa: S311 - a demo
        rows = Answer.objects.filter(pk__gte=first).order_by("pk")
        self.picks = list(rows.values_list("published_id", "question_id", "language"))
        self.wordings = {row.pk: row.title for row in Question.objects.with_title("en")}
        self.value = FigureValue.objects.order_by("pk").first()

    def write(self, sessions: Sequence[Session], *, given: int) -> None:
        """So many answers given over the sessions, and what came after."""
        asked = self._ask(sessions, given)
        lines = AnswerGiven.objects.bulk_create(self._given(row, *pick) for row, pick in asked)
        self._tell_figures(lines)
        self._leave_gaps(sessions)
        self._debrief(sessions, [row for row, _pick in asked])
        self._promise(sessions)
        self._prepare(sessions)

    def write_sent(self, sessions: Sequence[Session]) -> None:
        """Questions that candidates of sessions to come have sent, one in words that nobody matched."""
        self._ask(sessions, SENT * len(sessions))
        self._leave_gaps(sessions, answered=False)
        self._prepare(sessions)

    def _ask(
        self, sessions: Sequence[Session], count: int
    ) -> list[tuple[CandidateQuestion, tuple[int, str]]]:
        picks = [self.random.choice(self.picks) for _ in range(count)]
        share = -(-count // len(sessions))
        rows = CandidateQuestion.objects.bulk_create(
            CandidateQuestion(
                session=sessions[number // share],
                question_id=question,
                wording=self.wordings[question],
                asked_at=min(sessions[number // share].starts_at, self.at),
                recorded_by=self.random.choice(self.people),
            )
            for number, (_revision, question, _language) in enumerate(picks)
        )
        return [
            (row, (revision, language))
            for row, (revision, _question, language) in zip(rows, picks, strict=True)
        ]

    def _given(self, row: CandidateQuestion, revision: int, language: str) -> AnswerGiven:
        delivery = self.random.choice(DELIVERIES)
        return AnswerGiven(
            session=row.session,
            candidate_question=row,
            # The revisions of an answer were written in the order of their numbers.
            revision_id=revision - (self.random.randrange(BEHIND) == 0),
            language=language,
            host=row.recorded_by,
            delivery=delivery,
            said="In other words than written." if delivery in UNLIKE else "",
            given_at=row.asked_at,
            recorded_by=row.recorded_by,
            client_id=self._key(),
        )

    def _tell_figures(self, lines: Sequence[AnswerGiven]) -> None:
        if self.value is not None:
            FigureTold.objects.bulk_create(
                FigureTold(answer_given=line, value=self.value, words="12 %")
                for line in islice(lines, 0, None, 20)
            )

    def _leave_gaps(self, sessions: Sequence[Session], *, answered: bool = True) -> None:
        """One question in each, in words that no question of the wiki was found for."""
        rows = CandidateQuestion.objects.bulk_create(
            CandidateQuestion(
                session=session,
                words="What is it that nobody has written yet?",
                gap=True,
                asked_at=min(session.starts_at, self.at),
                recorded_by=self.random.choice(self.people),
            )
            for session in sessions
        )
        if answered:
            AnswerGiven.objects.bulk_create(
                AnswerGiven(
                    session=row.session,
                    candidate_question=row,
                    language=row.session.language,
                    host=row.recorded_by,
                    delivery=Delivery.NOT_ANSWERED,
                    given_at=row.asked_at,
                    recorded_by=row.recorded_by,
                    client_id=self._key(),
                )
                for row in rows
            )

    def _debrief(self, sessions: Sequence[Session], asked: Sequence[CandidateQuestion]) -> None:
        hosts = {
            session.pk: session.hosts.all() for session in sessions if session.status != SessionStatus.HELD
        }
        debriefs = Debrief.objects.bulk_create(
            Debrief(
                session=session,
                host=host.user,
                landed="Well, on the whole.",
                submitted_at=session.ends_at,
                updated_at=session.ends_at,
            )
            for session in sessions
            for host in hosts.get(session.pk, ())
        )
        by_session = {debrief.session_id: debrief for debrief in debriefs}
        DebriefedQuestion.objects.bulk_create(
            DebriefedQuestion(
                debrief=by_session[row.session_id],
                candidate_question=row,
                comfort=self.random.randint(1, 5),
                improvised="A word of my own." if row.pk % 50 == 0 else "",
            )
            for row in asked[::8]
            if row.session_id in by_session
        )

    def _promise(self, sessions: Sequence[Session]) -> None:
        """Thanks, news and a promise each; those long past were kept."""
        FollowUp.objects.bulk_create(
            FollowUp(
                session=session,
                kind=kind,
                promised="Send the training plan." if kind == FollowUpKind.PROMISE else "",
                owner=self.random.choice(self.people),
                due_on=(session.starts_at + PROMISED_WITHIN).date(),
                created_at=session.ends_at,
                updated_at=session.ends_at,
                created_by=session.organiser,
                client_id=self._key(),
                kept_at=session.ends_at if session.starts_at < self.at - 4 * PROMISED_WITHIN else None,
            )
            for session in sessions
            for kind in FollowUpKind.values
        )

    def _prepare(self, sessions: Sequence[Session]) -> None:
        HostNote.objects.bulk_create(
            HostNote(
                session=session,
                author=self.random.choice(self.people),
                text="Bring the plan of the site.",
                created_at=min(session.starts_at, self.at),
            )
            for session in sessions[::3]
        )
        ReadReceipt.objects.bulk_create(
            (
                ReadReceipt(
                    user=self.random.choice(self.people),
                    revision_id=self.random.choice(self.picks)[0],
                    read_at=self.at,
                )
                for _session in sessions
                for _answer in range(4)
            ),
            ignore_conflicts=True,
        )

    def _key(self) -> UUID:
        return UUID(int=self.random.getrandbits(128))
