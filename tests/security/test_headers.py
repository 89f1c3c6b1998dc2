"""One set of headers for each class of response, asserted exactly, over every address and every refusal."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from tests.access.world import ROLES, World, make_world
from tests.factories import PASSWORD, make_user
from tests.security.crawl import addresses, body_of, client_of
from tests.security.pages import active_content

PAGE_POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
}
MAIL_POLICY = {
    "sandbox",
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "img-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "base-uri 'none'",
}
CALENDAR_POLICY = {"sandbox", "default-src 'none'", "frame-ancestors 'none'"}
ISOLATED = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def policy_of(response: HttpResponse) -> set[str]:
    return {part.strip() for part in response.headers["Content-Security-Policy"].split(";") if part.strip()}


def off_the_set(
    response: HttpResponse,
    *,
    policy: set[str] = PAGE_POLICY,
    frame: str = "DENY",
    referrer: str = "same-origin",
    cached: bool = False,
) -> list[str]:
    """What differs from the set that responses of this class have."""
    wrong = [
        f"{name}: {response.headers.get(name)!r}"
        for name, value in (ISOLATED | {"X-Frame-Options": frame, "Referrer-Policy": referrer}).items()
        if response.headers.get(name) != value
    ]
    if policy_of(response) != policy:
        wrong.append(f"policy: {policy_of(response) ^ policy}")
    if not cached and "no-store" not in response.headers.get("Cache-Control", ""):
        wrong.append(f"Cache-Control: {response.headers.get('Cache-Control')!r}")
    if {"Server", "X-Powered-By", "Access-Control-Allow-Origin"} & set(response.headers):
        wrong.append("says too much")
    return wrong


def classed(url: str, response: HttpResponse, world: World) -> dict[str, object]:
    """By its address: pages and refusals, an image, a mail in its frame, or a calendar."""
    if response.status_code == 200 and url == reverse("wiki:image", args=[world.ids["image"]]):
        return {"policy": {"sandbox", "default-src 'none'"}, "cached": True}
    if response.status_code == 200 and url == reverse("accounts:mail_html", args=[world.ids["mail"]]):
        return {"policy": MAIL_POLICY, "frame": "SAMEORIGIN"}
    if url.startswith("/calendar/"):
        return {"policy": CALENDAR_POLICY, "referrer": "no-referrer"}
    return {}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["anonymous", "reader", "lead", "administrator"])
def test_every_address_has_the_headers_of_its_class(role):
    assert role in ROLES
    world = make_world()
    client = client_of(world, role)
    statuses = set()
    for url in addresses(world):
        response = client.get(url)
        body_of(response)
        if response.wsgi_request.user.is_anonymous and role != "anonymous":
            client.force_login(world.users[role])
        statuses.add(response.status_code)
        assert off_the_set(response, **classed(url, response, world)) == [], f"{url} {response.status_code}"
    assert {200, 302, 405} <= statuses


@pytest.mark.django_db
def test_no_page_holds_code_of_its_own():
    world = make_world()
    client = client_of(world, "lead")
    read = 0
    for url in addresses(world):
        response = client.get(url)
        body = body_of(response)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            html = body.decode()
            if url == reverse("accounts:mail_html", args=[world.ids["mail"]]):
                # Mail programs know no other way to style, and this one response's policy allows it.
                html = re.sub(r' style="[^"]*"|<style>[^<]*</style>', "", html)
            assert active_content(html) == [], url
            read += 1
        if response.wsgi_request.user.is_anonymous:
            client.force_login(world.users["lead"])
    assert read > 60


@pytest.mark.django_db
def test_refusals_have_the_headers_of_pages():
    reader = make_user("reader")
    client = Client()
    client.force_login(reader)
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(reader)
    responses = {
        400: client.get("/", headers={"Host": "evil.example"}),
        403: client.get(reverse("accounts:people")),
        404: client.get("/nowhere/"),
        405: client.get(reverse("wiki:preview")),
    }
    for status, response in responses.items():
        assert response.status_code == status
        assert off_the_set(response) == [], status
    forged = guarded.post(reverse("accounts:profile"))
    assert forged.status_code == 403
    assert off_the_set(forged) == []


@pytest.mark.django_db
def test_an_error_of_ours_has_the_headers_of_pages_and_says_nothing(monkeypatch):
    monkeypatch.delattr("recruiting.views.home.needs_me")
    client = Client(raise_request_exception=False)
    client.force_login(make_user("reader"))
    response = client.get("/")
    assert response.status_code == 500
    assert off_the_set(response) == []
    assert "NameError" not in response.text
    assert active_content(response.text) == []


@pytest.mark.django_db
def test_downloads_are_attachments():
    world = make_world()
    client = client_of(world, "lead")
    response = client.get(reverse("recruiting:report_csv", args=[2026, 44]))
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="contrechamp-2026-W44.csv"'
    assert off_the_set(response) == []
    response = client.get(reverse("recruiting:report_xlsx", args=[2026, 44]))
    assert response.headers["Content-Disposition"] == 'attachment; filename="contrechamp-2026-W44.xlsx"'
    assert off_the_set(response) == []


def test_static_files_have_the_policy_too(tmp_path):
    """WhiteNoise answers before the views, and after the middleware that sets the headers."""
    (tmp_path / "site.css").write_text("p { color: red }")
    with override_settings(STATIC_ROOT=tmp_path, WHITENOISE_AUTOREFRESH=False, WHITENOISE_USE_FINDERS=False):
        response = Client().get("/static/site.css")
    body_of(response)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == 'text/css; charset="utf-8"'
    assert off_the_set(response, cached=True) == []
    assert "no-store" not in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_cookies_are_kept_from_scripts_and_other_sites():
    user = make_user("reader")
    client = Client()
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("set_language"), {"language": "fr"})
    client.post(reverse("accounts:profile"), {"name": "A", "language": "en"})  # a message
    assert {"sessionid", "csrftoken", settings.LANGUAGE_COOKIE_NAME, "messages"} <= set(client.cookies)
    for name, cookie in client.cookies.items():
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert not cookie["domain"], name


SHOW_SETTINGS = """
import django
django.setup()
from django.conf import settings
from django.core.checks import run_checks
from django.test import Client
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
             "LANGUAGE_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS",
             "SECURE_HSTS_PRELOAD", "DEBUG", "CSRF_TRUSTED_ORIGINS"):
    print(name, getattr(settings, name))
