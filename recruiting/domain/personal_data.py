"""Where the product may hold something personal: every field of free words, with how long it is kept.

`docs/personal-data.md` is made from this register, and `manage.py check` fails when a text field of our apps
is not in it. Who reads a field is enforced in each app's access.py; this page only says it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.db import models

APPS = ("accounts", "ledger", "wiki", "recruiting")
_WORDS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How long something is kept, and what happens then; `verb` does it, "" where nothing does yet."""

    kept: str
    then: str
    verb: str = ""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Fields of one model that are kept for the same reason, as long, for the same readers."""

    model: str
    fields: tuple[str, ...]
    why: str
    readers: str
    rule: Rule

    @property
    def names(self) -> list[str]:
        return [f"{self.model}.{field}" for field in self.fields]


RECRUITERS = "Recruiters and leads"
HOSTS = "Hosts of the session, recruiters and leads"
READERS = "Everyone who reads the wiki"

CANDIDATE = Rule(
    kept="Until the candidate’s file expires: see “When a candidate’s file expires” below",
    then="Emptied; the row stays without the candidate",
)
RECORD = Rule(
    kept="Until the candidate’s file expires",
    then="Emptied; the question, the revision, the figures, how it was answered and the date remain",
)
POSITION = Rule(
    kept="As long as the company keeps the position; no candidate is named in it",
    then="Left: a record needs the position’s name",
)
PEOPLE = Rule(
    kept="While the account is active, and after it is closed for the history that names the person",
    then="Pseudonymised on request; users are never deleted",
)
COMPANY = Rule(
    kept="As long as the wiki: it is the company’s own text, and history is not rewritten",
    then="Left; a name written by mistake is taken out by a new text, and a lead empties an old one",
)
SECRET = Rule(kept="Until it is used, revoked or expired", then="Useless: only its hash was ever kept")
NOT_PERSONAL = Rule(kept="With its row", then="Left: it holds no words about a person")

CANDIDATES = (
    Kept(
        model="recruiting.Candidate",
        fields=("name", "email", "reference"),
        why="To know who is met, to write to them, and to find them again in the tracking system",
        readers=f"{RECRUITERS}; hosts of their session read the first name",
        rule=CANDIDATE,
    ),
    Kept(
        model="recruiting.Candidate",
        fields=("source",),
        why="To know which ways bring candidates",
        readers=RECRUITERS,
        rule=CANDIDATE,
    ),
    Kept(
        model="recruiting.Session",
        fields=("place", "reference"),
        why="To meet: an address or a link, and the tracking system’s name of the session",
        readers=HOSTS,
        rule=CANDIDATE,
    ),
    Kept(
        model="recruiting.CandidateQuestion",
        fields=("words",),
        why="To answer what was asked, and to learn how candidates put it",
        readers=HOSTS,
        rule=RECORD,
    ),
    Kept(
        model="recruiting.AnswerGiven",
        fields=("said",),
        why="To know what the candidate was told where it differs from the text",
        readers=HOSTS,
        rule=RECORD,
    ),
    Kept(
        model="recruiting.FigureTold",
        fields=("words",),
        why="A figure as the candidate was told it: the number, its date and its source",
        readers=HOSTS,
        rule=NOT_PERSONAL,
    ),
    Kept(
        model="recruiting.FollowUp",
        fields=("promised", "word", "sent_subject", "sent_text"),
        why="To keep what was promised, and to know what was written to the candidate",
        readers=HOSTS,
        rule=RECORD,
    ),
    Kept(
        model="recruiting.Recall",
        fields=("reason", "sent_subject", "sent_text"),
        why="To tell a candidate what is true now, and to know that it was done",
        readers=RECRUITERS,
        rule=RECORD,
    ),
    Kept(
        model="recruiting.Debrief",
        fields=("landed",),
        why="To mend our answers; the page asks for nothing about the candidate",
        readers=HOSTS,
        rule=RECORD,
    ),
    Kept(
        model="recruiting.DebriefedQuestion",
        fields=("improvised",),
        why="To mend our answers with words that were used",
        readers=f"{HOSTS}; owners of the answer as aggregates",
        rule=RECORD,
    ),
    Kept(
        model="recruiting.HostNote",
        fields=("text",),
        why="For those who host after: about our answers, never about the candidate",
        readers=HOSTS,
        rule=RECORD,
    ),
    Kept(
        model="recruiting.TrackingImport",
        fields=("kind", "content"),
        why="To show what an import will do before it does it; holds names and addresses as they came",
        readers="Whoever sent the file",
        rule=Rule(kept="A day, or until it is carried out", then="Deleted"),
    ),
)
POSITIONS = (
    Kept(
        model="recruiting.Position",
        fields=("title", "reference"),
        why="To say which job it is about",
        readers=HOSTS,
        rule=POSITION,
    ),
    Kept(
        model="recruiting.RoleSheet",
        fields=("why_open", "predecessor", "decides_alone", "first_90_days", "success", "pay_range"),
        why="To answer what candidates ask of the role; “predecessor” may speak of an employee",
        readers=HOSTS,
        rule=POSITION,
    ),
    Kept(
        model="recruiting.HostProfile",
        fields=("role", "team", "sentence", "formats"),
        why="For candidates to choose whom to meet; written by the host",
        readers=RECRUITERS,
        rule=PEOPLE,
    ),
    Kept(
        model="recruiting.WeeklyReport",
        fields=("counts", "content"),
        why="To show the state of the wiki week after week; holds ids, and no name of a candidate",
        readers="Editors, recruiters and leads",
        rule=NOT_PERSONAL,
    ),
)
STAFF = (
    Kept(
        model="accounts.User",
        fields=("email", "name", "job_title"),
        why="To sign in, and to say who answers for what",
        readers="Everyone who has signed in",
        rule=PEOPLE,
    ),
    Kept(
        model="accounts.User",
        fields=("password",),
        why="To sign in",
        readers="Nobody: a salted hash",
        rule=PEOPLE,
    ),
    Kept(
        model="accounts.Invitation",
        fields=("email", "roles"),
        why="To invite someone",
        readers="Leads and administrators",
        rule=PEOPLE,
    ),
    *(
        Kept(
            model=model, fields=(field,), why="To open a private door", readers="Nobody: a hash", rule=SECRET
        )
        for model, field in (
            ("accounts.Invitation", "token_hash"),
            ("accounts.CalendarFeed", "token_hash"),
            ("accounts.SetupCode", "code_hash"),
        )
    ),
)
MAIL_AND_HISTORY = (
    Kept(
        model="ledger.OutgoingMail",
        fields=("to_address", "subject", "message", "last_error"),
        why="To send a mail, once, and to show what was sent; may hold a candidate’s name and address",
        readers="Leads; administrators see address, kind and state, never a subject or a text",
        rule=Rule(
            kept="A year after it was written; a private link only until it is delivered",
            then="Deleted; one to a candidate whose file expires sooner is to go with the file",
            verb="ledger.domain.retention.remove_old_mails",
        ),
    ),
    Kept(
        model="ledger.OutgoingMail",
        fields=("kind", "period", "language", "message_id", "lease_token"),
        why="To send each mail once",
        readers="Leads and administrators",
        rule=Rule(kept="With its mail", then="Deleted", verb="ledger.domain.retention.remove_old_mails"),
    ),
    Kept(
        model="ledger.Activity",
        fields=("verb", "subject", "detail"),
        why="To know who did what and when; holds ids and plain values, and no name",
        readers="Leads",
        rule=NOT_PERSONAL,
    ),
    Kept(
        model="ledger.JobRun",
        fields=("job", "period", "summary", "error"),
        why="To know whether what runs by itself does; an error may quote a row",
        readers="Leads and administrators",
        rule=Rule(
            kept="Two years",
            then="Deleted",
            verb="ledger.domain.retention.remove_old_job_runs",
        ),
    ),
    Kept(
        model="ledger.SentForm",
        fields=("key", "address"),
        why="To know a form again that is sent twice; holds where it led, not what it said",
        readers="Nobody",
        rule=Rule(kept="A day", then="Deleted", verb="ledger.domain.sent_forms.forget_sent_forms"),
    ),
    Kept(model="ledger.JobHour", fields=("job",), why="Settings", readers="Leads", rule=NOT_PERSONAL),
    Kept(model="ledger.OutboxMark", fields=("history",), why="Restores", readers="Nobody", rule=NOT_PERSONAL),
)
WIKI = (
    Kept(
        model="wiki.AnswerRevision",
        fields=(
            *("short_answer", "details", "example", "not_to_say", "evidence", "comment"),
            *("details_html", "example_html", "renderer_version"),
        ),
        why="What the company answers; an example may speak of an employee, whose consent it needs",
        readers=READERS,
        rule=COMPANY,
    ),
    Kept(
        model="wiki.Challenge",
        fields=("text", "resolution_note"),
        why="To mend an answer that does not match reality",
        readers="Those who may edit the answer, with the reader’s name; recruiters read what was found",
        rule=COMPANY,
    ),
    Kept(
        model="wiki.Phrasing",
        fields=("text",),
        why="To find a question; one learned from a candidate is retyped by a person, without its source",
        readers=READERS,
        rule=COMPANY,
    ),
    *(
        Kept(model=model, fields=fields, why=why, readers=READERS, rule=COMPANY)
        for model, fields, why in (
            ("wiki.AnswerImage", ("file",), "Pictures in answers, without the metadata they came with"),
            ("wiki.Category", ("slug", "name_en", "name_fr"), "Themes of questions"),
            (
                "wiki.Figure",
                ("slug", "label_en", "label_fr", "unit_en", "unit_fr", "source_en", "source_fr"),
                "What is measured, and where it comes from",
            ),
            ("wiki.FigureValue", ("note",), "How a value was reached; small groups are said by their size"),
            ("wiki.Publication", ("reason",), "Why an answer was withdrawn"),
            (
                "wiki.Question",
                ("slug", "why_en", "why_fr", "good_answer_en", "good_answer_fr", "starter_digest"),
                "What candidates ask, and why",
            ),
            ("wiki.Scope", ("name", "path"), "Where an answer holds"),
            ("wiki.SearchDocument", ("phrasings", "short_answer", "text"), "A copy of answers, to search in"),
            ("wiki.Verification", ("note",), "What whoever confirmed an answer says about it"),
            ("wiki.VerificationRequest", ("event", "reason"), "Why owners are asked to confirm again"),
        )
    ),
)
PARTS: Mapping[str, tuple[Kept, ...]] = {
    "Candidates, and what was said to them": CANDIDATES,
    "Positions, hosts and reports": POSITIONS,
    "People who use the product": STAFF,
    "Mail and history": MAIL_AND_HISTORY,
    "The wiki": WIKI,
}


def registered() -> list[str]:
    """Every field in the register, as "app.Model.field"."""
    return [name for part in PARTS.values() for kept in part for name in kept.names]


def fields_of_words() -> Iterator[str]:
    """Every field of our apps that can hold words or a file, but for those that choose among fixed ones."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.local_fields:
                if isinstance(field, _WORDS) and not field.choices:
                    yield f"{model._meta.label}.{field.name}"


def missing_rules() -> list[str]:
    """Fields without a retention rule."""
    known = set(registered())
    return [name for name in fields_of_words() if name not in known]


def gone_fields() -> list[str]:
    """Rules of fields that are no more."""
    standing = set(fields_of_words())
    return [name for name in registered() if name not in standing]
