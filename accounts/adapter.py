"""Where allauth is told how this site differs: no sign-up, mails by the outbox, links from SITE_URL."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.domain.mails import queue_account_change, queue_password_reset
from accounts.models import User

# allauth's notifications, and the sentence of templates/emails/account_change.txt each becomes.
CHANGES = {
    "account/email/password_changed": "password",
    "account/email/password_reset": "password",
    "account/email/password_set": "password",
    "mfa/email/totp_activated": "totp-on",
    "mfa/email/totp_deactivated": "totp-off",
    "mfa/email/recovery_codes_generated": "recovery-codes",
    "mfa/email/webauthn_added": "key-added",
    "mfa/email/webauthn_removed": "key-removed",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "enter_current_password": _("This is not your current password."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "too_many_login_attempts": _("There were too many tries. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only paths of this site: no page here is ever reached by a whole address."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        path = reverse(
            "account_reset_password_from_key", kwargs={"uidb36": context["uid"], "key": context["key"]}
        )
        queue_password_reset(
            user=user,
            path=path,
            lifetime=timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
            at=timezone.now(),
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        queue_account_change(
            user=user,
            change=CHANGES[template_prefix],
            at=timezone.now(),
            ip=self.get_client_ip(self.request),
            browser=self.get_http_user_agent(self.request)[:200],
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """All other mails belong to signing up and to changing addresses, which are closed."""
        raise NotImplementedError(template_prefix)
