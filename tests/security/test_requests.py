"""Requests that no browser of ours sends: forged, oversized, aimed elsewhere, or plain nonsense."""

from urllib.parse import urlsplit

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from config.wsgi import application
from ledger.models import OutgoingMail
from tests.access.world import make_world
from tests.factories import PASSWORD, make_user
from tests.security.crawl import address_of, addresses, body_of, client_of, rows_once

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "http:evil.example",
    "https:///evil.example",
    "//evil.example@127.0.0.1/",
    "https://127.0.0.1@evil.example/",
    "https://testserver.evil.example/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "\x00//evil.example",
    "%2F%2Fevil.example",
    "/%09/evil.example",
    "http://[::1",
    "ftp://evil.example",
    "〱//evil.example",
    ".evil.example",
    "@evil.example",
]
HUGE = "9" * 30


def leads_elsewhere(location: str) -> bool:
    """As browsers read it: tabs and line ends left out, backslashes as slashes."""
    seen = "".join(character for character in location if character not in "\t\r\n\0").replace("\\", "/")
    parts = urlsplit(seen)
    return parts.scheme != "" or parts.netloc != ""


@pytest.mark.django_db
def test_every_post_wants_a_token():
    world = make_world()
    lead = client_of(world, "lead", enforce_csrf_checks=True)
    before = {model: model.objects.count() for model in (User, OutgoingMail)}
    posts = [address_of(row, world) for row in rows_once() if row.post is not None]
    public = ["account_login", "account_logout", "account_reset_password", "set_language"]
    posts += [reverse(name) for name in public]
    assert len(posts) > 40
    for url in posts:
        for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            response = lead.post(url, {"csrfmiddlewaretoken": "x" * 64}, headers=headers)
            assert response.status_code == 403, url
    assert {model: model.objects.count() for model in before} == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "a b", "@x", ""]
)
def test_foreign_host_is_refused_everywhere(host):
    for url in ("/", reverse("account_login"), "/nowhere", reverse("account_reset_password")):
        assert Client().get(url, headers={"Host": host}).status_code == 400


@pytest.mark.django_db
def test_forwarded_host_is_not_believed():
    user = make_user("reader")
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Host": "evil.example"}
    response = Client().post(reverse("account_reset_password"), {"email": user.email}, headers=headers)
    assert response.status_code == 302
    assert b"evil.example" not in bytes(OutgoingMail.objects.get().message)


@pytest.mark.django_db
@pytest.mark.parametrize("target", ELSEWHERE, ids=repr)
def test_next_never_leaves_the_site(target):
    user = make_user("lead")
    signed_in = Client()
    signed_in.force_login(user)
    for client, url, data in (
        (Client(), reverse("account_login"), {"login": user.email, "password": PASSWORD}),
        (signed_in, reverse("set_language"), {"language": "en"}),
        (signed_in, reverse("account_reauthenticate"), {"password": PASSWORD}),
        (signed_in, reverse("wiki:review_verify"), {"back": target}),
        (signed_in, reverse("recruiting:calendar_make"), {"seen": target}),
        (signed_in, reverse("account_logout"), {}),
    ):
        response = client.post(url, data | {"next": target}, headers={"Referer": "https://evil.example/"})
        if response.status_code == 302:
            assert not leads_elsewhere(response.headers["Location"]), (url, response.headers["Location"])
        else:
            assert response.status_code in (200, 400), url
        response = client.get(url, {"next": target})
        if response.status_code == 302:
            assert not leads_elsewhere(response.headers["Location"]), url


@pytest.mark.django_db
def test_body_too_large_is_refused():
    world = make_world()
    client = client_of(world, "lead")
    url = reverse("wiki:answer_edit", args=[world.ids["answer"]])
    assert client.post(url, {"details": "x" * (3 * 1024 * 1024)}).status_code == 400
    fields = {f"field{number}": "x" for number in range(600)}
    assert client.post(url, fields).status_code == 400
    many = "&".join("a=1" for _ in range(100_000))
    form = "application/x-www-form-urlencoded"
    assert client.post(url, many, content_type=form).status_code == 400
    assert client.get(url + "?" + many[:400_000]).status_code in (200, 400)
    assert client.post(reverse("wiki:preview"), {"content": "x" * 1_000_000}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["0", "2147483648", "9223372036854775807", "9223372036854775808", HUGE])
def test_ids_beyond_the_database_are_not_found(number):
    world = make_world()
    client = client_of(world, "lead")
    for row in rows_once():
        if not row.ids or row.own:
            continue
        kwargs = {
            argument: key.removeprefix("=") if key.startswith("=") else world.ids[key]
            for argument, key in row.ids.items()
        }
        for argument, value in kwargs.items():
            if str(value).isdigit():
                url = reverse(row.name, kwargs=kwargs | {argument: number})
                for method in ("GET", "POST"):
                    response = client.generic(method, url)
                    assert response.status_code in (404, 405), (method, url, response.status_code)


QUERIES = {
    "wiki:review": ["after", "before", "owner", "state", "category", "show", "page"],
    "wiki:review_verify": ["answer", "back"],
    "wiki:review_reassign": ["answer", "back"],
    "wiki:search": ["q"],
    "wiki:ready": ["language"],
    "wiki:question_new": ["category"],
    "recruiting:positions": ["after", "before", "show"],
    "recruiting:sessions": ["after", "before", "when", "status", "mine"],
    "accounts:people": ["page", "show"],
    "accounts:outbox": ["after", "before", "state", "kind"],
    "accounts:outbox_hold": ["after", "before"],
    "account_login": ["next"],
}
OF_AN_ANSWER = {"wiki:answer_history": ["before"], "wiki:answer_compare": ["left", "right"]}
ODD = [
    "\0",
    "a\0b",
    "-1",
    HUGE,
    "9" * 5000,
    "²",
    "٣",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00_1",
    "9999-12-31T23:59:59.999999-14:00_1",
    "2026-01-01T00:00:00+00:00_9223372036854775807",
    "2026-01-01T00:00:00+00:00_9223372036854775808",
    "0001-01-01_1",
    "9999-12-31_999999999999999999",
    "2026-13-01_1",
    "é" * 3000,
    "'\"<script>",
    "%ED%A0%80",
    "{}",
    "a" * 20000,
]


