"""Sessions for the people of a demonstration, made once: signing in is slow, and limited, on purpose.

Run inside a site: `manage.py shell -c "from tests.browser.signed_in import show; show()"`.
"""

import json


def show() -> None:
    """Print the session cookie of each person, by the name before the @ of their address."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    cookies = {}
    for person in User.objects.filter(is_active=True):
        client = Client()
        client.force_login(person)
        cookies[person.email.partition("@")[0]] = client.cookies[settings.SESSION_COOKIE_NAME].value
    print(json.dumps(cookies))
