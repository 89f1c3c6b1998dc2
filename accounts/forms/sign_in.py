"""allauth's forms in our words: labels instead of placeholders, one new password instead of two."""

from typing import Any

from allauth.account import forms as account
from django import forms
from django.utils.translation import gettext_lazy as _


class PlainMixin(forms.Form):
    """Take away placeholders, which vanish as one types, and name the fields as the rest of the site."""

    labels: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels.items():
            self.fields[name].label = label
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignInForm(PlainMixin, account.LoginForm):
    labels = {"login": _("E-mail address"), "password": _("Password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""  # the page has the link itself, below the form


class PasswordAgainForm(PlainMixin, account.ReauthenticateForm):
    labels = {"password": _("Password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class PasswordResetForm(PlainMixin, account.ResetPasswordForm):
    labels = {"email": _("E-mail address")}


class PasswordChangeForm(PlainMixin, account.ChangePasswordForm):
    labels = {"oldpassword": _("Current password"), "password1": _("New password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""
        del self.fields["password2"]


class NewPasswordForm(PlainMixin, account.ResetPasswordKeyForm):
    labels = {"password1": _("New password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
