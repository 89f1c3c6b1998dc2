from django.urls import path

from recruiting.views import (
    answers_given,
    applications,
    briefings,
    calendars,
    candidates,
    contradictions,
    debriefs,
    erasure,
    follow_up_ends,
    follow_ups,
    host_notes,
    hosts,
    leaving,
    positions,
    questions_asked,
    recalls,
    records,
    reports,
    role_sheets,
    said_otherwise,
    session_lists,
    session_statuses,
    sessions,
    tracking,
)

app_name = "recruiting"

position_urls = [
    path("positions/", positions.positions, name="positions"),
    path("positions/new/", positions.position_new, name="position_new"),
    path("positions/<int:position_id>/", positions.position, name="position"),
    path("positions/<int:position_id>/edit/", positions.position_edit, name="position_edit"),
    path("positions/<int:position_id>/role-sheet/", role_sheets.role_sheet, name="role_sheet"),
    path("positions/<int:position_id>/role-sheet/edit/", role_sheets.role_sheet_edit, name="role_sheet_edit"),
    path("positions/<int:position_id>/role-sheet/ask/", role_sheets.role_sheet_ask, name="role_sheet_ask"),
    path(
        "positions/<int:position_id>/contradictions/<slug:slug>/dismiss/",
        contradictions.contradiction_dismiss,
        name="contradiction_dismiss",
    ),
    path(
        "contradictions/<int:dismissal_id>/bring-back/",
        contradictions.contradiction_bring_back,
        name="contradiction_bring_back",
    ),
]

application_urls = [
    path(
        "positions/<int:position_id>/applications/new/", applications.application_new, name="application_new"
    ),
    path("applications/<int:application_id>/", applications.application, name="application"),
    path("applications/<int:application_id>/edit/", applications.application_edit, name="application_edit"),
    path("applications/<int:application_id>/candidate/", candidates.candidate_edit, name="candidate_edit"),
    path(
        "applications/<int:application_id>/candidate/erase/", erasure.candidate_erase, name="candidate_erase"
    ),
    path("applications/<int:application_id>/candidate/data/", erasure.candidate_data, name="candidate_data"),
    path(
        "applications/<int:application_id>/candidate/data.json",
        erasure.candidate_data_json,
        name="candidate_data_json",
    ),
]

session_urls = [
    path("applications/<int:application_id>/sessions/new/", sessions.session_new, name="session_new"),
    path("sessions/", session_lists.sessions, name="sessions"),
    path("sessions/week/", session_lists.session_week, name="session_week"),
    path("sessions/<int:session_id>/", sessions.session, name="session"),
    path("sessions/<int:session_id>/edit/", sessions.session_edit, name="session_edit"),
    path("sessions/<int:session_id>/status/", session_statuses.session_status, name="session_status"),
    path(
        "sessions/<int:session_id>/questions/new/",
        questions_asked.candidate_question_new,
        name="candidate_question_new",
    ),
    path(
        "sessions/<int:session_id>/questions/<int:asked_id>/match/",
        questions_asked.candidate_question_match,
        name="candidate_question_match",
    ),
    path("sessions/<int:session_id>/briefing/", briefings.briefing, name="briefing"),
    path("sessions/<int:session_id>/briefing/read/", briefings.briefing_read, name="briefing_read"),
    path("sessions/<int:session_id>/notes/new/", host_notes.host_note_new, name="host_note_new"),
    path(
        "sessions/<int:session_id>/notes/<int:note_id>/delete/",
        host_notes.host_note_delete,
        name="host_note_delete",
    ),
    path("sessions/<int:session_id>/record/", records.record, name="record"),
    path("sessions/<int:session_id>/record.csv", records.record_csv, name="record_csv"),
    path("sessions/<int:session_id>/record.json", records.record_json, name="record_json"),
]