to_https = Client().get("/healthz/", headers={"Host": "answers.example.com"})
print("redirect", to_https.status_code, to_https["Location"])
print("redirect policy", "Content-Security-Policy" in to_https, "Cross-Origin-Resource-Policy" in to_https)
refused = Client().get("/x", headers={"Host": "evil.example"})
print("bad host", refused.status_code, "Content-Security-Policy" in refused)
secure = Client().get("/static/nowhere.css", headers={"Host": "answers.example.com"}, secure=True)
print("hsts", secure["Strict-Transport-Security"])
"""


def test_https_site_has_secure_cookies_and_hsts(tmp_path):
    environment = os.environ | {
        "SITE_URL": "https://answers.example.com",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'none.sqlite3'}",
    }
    done = subprocess.run(
        [sys.executable, "-c", SHOW_SETTINGS],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "SESSION_COOKIE_NAME __Host-session",
        "CSRF_COOKIE_NAME __Host-csrf",
        "SESSION_COOKIE_SECURE True",
        "CSRF_COOKIE_SECURE True",
        "LANGUAGE_COOKIE_SECURE True",
        "SECURE_HSTS_SECONDS 63072000",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS True",
        "SECURE_HSTS_PRELOAD True",
        "DEBUG False",
        "CSRF_TRUSTED_ORIGINS ['https://answers.example.com']",
        "redirect 301 https://answers.example.com/healthz/",
        "redirect policy True True",
        "bad host 400 True",
        "hsts max-age=63072000; includeSubDomains; preload",
    ]
