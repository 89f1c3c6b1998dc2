"""What happened to a session, as the activity ledger has it: planned, moved, cancelled, by whom and when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.dates import in_words
from accounts.models import Language, User
from ledger.models import Activity
from recruiting.models import GentlerForm, Session, SessionFormat, SessionStatus, Stage

VERBS = ("plan", "edit", "change-status", "hand-over", "assign-organiser")
LATEST = 100


@dataclass(frozen=True, kw_only=True)
class Event:
    """One act: what it was, and what it changed, a line each."""

    at: datetime
    actor: User | None
    title: str
    lines: list[str]


def session_history(session: Session) -> list[Event]:
    """The latest acts, the newest first; two queries. Sessions planned before this was kept say less."""
    acts = Activity.objects.about(session).filter(verb__in=VERBS).select_related("actor")
    # Of an edit that changed nothing there is nothing to tell.
    rows = [
        row
        for row in acts.order_by("-at", "-pk")[:LATEST]
        if row.verb != "edit" or row.detail.get("after", True)
    ]
    names = _names(rows)
    return [
        Event(at=row.at, actor=row.actor, title=_title(row), lines=list(_lines(row, names))) for row in rows
    ]


def _title(row: Activity) -> str:
    detail: Mapping[str, Any] = row.detail
    if row.verb == "change-status":
        return _title_of_status(detail.get("before", ""), detail.get("after", ""))
    if row.verb == "edit":
        after = detail.get("after", {})
        if "starts_at" in after:
            return _("Moved")
        return _("Hosts changed") if set(after) == {"hosts"} else _("Changed")
    return {
        "plan": _("Planned"),
        "hand-over": _("Host replaced"),
        "assign-organiser": _("Organiser replaced"),
    }[row.verb]


def _title_of_status(before: str, after: str) -> str:
    if after == SessionStatus.CANCELLED:
        return _("Cancelled")
    if before == SessionStatus.CANCELLED:
        return _("Planned again")
    label = SessionStatus(after).label if after in SessionStatus.values else after
    return _("Status: %(status)s") % {"status": label}


def _lines(row: Activity, names: Mapping[int, str]) -> Iterator[str]:
    before, after = row.detail.get("before"), row.detail.get("after")
    if row.verb == "plan":
        if starts_at := row.detail.get("starts_at"):
            yield _("For %(when)s") % {"when": _when(starts_at)}
        if hosts := row.detail.get("hosts"):
            yield _("Hosts: %(names)s") % {"names": _named(hosts, names)}
    elif row.verb in ("hand-over", "assign-organiser"):
        yield _("%(before)s, now %(after)s") % {
            "before": names.get(before, ""),
            "after": names.get(after) or _("nobody"),
        }
    elif row.verb == "edit":
        before, after = before or {}, after or {}
        for name in (name for name in _LABELS if name in after):
            yield _change(name, before.get(name), after[name], names)


# Of each fact that may change, in the order of the form.
_LABELS = ("starts_at", "length_minutes", "format", "place", "gentler_form", "language", "stage", "hosts")


def _change(name: str, before: Any, after: Any, names: Mapping[int, str]) -> str:
    if name == "hosts":
        return ", ".join(_host_changes(before or [], after or [], names))
    if name == "place":
        return _("Address or link changed") if after else _("Address or link removed")
    labels = {
        "starts_at": _("From %(before)s to %(after)s"),
        "length_minutes": _("Length: from %(before)s to %(after)s minutes"),
        "format": _("Format: %(before)s, now %(after)s"),
        "gentler_form": _("Gentler form: %(before)s, now %(after)s"),
        "language": _("Language: %(before)s, now %(after)s"),
        "stage": _("Stage: %(before)s, now %(after)s"),
    }
    return labels[name] % {"before": _shown(name, before), "after": _shown(name, after)}


def _host_changes(before: list[int], after: list[int], names: Mapping[int, str]) -> Iterator[str]:
    if added := [pk for pk in after if pk not in before]:
        yield _("added: %(names)s") % {"names": _named(added, names)}
    if removed := [pk for pk in before if pk not in after]:
        yield _("removed: %(names)s") % {"names": _named(removed, names)}


def _shown(name: str, value: Any) -> str:
    if name == "starts_at":
        return _when(value)
    choices = {
        "format": SessionFormat,
        "gentler_form": GentlerForm,
        "language": Language,
        "stage": Stage,
    }.get(name)
    if choices is None:
        return str(value)
    return str(choices(value).label) if value in choices.values else _("none")


def _when(moment: str) -> str:
    local = localtime(datetime.fromisoformat(moment))
    return f"{in_words(local, 'l')} {in_words(local, 'DATETIME_FORMAT')}"


def _named(people: list[int], names: Mapping[int, str]) -> str:
    return ", ".join(names[pk] for pk in people if pk in names)


def _names(rows: list[Activity]) -> dict[int, str]:
    """Of everybody whom the acts name by id."""
    ids: set[int] = set()
    for row in rows:
        before, after = row.detail.get("before"), row.detail.get("after")
        for part in (row.detail, before, after):
            if isinstance(part, dict):
                ids.update(part.get("hosts") or [])
        if row.verb in ("hand-over", "assign-organiser"):
            ids.update(pk for pk in (before, after) if pk)
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}