answer_given_urls = [
    path("sessions/<int:session_id>/answer/", answers_given.session_answer, name="session_answer"),
    path("sessions/<int:session_id>/answer/record/", answers_given.answer_record, name="answer_record"),
    path(
        "sessions/<int:session_id>/answer/recorded/", answers_given.answers_recorded, name="answers_recorded"
    ),
    path(
        "sessions/<int:session_id>/answers/<int:given_id>/correct/",
        answers_given.answer_correct,
        name="answer_correct",
    ),
    path("questions/<slug:slug>/given/", answers_given.given_for_question, name="given_for_question"),
]

host_urls = [
    path("profile/host/", hosts.host_profile, name="host_profile"),
    path("sessions/hosts/", hosts.hosts, name="hosts"),
    path("sessions/hosts/<int:pk>/", hosts.host_edit, name="host_edit"),
]

after_session_urls = [
    path("sessions/<int:session_id>/debrief/", debriefs.debrief, name="debrief"),
    path("sessions/<int:session_id>/promises/new/", follow_ups.promise_new, name="promise_new"),
    path("follow-ups/", follow_ups.follow_ups, name="follow_ups"),
    path("follow-ups/<int:follow_up_id>/", follow_ups.follow_up, name="follow_up"),
    path("follow-ups/<int:follow_up_id>/edit/", follow_ups.follow_up_edit, name="follow_up_edit"),
    path("follow-ups/<int:follow_up_id>/keep/", follow_up_ends.follow_up_keep, name="follow_up_keep"),
    path(
        "follow-ups/<int:follow_up_id>/withdraw/",
        follow_up_ends.follow_up_withdraw,
        name="follow_up_withdraw",
    ),
    path("follow-ups/<int:follow_up_id>/reopen/", follow_up_ends.follow_up_reopen, name="follow_up_reopen"),
    path("follow-ups/<int:follow_up_id>/send/", follow_up_ends.follow_up_send, name="follow_up_send"),
    path(
        "answers/<int:answer_id>/said-otherwise/",
        said_otherwise.answer_said_otherwise,
        name="answer_said_otherwise",
    ),
    path(
        "answers/<int:answer_id>/said-otherwise/edit/", said_otherwise.answer_proposed, name="answer_proposed"
    ),
]

recall_urls = [
    path("recalls/", recalls.recalls, name="recalls"),
    path("recalls/closed/", recalls.recalls_closed, name="recalls_closed"),
    path("recalls/<int:given_id>/", recalls.recall, name="recall"),
]

# Beside the pages about people: what someone keeps is known up here only.
leaving_urls = [
    path("people/<int:pk>/deactivate/", leaving.person_deactivate, name="person_deactivate"),
    path("people/<int:pk>/hand-over/", leaving.person_hand_over, name="person_hand_over"),
]

report_urls = [
    path("reports/", reports.reports, name="reports"),
    path("reports/<int:iso_year>/<int:iso_week>/", reports.report, name="report"),
    path("reports/<int:iso_year>/<int:iso_week>/answers.csv", reports.report_csv, name="report_csv"),
    path("reports/<int:iso_year>/<int:iso_week>/report.xlsx", reports.report_xlsx, name="report_xlsx"),
]

tracking_urls = [
    path("positions/import/", tracking.tracking, name="tracking"),
    path("positions/import/<slug:kind>.csv", tracking.tracking_template, name="tracking_template"),
    path("positions/import/<int:pk>/", tracking.tracking_import, name="tracking_import"),
    path("positions/import/<int:pk>/lines.csv", tracking.tracking_lines, name="tracking_lines"),
    path("positions/import/<int:pk>/cancel/", tracking.tracking_cancel, name="tracking_cancel"),
]

calendar_urls = [
    path("profile/calendar/", calendars.calendar, name="calendar"),
    path("profile/calendar/make/", calendars.calendar_make, name="calendar_make"),
    path("profile/calendar/revoke/", calendars.calendar_revoke, name="calendar_revoke"),
    path("calendar/<str:token>.ics", calendars.calendar_feed, name="calendar_feed"),
]

urlpatterns = [
    *position_urls,
    *application_urls,
    *session_urls,
    *answer_given_urls,
    *host_urls,
    *after_session_urls,
    *recall_urls,
    *leaving_urls,
    *report_urls,
    *tracking_urls,
    *calendar_urls,
]
