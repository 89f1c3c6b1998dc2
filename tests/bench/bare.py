"""A bare Django page to measure beside ours: session, user, one SELECT, a small template.

`python -m tests.bench.bare` makes its database and prints a signed-in session's key; gunicorn serves
`tests.bench.bare:application`.
"""

import os
import sys
from pathlib import Path

import django
import environ
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

FOLDER = Path(os.environ.get("BARE_DIR", "."))
DATABASE = environ.Env.db_url_config(
    os.environ.get("BARE_DATABASE_URL") or f"sqlite:///{FOLDER / 'bare.sqlite3'}"
)
TEMPLATE = """<!doctype html><html lang="en"><head><title>{{ name }}</title></head>
<body><p>Signed in as {{ user.username }}</p><main><h1>{{ name }}</h1>
{% for word in words %}<p>{{ word }}</p>{% endfor %}</main></body></html>"""

if not settings.configured:
    settings.configure(
        SECRET_KEY="bench",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="tests.bench.bare",
        USE_TZ=True,
        DATABASES={"default": DATABASE | {"CONN_MAX_AGE": 60}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
        # As `startproject` sets them.
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
    )
    django.setup()


def page(request: HttpRequest) -> HttpResponse:
    from django.contrib.auth.models import Permission

    permission = Permission.objects.order_by("pk")[0]
    template = engines["django"].from_string(TEMPLATE) if not _TEMPLATES else _TEMPLATES[0]
    _TEMPLATES[:] = [template]
    words = ["word " * 90] * 5
    return HttpResponse(
        template.render({"user": request.user, "name": permission.name, "words": words}, request)
    )


_TEMPLATES: list = []
urlpatterns = [path("", page)]
application = get_wsgi_application()


def main() -> None:
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore

    call_command("migrate", verbosity=0)
    user, _ = User.objects.get_or_create(username="reader")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    sys.stdout.write(session.session_key)


if __name__ == "__main__":
    main()
