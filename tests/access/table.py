"""Who may use each address, by method: the design's verb table, spelled out for every URL."""

from dataclasses import dataclass, field

READERS = {"reader", "owner", "stand-in", "host", "editor", "recruiter", "lead"}
EVERYONE = READERS | {"nobody", "administrator"}  # who has signed in
KEEPERS = {"owner", "stand-in", "editor", "lead"}  # of the answer in the table's world
EDITORS = {"editor", "lead"}
RECRUITERS = {"recruiter", "lead"}
HOSTS = {"host", "recruiter", "lead"}
HIRERS = {"reader", "recruiter", "lead"}  # the world's reader hires for its position
PEOPLE = {"lead", "administrator"}
NOBODY: set[str] = set()


@dataclass(frozen=True)
class Row:
    """One address. `get` and `post`: the roles let in; None: the method is not allowed for anyone."""

    name: str
    get: set[str] | None = None
    post: set[str] | None = None
    ids: dict[str, str] = field(default_factory=dict)  # argument -> key in World.ids, or "=literal"
    query: str = ""
    own: bool = False  # a page of allauth about the user's own account, with its own ways of refusing

    def __str__(self) -> str:
        return f"{self.name}{sorted(self.ids.values()) if self.ids else ''}"


def _row(name: str, *, get: set[str] | None = None, post: set[str] | None = None, **rest: object) -> Row:
    ids = {key: str(value) for key, value in rest.items() if key not in ("query", "own")}
    return Row(name, get, post, ids, str(rest.get("query", "")), bool(rest.get("own")))


