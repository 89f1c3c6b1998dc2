from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from ledger.domain.mail_kinds import register_mail_kind


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.domain.invitations import still_invites  # noqa: PLC0415 - models load after this module

        register_mail_kind(kind="invitation", label=_("Invitation"), still_concerns=still_invites)
        register_mail_kind(kind="password-reset", label=_("New password"))
        register_mail_kind(kind="account-change", label=_("Change of sign-in"))
