"""What the header offers to each role."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import may_change_settings, may_manage_people, may_see_outbox
from accounts.models import User
from recruiting.access import may_read_reports, may_recruit, may_see_sessions
from wiki.access import may_read_wiki, may_review

# Promises and recalls are what sessions leave to do; an application is one of its position’s.
BESIDE = {
    "/follow-ups/": "recruiting:sessions",
    "/recalls/": "recruiting:sessions",
    "/applications/": "recruiting:positions",
}


@dataclass(frozen=True)
class NavItem:
    url: str
    label: str
    current: bool


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `nav` for the signed-in user, and whether this is the demonstration."""
    user = getattr(request, "user", None)
    nav = _items(user, request.path) if isinstance(user, User) else []
    return {"nav": nav, "demo": settings.DEMO}


def _items(user: User, path: str) -> list[NavItem]:
    offered = [
        (True, "home", _("Home")),
        (may_read_wiki(user), "wiki:index", _("Wiki")),
        (may_review(user), "wiki:review", _("Review queue")),
        (may_see_sessions(user), "recruiting:sessions", _("Sessions")),
        (may_recruit(user), "recruiting:positions", _("Positions")),
        (may_read_reports(user), "recruiting:reports", _("Weekly reports")),
        (may_manage_people(user), "accounts:people", _("People")),
        (may_see_outbox(user), "accounts:outbox", _("Outbox")),
        (may_change_settings(user), "accounts:settings", _("Settings")),
    ]
    links = [(reverse(name), label) for allowed, name, label in offered if allowed]
    # One’s own digests stand below the wiki, but belong to the profile, which the header does not name.
    places = [reverse("wiki:digest_pause"), *(url for url, _label in links)]
    here = max((url for url in places if _within(_reached_from(path), url)), key=len, default="")
    return [NavItem(url=url, label=label, current=url == here) for url, label in links]


def _reached_from(path: str) -> str:
    """The page that leads here, for addresses that do not stand below it."""
    for beginning, name in BESIDE.items():
        if path.startswith(beginning):
            return reverse(name)
    return path


def _within(path: str, url: str) -> bool:
    """Whether the page stands at the address or below it; everything stands below home, so not home."""
    return path == url or (url != "/" and path.startswith(url))
