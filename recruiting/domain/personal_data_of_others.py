"""The register's part about the people who use the product, its mail and history, and the wiki."""

from recruiting.domain.retention_rules import (
    COMPANY,
    NOT_PERSONAL,
    PEOPLE,
    READERS,
    SECRET,
    Kept,
    Reach,
    Rule,
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
            kept="A year after it was written, to a candidate three months; a private link only until it "
            "is delivered, and what names a candidate until they are erased",
            then="Deleted",
            verb="ledger.domain.retention.old_mails",
        ),
        reach=Reach(by="recruiting.domain.erasure_mails.erase_mails"),
    ),
    Kept(
        model="ledger.OutgoingMail",
        fields=("kind", "period", "language", "message_id", "lease_token"),
        why="To send each mail once",
        readers="Leads and administrators",
        rule=Rule(
            kept="With its mail", then="Deleted", verb="ledger.domain.retention.old_mails", outlives=True
        ),
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
            kept="Two years; what quotes a candidate until they are erased",
            then="Deleted",
            verb="ledger.domain.retention.old_job_runs",
        ),
        reach=Reach(by="recruiting.domain.erasure_search.empty_job_runs"),
        withheld="Technical: says that work failed, and may quote what is given elsewhere",
    ),
    Kept(
        model="ledger.SentForm",
        fields=("key", "address"),
        why="To know a form again that is sent twice; holds where it led, not what it said",
        readers="Nobody",
        rule=Rule(
            kept="A day",
            then="Deleted",
            verb="ledger.domain.sent_forms.forget_sent_forms",
            outlives=True,
        ),
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