@pytest.mark.django_db
def test_odd_queries_are_no_error():
    world = make_world()
    client = client_of(world, "lead")
    pages = [(reverse(name), names) for name, names in QUERIES.items()]
    pages += [(reverse(name, args=[world.ids["answer"]]), names) for name, names in OF_AN_ANSWER.items()]
    slug, session = [world.ids["question"]], [world.ids["session"]]
    pages += [
        (reverse("wiki:question", args=slug), ["page"]),
        (reverse("wiki:category", args=[world.ids["category"]]), ["page"]),
        (reverse("wiki:answer_new", args=slug), ["scope", "language"]),
        (reverse("recruiting:session_answer", args=session), ["q", "question", "asked"]),
        (reverse("recruiting:application_new", args=[world.ids["position"]]), ["q"]),
        (reverse("recruiting:position", args=[world.ids["position"]]), ["after", "before"]),
    ]
    for url, names in pages:
        for name in names:
            for value in ODD:
                response = client.get(url, {name: value})
                assert response.status_code < 500, (url, name, value[:40])


@pytest.mark.django_db
def test_bytes_that_are_no_text_are_no_error():
    world = make_world()
    client = client_of(world, "lead")
    raw = [b"%00", b"%ED%A0%80", b"%FF%FE", b"%C0%AF", b"\xff\xfe", b"%", b"%zz", b"%F4%90%80%80"]
    for part in raw:
        text = part.decode("latin-1")
        for url in (
            f"/wiki/search/?q={text}",
            f"/invitation/{text}/",
            f"/calendar/{text}.ics",
            f"/wiki/question/{text}/",
            f"/{text}",
        ):
            path, _mark, query = url.partition("?")
            response = client.generic("GET", path, QUERY_STRING=query)
            assert response.status_code in (200, 302, 400, 404), url
        form = "application/x-www-form-urlencoded"
        body = b"name=" + part + b"&language=en"
        assert client.post(reverse("accounts:profile"), body, content_type=form).status_code < 500


@pytest.mark.django_db
@pytest.mark.parametrize(
    "charset", ["utf-16", "utf-7", "unicode_escape", "raw_unicode_escape", "base64", "idna", "rot13", "x"]
)
def test_other_character_sets_are_no_error(charset):
    """Some of Python's would let lone surrogates through, which no database stores; some are not text."""
    client = Client(raise_request_exception=False)
    client.force_login(make_user("lead"))
    parts = [("name", rb"\ud800 +2AA- x"), ("language", b"en"), ("job_title", b"\\udfff")]
    body = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in parts
    )
    kind = f"multipart/form-data; boundary=b; charset={charset}"
    for url in (reverse("accounts:profile"), reverse("account_login"), reverse("wiki:preview")):
        response = client.generic("POST", url, body + b"--b--\r\n", content_type=kind)
        assert response.status_code < 500, (url, charset)
        plain = f"application/x-www-form-urlencoded; charset={charset}"
        response = client.generic("POST", url, b"name=%ff", content_type=plain)
        assert response.status_code < 500, (url, charset)


@pytest.mark.django_db
@pytest.mark.parametrize("value", ['"aaaaaaaaaa\\000"', '"\\377\\376aaaaaaaa"', "a" * 6000, "é", "x" * 9])
def test_odd_cookies_are_no_error(value):
    """A quoted cookie may spell any byte, NUL too, which PostgreSQL is not to be asked to look up."""
    for name in ("sessionid", "csrftoken", "messages", "django_language"):
        client = Client(raise_request_exception=False)
        response = client.get("/account/login/", headers={"Cookie": f"{name}={value}"})
        assert response.status_code in (200, 302, 400), name
        response = client.get("/", headers={"Cookie": f"{name}={value}"})
        assert response.status_code in (302, 400), name


@pytest.mark.django_db
def test_get_and_head_change_nothing():
    """As a mail gateway or a browser's prefetch would: every address, as lead, twice."""
    from django.apps import apps

    world = make_world()
    client = client_of(world, "lead")
    models = [model for model in apps.get_models() if model._meta.label != "sessions.Session"]

    def contents() -> dict[str, list]:
        return {model._meta.label: list(model.objects.order_by("pk").values()) for model in models}

    before = contents()
    for url in addresses(world):
        if url in (reverse("account_logout"), reverse("mfa_activate_totp")):
            continue
        for method in (client.head, client.get):
            body_of(method(url))
    assert contents() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content_type",
    [
        "text/html; charset*=foo''%41",
        "text/html; charset*=undefined''%41",
        "text/html; charset*=idna''%ff",
        "text/html; charset*=utf-8''%00",
        "text/html; charset*=unicode_escape''%5cud800",
        "multipart/form-data; boundary*=foo''%41",
    ],
)
def test_unreadable_content_type_is_refused_like_any_other(content_type):
    """As the server calls us: Django reads it before the first middleware, where nothing catches an error."""
    started = []
    environ = RequestFactory().post(reverse("account_login")).environ | {"CONTENT_TYPE": content_type}
    application(environ, lambda status, headers: started.append((status, dict(headers))))
    [(status, headers)] = started
    assert status == "403 Forbidden"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
