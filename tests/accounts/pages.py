"""What several tests about people need to read from a page or a mail."""

import re

from ledger.domain.messages import parse
from ledger.models import OutgoingMail


def text_of(mail: OutgoingMail) -> str:
    body = parse(bytes(mail.message)).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(mail: OutgoingMail, *, site: str = "http://127.0.0.1:8000") -> str:
    """The path of the mail's private link."""
    found = re.search(rf"{re.escape(site)}(/\S+/\S+)", text_of(mail))
    assert found is not None
    return found.group(1)
