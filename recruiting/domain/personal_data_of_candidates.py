"""The register's part about candidates, their positions, and what was said to them."""

from django.db.models import Case, Value, When

from recruiting.domain.retention_rules import (
    CANDIDATE,
    HOSTS,
    NOT_PERSONAL,
    PEOPLE,
    POSITION,
    RECORD,
    RECRUITERS,
    Kept,
    Reach,
    Rule,
)
from recruiting.models import FollowUpKind
from recruiting.models.applications import ERASED

# From a model to the candidate
_OF_SESSION = "session__application__candidate"
_FOR_HOSTS = "For hosts, about our answers: a person reads it over and adds what concerns the candidate"

CANDIDATES = (
    Kept(
        model="recruiting.Candidate",
        fields=("name", "email", "reference"),
        why="To know who is met, to write to them, and to find them again in the tracking system",
        readers=f"{RECRUITERS}; hosts of their session read the first name",
        rule=CANDIDATE,
        reach=Reach(path="pk"),
    ),
    Kept(
        model="recruiting.Candidate",
        fields=("source",),
        why="To know which ways bring candidates",
        readers=RECRUITERS,
        rule=CANDIDATE,
        reach=Reach(path="pk"),
    ),
    Kept(
        model="recruiting.Session",
        fields=("place", "reference"),
        why="To meet: an address or a link, and the tracking system’s name of the session",
        readers=HOSTS,
        rule=CANDIDATE,
        reach=Reach(path="application__candidate"),
    ),
    Kept(
        model="recruiting.CandidateQuestion",
        fields=("words",),
        why="To answer what was asked, and to learn how candidates put it",
        readers=HOSTS,
        rule=RECORD,
        reach=Reach(
            path=_OF_SESSION,
            # Matched to a question of the wiki, that says what was asked.
            leaves={"words": Case(When(question=None, then=Value(ERASED)), default=Value(""))},
        ),
    ),
    Kept(
        model="recruiting.CandidateQuestion",
        fields=("wording",),
        why="The wiki’s own wording of the question on that day",
        readers=HOSTS,
        rule=NOT_PERSONAL,
    ),
    Kept(
        model="recruiting.AnswerGiven",
        fields=("said",),
        why="To know what the candidate was told where it differs from the text",
        readers=HOSTS,
        rule=RECORD,
        reach=Reach(path=_OF_SESSION),
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
        reach=Reach(
            path=_OF_SESSION,
            leaves={"promised": Case(When(kind=FollowUpKind.PROMISE, then=Value(ERASED)), default=Value(""))},
        ),
    ),
    Kept(
        model="recruiting.Recall",
        fields=("reason", "sent_subject", "sent_text"),
        why="To tell a candidate what is true now, and to know that it was done",
        readers=RECRUITERS,
        rule=RECORD,
        reach=Reach(path=f"answer_given__{_OF_SESSION}", leaves={"reason": Value(ERASED)}),
    ),
    Kept(
        model="recruiting.ContradictionDismissal",
        fields=("word",),
        why="To know why candidates who were told different things were left so; names nobody if written "
        "as asked",
        readers=RECRUITERS,
        rule=Rule(
            kept="Until the file of the first of the candidates who were told expires",
            then="Emptied; the position, the question, who dismissed it and the date remain",
            verb="recruiting.domain.erasure.erase_candidate",
        ),
        reach=Reach(by="recruiting.domain.erasure_search.empty_dismissals"),
        withheld="About several candidates at once, and names none if written as asked",
    ),
    Kept(
        model="recruiting.Debrief",
        fields=("landed",),
        why="To mend our answers; the page asks for nothing about the candidate",
        readers=HOSTS,
        rule=RECORD,
        reach=Reach(path=_OF_SESSION),
    ),
    Kept(
        model="recruiting.DebriefedQuestion",
        fields=("improvised",),
        why="To mend our answers with words that were used",
        readers=f"{HOSTS}; owners of the answer as aggregates",
        rule=RECORD,
        reach=Reach(path=f"debrief__{_OF_SESSION}"),
    ),
    Kept(
        model="recruiting.HostNote",
        fields=("text",),
        why="For those who host after: about our answers, never about the candidate",
        readers=HOSTS,
        rule=RECORD,
        reach=Reach(path=_OF_SESSION, removes=True),
        withheld=_FOR_HOSTS,
    ),
    Kept(
        model="recruiting.TrackingImport",
        fields=("kind", "content"),
        why="To show what an import will do before it does it; holds names and addresses as they came",
        readers="Whoever sent the file",
        rule=Rule(
            kept="A day, or until it is carried out, or until a candidate named in it is erased",
            then="Deleted",
            verb="recruiting.domain.tracking.imports.old_imports",
        ),
        reach=Reach(by="recruiting.domain.erasure_search.remove_imports"),
        withheld="A file about many people, kept a day; what it says is given once it is carried out",
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
