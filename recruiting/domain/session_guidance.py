"""What is worth knowing when a session is planned. Guidance: nothing of it keeps anyone from planning."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext

from accounts.dates import in_words
from accounts.models import User
from ledger.domain.schedule import WEEKEND
from recruiting.models import Application, Host, Position, RoleSheet, Session, Stage
from recruiting.models.sessions import LONGEST, TO_COME

EARLY = (Stage.SCREENING, Stage.INTERVIEWS)
DAY_BEGINS, DAY_ENDS = time(8), time(19, 30)


@dataclass(frozen=True, kw_only=True)
class Advice:
    """One thing to know, and where to mend it, if it can be."""

    kind: str
    words: str
    url: str = ""
    url_label: str = ""


def advice_on_application(*, application: Application, stage: str, gentler_form: str | None) -> list[Advice]:
    """What the moment, the position and the candidate make advisable; two queries at most.

    `gentler_form` is "" while none is chosen, None where it cannot be.
    """
    advice = [*_on_moment(stage), *_on_position(application.position)]
    if gentler_form == "":
        words = gettext(
            "If %(name)s begins their career, or may dislike asking face to face, choose a gentler form: "
            "questions in writing, or a list of topics."
        )
        advice.append(Advice(kind="gentler", words=words % {"name": application.candidate.first_name}))
    return advice


def advice_on_time(
    *, starts_at: datetime, length_minutes: int, hosts: Sequence[User], at: datetime, but: int | None = None
) -> list[Advice]:
    """What speaks against that time. `but`: the session itself, if it is planned already."""
    return [
        *_on_hour(starts_at, at),
        *_on_hosts(starts_at, starts_at + timedelta(minutes=length_minutes), hosts, but),
    ]


def _on_moment(stage: str) -> Iterator[Advice]:
    if stage in EARLY:
        words = gettext(
            "The stage is “%(stage)s”. A reverse interview gains most at the end of the process, or once "
            "the offer is made: it then lifts the last doubts."
        )
        yield Advice(kind="stage", words=words % {"stage": Stage(stage).label})


def _on_position(position: Position) -> Iterator[Advice]:
    if position.applicants_abound:
        words = gettext("Many people apply for this position: a reverse interview gains little there.")
        yield Advice(kind="abound", words=words)
    sheet = RoleSheet.objects.filter(position=position).first()
    if sheet is None or not sheet.pay_range.strip():
        yield Advice(
            kind="not-ready",
            words=gettext(
                "The position is not ready for sessions: its role sheet gives no initial pay range, which "
                "candidates ask about."
            ),
            url=reverse("recruiting:position", args=[position.pk]),
            url_label=gettext("See the position"),
        )


def _on_hour(starts_at: datetime, at: datetime) -> Iterator[Advice]:
    local = localtime(starts_at)
    if starts_at < at:
        yield Advice(kind="past", words=gettext("It begins in the past: nobody is told of it by mail."))
    if local.weekday() in WEEKEND:
        words = gettext("It is on a %(day)s, when most hosts do not work.")
        yield Advice(kind="weekend", words=words % {"day": in_words(local, "l")})
    if not DAY_BEGINS <= local.time() < DAY_ENDS:
        words = gettext("It begins at %(hour)s, outside the usual hours.")
        yield Advice(kind="hours", words=words % {"hour": in_words(local, "TIME_FORMAT")})


def _on_hosts(starts: datetime, ends: datetime, hosts: Sequence[User], but: int | None) -> Iterator[Advice]:
    nearby = Host.objects.filter(
        user__in=hosts,
        session__status__in=TO_COME,
        session__starts_at__gt=starts - timedelta(minutes=LONGEST),
        session__starts_at__lt=ends,
    ).exclude(session=but)
    for host in nearby.select_related("user", "session__application__position").order_by(
        "session__starts_at"
    ):
        if host.session.ends_at > starts:
            yield _busy(host)


def _busy(host: Host) -> Advice:
    session: Session = host.session
    words = gettext("%(name)s hosts another session at that time: %(when)s, %(position)s.")
    facts = {
        "name": host.user,
        "when": in_words(localtime(session.starts_at), "DATETIME_FORMAT"),
        "position": session.application.position.title,
    }
    return Advice(
        kind="busy",
        words=words % facts,
        url=reverse("recruiting:session", args=[session.pk]),
        url_label=gettext("See that session"),
    )