WIKI = [
    _row("wiki:index", get=READERS),
    _row("wiki:category", get=READERS, slug="category"),
    _row("wiki:question", get=READERS, slug="question"),
    _row("wiki:question_new", get=EDITORS, post=EDITORS),
    _row("wiki:question_edit", get=EDITORS, post=EDITORS, slug="question"),
    _row("wiki:question_next", get=EDITORS, post=EDITORS, slug="question"),
    _row("wiki:question_archive", get=EDITORS, post=EDITORS, slug="question"),
    _row("wiki:answer_new", get=EDITORS, post=EDITORS, slug="question"),
    _row("wiki:answer", get=READERS, pk="answer"),
    _row("wiki:answer", get=KEEPERS, pk="draft"),
    _row("wiki:answer_edit", get=KEEPERS, post=KEEPERS, pk="answer"),
    _row("wiki:answer_edit", get=KEEPERS, post=KEEPERS, pk="draft"),
    _row("wiki:answer_publish", post=KEEPERS, pk="draft"),
    _row("wiki:answer_withdraw", get=KEEPERS, post=KEEPERS, pk="answer"),
    _row("wiki:answer_verify", post=KEEPERS, pk="answer"),
    _row("wiki:answer_keeping", get=EDITORS, post=EDITORS, pk="answer"),
    _row("wiki:answer_archive", get=EDITORS, post=EDITORS, pk="answer"),
    _row("wiki:answer_challenge", get=READERS, post=READERS, pk="answer"),
    _row("wiki:challenge_resolve", get=KEEPERS, post=KEEPERS, pk="challenge"),
    _row("wiki:answer_history", get=READERS, pk="answer"),
    _row("wiki:answer_history", get=KEEPERS, pk="draft"),
    _row("wiki:answer_compare", get=READERS, pk="answer", query="left=1&right=1"),
    _row("wiki:answer_compare", get=KEEPERS, pk="draft", query="left=1&right=1"),
    _row("wiki:revision", get=READERS, pk="answer", number="=1"),
    _row("wiki:revision", get=KEEPERS, pk="draft", number="=1"),
    _row("wiki:revision_restore", post=KEEPERS, pk="answer", number="=1"),
    _row("wiki:scopes", get={"lead"}),
    _row("wiki:scope_new", get={"lead"}, post={"lead"}),
    _row("wiki:scope_edit", get={"lead"}, post={"lead"}, pk="scope"),
    _row("wiki:categories", get=EDITORS),
    _row("wiki:category_edit", get=EDITORS, post=EDITORS, slug="category"),
    _row("wiki:figures", get=READERS),
    _row("wiki:figure", get=READERS, slug="figure"),
    _row("wiki:figure_new", get=EDITORS, post=EDITORS),
    _row("wiki:figure_edit", get=EDITORS, post=EDITORS, slug="figure"),
    _row("wiki:figure_archive", get=EDITORS, post=EDITORS, slug="figure"),
    _row("wiki:figure_value_new", get=KEEPERS, post=KEEPERS, slug="figure"),
    _row("wiki:figure_value_correct", get=KEEPERS, post=KEEPERS, slug="figure", pk="value"),
    # Two ids, the value another figure's: refused to everyone.
    _row("wiki:figure_value_correct", get=NOBODY, post=NOBODY, slug="figure", pk="other_value"),
    # One that is nobody's: the owner of another figure reads it and leaves it alone.
    _row("wiki:figure", get=READERS, slug="other_figure"),
    _row("wiki:figure_value_new", get=EDITORS, post=EDITORS, slug="other_figure"),
    _row("wiki:figure_value_correct", get=EDITORS, post=EDITORS, slug="other_figure", pk="other_value"),
    _row("wiki:preview", post=READERS),
    _row("wiki:image_upload", post=KEEPERS),
    _row("wiki:image", get=KEEPERS - {"stand-in"}, pk="image"),  # uploaded, shown by no revision yet
    _row("wiki:search", get=READERS, query="q=answer"),
    _row("wiki:review", get=READERS),
    _row("wiki:review_verify", get=READERS, post=READERS),
    _row("wiki:review_reassign", get={"lead"}, post={"lead"}),
    _row("wiki:digest_pause", get=READERS, post=READERS),
    _row("wiki:digest_resume", post=READERS),
    _row("wiki:verification_requests", get=READERS),
    _row("wiki:verification_request_choose", get={"lead"}),
    _row("wiki:verification_request_new", get={"lead"}, post={"lead"}),
    _row("wiki:verification_request", get=KEEPERS, pk="request"),
    _row("wiki:verification_request_add", get={"lead"}, post={"lead"}, pk="request"),
    _row("wiki:verification_request_withdraw", post={"lead"}, pk="request"),
    _row("wiki:verification_request_close", get={"lead"}, post={"lead"}, pk="request"),
    _row("wiki:ready", get=READERS),
    _row("wiki:ready_assign", post=EDITORS),
]
RECRUITING = [
    _row("home", get=EVERYONE),
    _row("recruiting:positions", get=RECRUITERS),
    _row("recruiting:position_new", get=RECRUITERS, post=RECRUITERS),
    _row("recruiting:position", get=RECRUITERS, position_id="position"),
    _row("recruiting:position_edit", get=RECRUITERS, post=RECRUITERS, position_id="position"),
    *[
        _row("recruiting:contradiction_dismiss", get=roles, post=roles, position_id=position, slug=slug)
        for position, slug, roles in (
            ("other_position", "contradicted", RECRUITERS),
            ("other_position", "dismissed", RECRUITERS),
            # Nothing contradicts there: there is no page.
            ("position", "contradicted", NOBODY),
            ("other_position", "question", NOBODY),
        )
    ],
    _row("recruiting:contradiction_bring_back", post=RECRUITERS, dismissal_id="dismissal"),
    _row("recruiting:role_sheet", get=HIRERS, position_id="position"),
    _row("recruiting:role_sheet_edit", get=HIRERS, post=HIRERS, position_id="position"),
    _row("recruiting:role_sheet_ask", post=RECRUITERS, position_id="position"),
    # Another hiring manager's: of a hiring manager, only the page of their own position.
    _row("recruiting:role_sheet", get=RECRUITERS, position_id="other_position"),
    _row("recruiting:role_sheet_edit", get=RECRUITERS, post=RECRUITERS, position_id="other_position"),
    _row("recruiting:application_new", get=RECRUITERS, post=RECRUITERS, position_id="position"),
    _row("recruiting:application", get=RECRUITERS, application_id="application"),
    _row("recruiting:application_edit", get=RECRUITERS, post=RECRUITERS, application_id="application"),
    _row("recruiting:candidate_edit", get=RECRUITERS, post=RECRUITERS, application_id="application"),
    _row("recruiting:candidate_data", get=RECRUITERS, application_id="application"),
    _row("recruiting:candidate_data_json", get=RECRUITERS, application_id="application"),
    _row("recruiting:candidate_erase", get={"lead"}, post={"lead"}, application_id="application"),
    _row("recruiting:session_new", get=RECRUITERS, post=RECRUITERS, application_id="application"),
    _row("recruiting:sessions", get=READERS),
    _row("recruiting:session_week", get=READERS),
    _row("recruiting:hosts", get=RECRUITERS),
    _row("recruiting:host_profile", get=READERS, post=READERS),
    _row("recruiting:host_edit", get=RECRUITERS, post=RECRUITERS, pk="person"),
    _row("recruiting:session_edit", get=RECRUITERS, post=RECRUITERS, session_id="session"),
    _row("recruiting:session_status", post=RECRUITERS, session_id="session"),
    *[
        _row(name, get=get, post=post, session_id=session)
        for session, roles in (("session", HOSTS), ("other_session", RECRUITERS))
        for name, get, post in (
            ("recruiting:session", roles, None),
            ("recruiting:candidate_question_new", None, RECRUITERS),
            ("recruiting:briefing", roles, None),
            ("recruiting:record", roles, None),
            ("recruiting:record_csv", roles, None),
            ("recruiting:record_json", roles, None),
            ("recruiting:answers_recorded", roles, None),
            ("recruiting:session_answer", roles, None),
            ("recruiting:answer_record", None, roles),
        )
    ],
    _row(
        "recruiting:candidate_question_match",
        get=RECRUITERS,
        post=RECRUITERS,
        session_id="session",
        asked_id="asked",
    ),
    # Of another session: nobody finds it by the first id alone.
    _row(
        "recruiting:candidate_question_match",
        get=NOBODY,
        post=NOBODY,
        session_id="session",
        asked_id="other_asked",
    ),
    *[
        _row(name, get=get, post=roles, session_id=session)
        for session, roles in (("session", {"host"}), ("other_session", {"lead"}))
        for name, get in (("recruiting:briefing_read", None), ("recruiting:host_note_new", roles))
    ],
    _row("recruiting:host_note_delete", get={"host"}, post={"host"}, session_id="session", note_id="note"),
    _row("recruiting:host_note_delete", get=NOBODY, post=NOBODY, session_id="session", note_id="other_note"),
    _row("recruiting:host_note_delete", get=NOBODY, post=NOBODY, session_id="other_session", note_id="note"),
    _row("recruiting:answer_correct", get=HOSTS, post=HOSTS, session_id="session", given_id="given"),
    # Two ids, only one of them theirs: refused to everyone, and never by the first id alone.
    _row("recruiting:answer_correct", get=NOBODY, post=NOBODY, session_id="session", given_id="other_given"),
    # Only hosts debrief, and only as themselves.
    _row("recruiting:debrief", get={"host"}, post={"host"}, session_id="session"),
    _row("recruiting:debrief", get={"lead"}, post={"lead"}, session_id="other_session"),
    _row("recruiting:promise_new", get=HOSTS, post=HOSTS, session_id="session"),
    _row("recruiting:promise_new", get=RECRUITERS, post=RECRUITERS, session_id="other_session"),
    _row("recruiting:follow_ups", get=READERS),
    # The host owns nothing in their session; the owner keeps theirs in one they never hosted.
    _row("recruiting:follow_up", get=HOSTS, follow_up_id="follow_up"),
    _row("recruiting:follow_up", get={"owner", "recruiter", "lead"}, follow_up_id="owed"),
    *[
        _row(f"recruiting:follow_up_{act}", get=get, post=post, follow_up_id=row)
        for row, post in (("follow_up", RECRUITERS), ("owed", {"owner", "recruiter", "lead"}))
        for act, get in (
            ("edit", post),
            ("keep", post),
            ("withdraw", post),
            ("send", post),
            ("reopen", None),
        )
    ],
    _row("recruiting:answer_said_otherwise", get=KEEPERS, answer_id="answer"),
    _row("recruiting:answer_proposed", get=KEEPERS, answer_id="answer"),
    _row("recruiting:given_for_question", get={"editor", "recruiter", "lead"}, slug="question"),
    _row("recruiting:recalls", get=RECRUITERS),
    _row("recruiting:recalls_closed", get=RECRUITERS),
    _row("recruiting:recall", get=RECRUITERS, post=RECRUITERS, given_id="recalled"),
    _row("recruiting:recall", get=RECRUITERS, post=RECRUITERS, given_id="settled"),
    # Of a line that was never recalled there is no page.
    _row("recruiting:recall", get=NOBODY, post=NOBODY, given_id="given"),
    _row("recruiting:person_deactivate", get=PEOPLE, post=PEOPLE, pk="person"),
    _row("recruiting:person_hand_over", get={"lead"}, post={"lead"}, pk="person"),
    _row("recruiting:person_hand_over", get={"lead"}, post={"lead"}, pk="left"),
    _row("recruiting:reports", get={"editor", "recruiter", "lead"}),
    _row("recruiting:report", get={"editor", "recruiter", "lead"}, iso_year="=2026", iso_week="=44"),
    _row("recruiting:report_csv", get={"editor", "recruiter", "lead"}, iso_year="=2026", iso_week="=44"),
    _row("recruiting:report_xlsx", get={"editor", "recruiter", "lead"}, iso_year="=2026", iso_week="=44"),
    _row("recruiting:tracking", get=RECRUITERS, post=RECRUITERS),
    _row("recruiting:tracking_template", get=RECRUITERS, kind="=positions"),
    # A file is for the eyes of whoever chose it.
    _row("recruiting:tracking_import", get={"recruiter"}, post={"recruiter"}, pk="import"),
    _row("recruiting:tracking_lines", get={"recruiter"}, pk="import"),
    _row("recruiting:tracking_cancel", post={"recruiter"}, pk="import"),
    _row("recruiting:calendar", get=READERS),
    _row("recruiting:calendar_make", get=READERS, post=READERS),
    _row("recruiting:calendar_revoke", get=READERS, post=READERS),
]
ACCOUNTS = [
    _row("accounts:people", get=PEOPLE),
    _row("accounts:person_invite", get=PEOPLE, post=PEOPLE),
    _row("accounts:person_edit", get=PEOPLE, post=PEOPLE, pk="person"),
    _row("accounts:person_reactivate", post=PEOPLE, pk="person"),
    _row("accounts:invitation_resend", post=PEOPLE, pk="invitation"),
    _row("accounts:invitation_revoke", post=PEOPLE, pk="invitation"),
    _row("accounts:profile", get=EVERYONE, post=EVERYONE),
    _row("accounts:outbox", get=PEOPLE),
    _row("accounts:mail", get=PEOPLE, pk="mail"),
    _row("accounts:mail_html", get={"lead"}, pk="mail"),
    _row("accounts:mail_attachment", get=NOBODY, pk="mail", index="=0"),  # it carries none
    _row("accounts:mail_send_again", post=PEOPLE, pk="mail"),
    _row("accounts:mail_release", post=PEOPLE, pk="mail"),
    _row("accounts:mail_drop", post=PEOPLE, pk="mail"),
    _row("accounts:outbox_hold", get=PEOPLE),
    _row("accounts:outbox_release", get=PEOPLE, post=PEOPLE),
    _row("accounts:outbox_drop", get=PEOPLE, post=PEOPLE),
    _row("accounts:settings", get=PEOPLE, post=PEOPLE),
]
OWN_ACCOUNT = [
    *[
        _row(name, get=EVERYONE, post=EVERYONE, own=True)
        for name in (
            "account_change_password",
            "account_reauthenticate",
            "mfa_index",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_totp_qr",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_list_webauthn",
            "mfa_add_webauthn",
            "mfa_reauthenticate_webauthn",
        )
    ],
    # Somebody else's security key.
    _row("mfa_edit_webauthn", get=EVERYONE, post=EVERYONE, pk="=1", own=True),
    _row("mfa_remove_webauthn", get=EVERYONE, post=EVERYONE, pk="=1", own=True),
]
TABLE = WIKI + RECRUITING + ACCOUNTS + OWN_ACCOUNT
# Open without sign-in, each with tests of its own that say what it gives and refuses.
PUBLIC = {
    "setup",
    "healthz",
    "set_language",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "accounts:invitation_accept",
    "recruiting:calendar_feed",
}
