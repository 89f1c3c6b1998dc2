"""What the next page says beside the outcome of an act."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ledger.domain.mail_server import is_set_up


def warn_if_mail_waits(request: HttpRequest) -> None:
    """Without a mail server nobody is told by mail: say where the mail is, and what to do with it."""
    if not is_set_up():
        messages.warning(
            request,
            _(
                "No mail server is set up: the mail waits in the outbox, "
                "where a lead can read it and pass it on."
            ),
        )
