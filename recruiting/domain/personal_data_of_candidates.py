"""The register's part about candidates, their positions, and what was said to them."""

from recruiting.domain.retention_rules import (
    CANDIDATE,
    HOSTS,
    NOT_PERSONAL,
    PEOPLE,
    POSITION,
    RECORD,
    RECRUITERS,
    Kept,
    Rule,
)

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
        model="recruiting.ContradictionDismissal",
        fields=("word",),
        why="To know why candidates who were told different things were left so; names nobody if written "
        "as asked",
        readers=RECRUITERS,
        rule=Rule(
            kept="Until the file of the first of the candidates who were told expires",
            then="Emptied; the position, the question, who dismissed it and the date remain",
        ),
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
