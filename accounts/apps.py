from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Models are not loaded yet when this module is.
        from accounts.domain.invitations import still_invites  # noqa: PLC0415
        from ledger.domain.mail_kinds import register_mail_kind  # noqa: PLC0415

        register_mail_kind(kind="invitation", label=_("Invitation"), still_concerns=still_invites)
        register_mail_kind(kind="password-reset", label=_("New password"))
        register_mail_kind(kind="account-change", label=_("Change of sign-in"))
