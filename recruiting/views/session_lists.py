"""Lists of sessions: all that someone may see, and a week of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.local_days import start_of
from accounts.models import User
from accounts.views.paging import keyset_page
from recruiting.access import may_recruit, may_see_sessions, sessions_visible_to
from recruiting.domain.readiness import SessionNeeds, session_needs
from recruiting.forms.session_filters import SessionFilterForm, WeekFilterForm
from recruiting.models import Position, Session
from recruiting.models.sessions import SessionQuerySet
from recruiting.views.visible_sessions import shown_name

SESSIONS_A_PAGE = 30
SESSIONS_A_WEEK = 200
SOONEST_FIRST, LATEST_FIRST = ("starts_at", "pk"), ("-starts_at", "-pk")
_WEEK = re.compile(r"([12]\d{3})-W([0-5]\d)")


@dataclass(frozen=True)
class Tab:
    url: str
    label: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Day:
    date: date
    is_today: bool
    rows: "list[Row]"


class Row(NamedTuple):
    """A session as lists show it; `needs` only while it is expected, `awaits_word` once its time is past."""

    session: Session
    candidate: str
    needs: SessionNeeds | None
    awaits_word: bool


@require_safe
@allowed_to(may_see_sessions)
def sessions(request: SignedInRequest) -> HttpResponse:
    form = SessionFilterForm(request.GET, hosts_only=not may_recruit(request.user))
    form.is_valid()
    visible = sessions_visible_to(request.user)
    wanted = form.narrow(visible.with_parties().with_position_scopes(), user=request.user)
    when, status = form.chosen_when, form.cleaned_data.get("status", "")
    page = keyset_page(
        _at_the_time(wanted, when, status, now()),
        request.GET,
        order=SOONEST_FIRST if when == "coming" else LATEST_FIRST,
        size=SESSIONS_A_PAGE,
    )
    rows = _rows(page.rows, user=request.user, at=now())
    context: dict[str, Any] = {"form": form, "page": page, "rows": rows}
    context |= {"may_recruit": may_recruit(request.user), "tabs": session_tabs(request, "sessions")}
    if not rows and not visible.exists():
        context |= {"is_new": True, "has_positions": Position.objects.exists()}
    return render(request, "recruiting/sessions.html", context)


@require_safe
@allowed_to(may_see_sessions)
def session_week(request: SignedInRequest) -> HttpResponse:
    """Seven days from a Monday, `?week=2026-W48`; what is no week shows the present one."""
    today = localdate()
    this_monday = today - timedelta(days=today.weekday())
    monday = _monday_of(request.GET.get("week", "")) or this_monday
    form = WeekFilterForm(request.GET, hosts_only=not may_recruit(request.user))
    form.is_valid()
    week = sessions_visible_to(request.user).with_parties().with_position_scopes().order_by("starts_at", "pk")
    week = week.filter(starts_at__gte=start_of(monday), starts_at__lt=start_of(monday + timedelta(days=7)))
    found = list(form.narrow(week, user=request.user)[: SESSIONS_A_WEEK + 1])
    rows = _rows(found[:SESSIONS_A_WEEK], user=request.user, at=now())
    context = {
        "form": form,
        "days": _days(rows, monday=monday, today=today),
        "cut_at": SESSIONS_A_WEEK if len(found) > SESSIONS_A_WEEK else None,
        "count": len(found),
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "week": _name_of(monday),
        "tabs": session_tabs(request, "session_week"),
        "previous_url": _week_url(request.GET, monday - timedelta(days=7)),
        "next_url": _week_url(request.GET, monday + timedelta(days=7)),
        "this_url": _week_url(request.GET, this_monday) if monday != this_monday else "",
    }
    return render(request, "recruiting/session_week.html", context)


def session_tabs(request: SignedInRequest, current: str) -> list[Tab]:
    """The list, the week with the same filters, and the hosts for those who plan."""
    query = _without(request.GET, "when", "week", "after", "before")
    offered = [("sessions", _("List"), query), ("session_week", _("Week"), query)]
    if may_recruit(request.user):
        offered.append(("hosts", _("Hosts"), ""))
    return [
        Tab(reverse(f"recruiting:{name}") + (f"?{asked}" if asked else ""), label, name == current)
        for name, label, asked in offered
    ]


def _at_the_time(sessions: SessionQuerySet, when: str, status: str, at: datetime) -> SessionQuerySet:
    """Those to come, past or all; a status that was asked for decides by itself what it includes."""
    today = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    if when == "past":
        return sessions.filter(starts_at__lt=at)
    if when == "coming":
        return sessions.filter(starts_at__gte=today) if status else sessions.coming(since=today)
    return sessions


def _rows(sessions: Sequence[Session], *, user: User, at: datetime) -> list[Row]:
    waiting = {session.pk for session in sessions if session.awaits_word(at=at)}
    needs = session_needs([one for one in sessions if one.is_to_come and one.pk not in waiting])
    return [
        Row(session, shown_name(user, session), needs.get(session.pk), session.pk in waiting)
        for session in sessions
    ]


def _days(rows: Sequence[Row], *, monday: date, today: date) -> list[Day]:
    by_date: dict[date, list[Row]] = {monday + timedelta(days=number): [] for number in range(7)}
    for row in rows:
        by_date[localdate(row.session.starts_at)].append(row)
    return [Day(date=day, is_today=day == today, rows=found) for day, found in by_date.items()]


def _monday_of(text: str) -> date | None:
    match = _WEEK.fullmatch(text)
    try:
        return date.fromisocalendar(int(match[1]), int(match[2]), 1) if match else None
    except ValueError:
        return None


def _name_of(monday: date) -> str:
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02d}"


def _week_url(query: QueryDict, monday: date) -> str:
    kept = query.copy()
    kept["week"] = _name_of(monday)
    return f"?{kept.urlencode()}"


def _without(query: QueryDict, *names: str) -> str:
    kept = query.copy()
    for name in names:
        kept.pop(name, None)
    return kept.urlencode()
