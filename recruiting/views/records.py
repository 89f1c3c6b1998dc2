from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, allowed_to
from recruiting.access import may_recruit, may_see_sessions
from recruiting.domain.recall_mails import letters_of
from recruiting.domain.recalls import recall_marks
from recruiting.domain.record_challenges import challenge_marks
from recruiting.domain.record_export import record_as_csv, record_as_data
from recruiting.domain.records import asked_without_answer, newer_values, read_record
from recruiting.views.debriefs import after_session
from recruiting.views.visible_sessions import shown_name, visible_session


@require_safe
@allowed_to(may_see_sessions)
def record(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    lines, today = read_record(session), localdate()
    newer = newer_values(lines, on=today)
    recalls = recall_marks(session, on=today) if may_recruit(request.user) else {}
    closed = [mark.closed for mark in recalls.values() if mark.closed]
    letters = {recall.answer_given_id: mail for recall, mail in letters_of(closed)}
    challenged = challenge_marks(lines)
    context = {
        "session": session,
        "candidate": shown_name(request.user, session),
        "hosts": session.hosts.select_related("user"),
        "lines": [
            (line, newer.get(pk, []), challenged.get(pk), mark, letters.get(mark.given) if mark else None)
            for line in lines
            for pk, mark in [(line.given.pk, recalls.get(line.standing.pk))]
        ],
        "waiting": asked_without_answer(session),
        "today": today,
        # A host sees of the application the position only.
        "application": session.application if may_recruit(request.user) else None,
    } | after_session(request.user, session)
    return render(request, "recruiting/record.html", context)


@require_safe
@allowed_to(may_see_sessions)
def record_csv(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    content = record_as_csv(session, language=request.user.language)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="contrechamp-session-{session.pk}.csv"'
    return response


@require_safe
@allowed_to(may_see_sessions)
def record_json(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    data = record_as_data(session, candidate=shown_name(request.user, session))
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="contrechamp-session-{session.pk}.json"'
    return response
