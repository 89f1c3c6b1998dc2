"""Calendars in the words that other programs read: RFC 5545, strictly, and the names that RFC 7986 adds.

A calendar to follow, or the invitation to one event that is mailed to someone (RFC 5546).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from urllib.parse import quote, urlsplit

from ledger.domain.links import absolute

PRODUCT = "-//Contrechamp//Calendar//EN"
OCTETS_A_LINE = 75  # without the line's end
# They end lines for some readers and not for others.
_LINE_ENDS = str.maketrans(dict.fromkeys("\r\x85\u2028\u2029", "\n"))
_FORBIDDEN = str.maketrans(dict.fromkeys([*range(0x09), *range(0x0B, 0x20), 0x7F]))
_IN_ADDRESSES = "@!$&'*+-/=^_`{|}~"  # besides letters, digits and points
# The standard wants at least one component, so a calendar without events says this of time.
_NO_EVENTS = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)


class EventStatus(StrEnum):
    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Method(StrEnum):
    """What an invitation asks of the program that reads it."""

    REQUEST = "REQUEST"  # put it in, or bring it up to date
    CANCEL = "CANCEL"  # take it out


@dataclass(frozen=True, kw_only=True)
class Party:
    """Someone named in an invitation."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something at a time, or on whole days.

    `starts` and `ends` are both aware datetimes or both dates, `ends` the first moment or day after it;
    raises ValueError otherwise. `uid` stays the same for as long as it is the same event, and `sequence`
    grows whenever it moves or is called off. `busy`: whether its time is taken. `status` None: nothing is
    said of it.
    """

    uid: str
    changed_at: datetime
    starts: date
    ends: date
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    status: EventStatus | None = EventStatus.CONFIRMED
    sequence: int = 0
    busy: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.starts, datetime) != isinstance(self.ends, datetime):
            raise ValueError("an event takes whole days or a part of one")
        if self.ends <= self.starts:
            raise ValueError("an event ends after it starts")


def event_uid(*parts: object) -> str:
    """An id of this site's, the same whenever it is made of the same parts."""
    host = urlsplit(absolute("/")).hostname or "localhost"
    return f"{'-'.join(str(part) for part in parts)}@{host}"


def write_calendar(*, name: str, events: Iterable[Event], refresh_hours: int) -> bytes:
    """The whole file. `refresh_hours`: how often a program that follows it is asked to read it again.

    Without METHOD: this is a calendar to follow, nobody is invited to anything.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{refresh_hours}H",
        f"X-PUBLISHED-TTL:PT{refresh_hours}H",
    ]
    # Of an event that is not sent to anyone both moments tell when it last changed.
    written = [line for event in events for line in _event(event, written_at=event.changed_at)]
    lines += [*(written or _NO_EVENTS), "END:VCALENDAR"]
    return b"".join(_folded(line) for line in lines)


def write_invitation(
    *, method: Method, event: Event, organiser: Party, attendee: Party, written_at: datetime
) -> bytes:
    """The file of a mail that invites one person, moves what they were invited to, or calls it off.

    It names nobody else: those who are invited to the same event need not know each other's addresses.
    No answer is asked for, because a person reads the answers to the mail.
    """
    parties = (
        f"ORGANIZER;{_party(organiser)}",
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE;"
        + _party(attendee),
    )
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        *_event(event, written_at=written_at, parties=parties),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _event(event: Event, *, written_at: datetime, parties: Iterable[str] = ()) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_moment(written_at)}"
    yield f"LAST-MODIFIED:{_moment(event.changed_at)}"
    yield f"DTSTART{_when(event.starts)}"
    yield f"DTEND{_when(event.ends)}"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    if event.location:
        yield f"LOCATION:{_text(event.location)}"
    if event.url:
        yield f"URL:{event.url}"
    yield from parties
    if event.status:
        yield f"STATUS:{event.status}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"TRANSP:{'OPAQUE' if event.busy else 'TRANSPARENT'}"
    # Colleagues to whom the calendar is open see that time is taken, not what for.
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def _party(party: Party) -> str:
    """The name as a quoted parameter, which may hold no quotation mark, and the address."""
    name = party.name.replace('"', "'").translate(_LINE_ENDS).translate(_FORBIDDEN).replace("\n", " ")
    return f'CN="{name}":mailto:{quote(party.address, safe=_IN_ADDRESSES)}'


def _when(value: date) -> str:
    if isinstance(value, datetime):
        return f":{_moment(value)}"
    return f";VALUE=DATE:{value:%Y%m%d}"


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A text value: what has a meaning in the format escaped, what may not stand in it left out."""
    value = value.replace("\r\n", "\n").translate(_LINE_ENDS).translate(_FORBIDDEN)
    for mark in "\\;,":
        value = value.replace(mark, f"\\{mark}")
    return value.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """The line's octets, broken before the 76th and never within a character."""
    octets = line.encode(errors="ignore")  # no lone surrogate is text
    pieces, room = [], OCTETS_A_LINE
    while len(octets) > room:
        cut = room
        while octets[cut] & 0xC0 == 0x80:  # noqa: PLR2004 - the first two bits of a character's later octets
            cut -= 1
        pieces.append(octets[:cut])
        octets, room = octets[cut:], OCTETS_A_LINE - 1  # the space that continues a line counts
    return b"\r\n ".join([*pieces, octets]) + b"\r\n"
