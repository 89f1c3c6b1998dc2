from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ledger.domain.mail_kinds import goes_to_candidates
from ledger.models import OutgoingMail

register = template.Library()


@register.filter
def address(email: str) -> SafeString:
    """An e-mail address that, where it is too long for the line, breaks before its @."""
    name, at, host = email.rpartition("@")
    return format_html("{}<wbr>{}{}", name, at, host)


@register.filter
def recipient_address(mail: OutgoingMail, reads_bodies: bool) -> str:
    """Where the mail goes, as far as its reader may know: a candidate's address is for recruiting alone."""
    if goes_to_candidates(mail.kind) and not (reads_bodies and mail.to_address):
        return _("a candidate")
    return address(mail.to_address)
