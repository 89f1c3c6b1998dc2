from django.urls import path

from recruiting.views import (
    answers_given,
    applications,
    briefings,
    calendars,
    leaving,
    positions,
    questions_asked,
    recalls,
    records,
    reports,
    session_statuses,
    sessions,
)

app_name = "recruiting"

position_urls = [
    path("positions/", positions.positions, name="positions"),
    path("positions/new/", positions.position_new, name="position_new"),
    path("positions/<int:position_id>/", positions.position, name="position"),
    path("positions/<int:position_id>/edit/", positions.position_edit, name="position_edit"),
]

application_urls = [
    path(
        "positions/<int:position_id>/applications/new/", applications.application_new, name="application_new"
    ),
    path("applications/<int:application_id>/", applications.application, name="application"),
    path("applications/<int:application_id>/edit/", applications.application_edit, name="application_edit"),
]

session_urls = [
    path("applications/<int:application_id>/sessions/new/", sessions.session_new, name="session_new"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/<int:session_id>/", sessions.session, name="session"),
    path("sessions/<int:session_id>/edit/", sessions.session_edit, name="session_edit"),
    path("sessions/<int:session_id>/status/", session_statuses.session_status, name="session_status"),
    path(
        "sessions/<int:session_id>/questions/new/",
        questions_asked.candidate_question_new,
        name="candidate_question_new",
    ),
    path("sessions/<int:session_id>/briefing/", briefings.briefing, name="briefing"),
    path("sessions/<int:session_id>/record/", records.record, name="record"),
]

answer_given_urls = [
    path("sessions/<int:session_id>/answer/", answers_given.session_answer, name="session_answer"),
    path("sessions/<int:session_id>/answer/record/", answers_given.answer_record, name="answer_record"),
    path(
        "sessions/<int:session_id>/answers/<int:given_id>/correct/",
        answers_given.answer_correct,
        name="answer_correct",
    ),
    path("questions/<slug:slug>/given/", answers_given.given_for_question, name="given_for_question"),
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
    *recall_urls,
    *leaving_urls,
    *report_urls,
    *calendar_urls,
]
