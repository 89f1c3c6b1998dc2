"""allauth's forms of the second factor, in our words."""

from typing import Any

from allauth.mfa.base import forms as base
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import gettext_lazy as _

from accounts.forms.sign_in import PlainMixin


class CodeForm(PlainMixin, base.AuthenticateForm):
    labels = {"code": _("Code from your authenticator app, or a recovery code")}


class CodeAgainForm(PlainMixin, base.ReauthenticateForm):
    labels = {"code": _("Code from your authenticator app, or a recovery code")}


class AuthenticatorForm(PlainMixin, ActivateTOTPForm):
    labels = {"code": _("Code that the app shows")}


class AddKeyForm(PlainMixin, AddWebAuthnForm):
    labels = {"name": _("Name of the key"), "passwordless": _("Sign in with this key alone")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].help_text = _(
            "The key then replaces the password too. It must ask for a fingerprint, a face or a PIN."
        )


class EditKeyForm(PlainMixin, EditWebAuthnForm):
    labels = {"name": _("Name of the key")}
