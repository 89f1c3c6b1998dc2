"""Every address of the site, with ids that exist, from the access test's own table."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access.table import PUBLIC, TABLE, Row
from tests.access.world import World

PUBLIC_ADDRESSES = {
    "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
    "accounts:invitation_accept": {"token": "unknown"},
    "recruiting:calendar_feed": {"token": "unknown"},
}


def address_of(row: Row, world: World) -> str:
    kwargs = {
        argument: key.removeprefix("=") if key.startswith("=") else world.ids[key]
        for argument, key in row.ids.items()
    }
    return reverse(row.name, kwargs=kwargs) + (f"?{row.query}" if row.query else "")


def rows_once() -> Iterator[Row]:
    """One row for each name and each set of ids; the own account's pages too."""
    seen = set()
    for row in TABLE:
        key = (row.name, tuple(sorted(row.ids.items())))
        if key not in seen:
            seen.add(key)
            yield row


def addresses(world: World) -> list[str]:
    """Every address, those open to strangers last."""
    closed = [address_of(row, world) for row in rows_once()]
    public = [reverse(name, kwargs=PUBLIC_ADDRESSES.get(name)) for name in sorted(PUBLIC)]
    calendar = reverse("recruiting:calendar_feed", args=[world.ids["calendar"]])
    return list(dict.fromkeys([*closed, *public, calendar]))


def body_of(response: HttpResponse) -> bytes:
    """The whole body: reading a file to its end closes it."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def client_of(world: World, role: str, **options: object) -> Client:
    client = Client(**options)
    if role != "anonymous":
        client.force_login(world.users[role])
    return client
