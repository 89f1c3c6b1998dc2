from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

from accounts.access import may_grant
from accounts.domain.people import fingerprint_of
from accounts.forms.seen import SeenMixin
from accounts.models import Invitation, Language, Role, User

OPEN_INVITATION = _("This address has an open invitation: send it again from the list of people.")
ROLE_HINT = _("One person may hold several. A lead does all that editors and recruiters do.")


def role_field(*, granted_by: User) -> forms.MultipleChoiceField:
    """The roles this user may grant; any other is refused as an unknown choice."""
    return forms.MultipleChoiceField(
        label=_("Roles"),
        help_text=ROLE_HINT,
        choices=[(role.value, role.label) for role in Role if may_grant(granted_by, role)],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )


def _check_sendable(email: str) -> None:
    """Refuse what is an address by the letter and fits into no mail: quoted names, overlong domains."""
    try:
        punycode(email.rpartition("@")[2])
    except UnicodeError:
        sendable = False
    else:
        sendable = '"' not in email
    if not sendable:
        raise forms.ValidationError(validate_email.message, code=validate_email.code)


class EmailMixin(forms.Form):
    """An address that no other account has, in lower case."""

    person: User | None = None

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        _check_sendable(email)
        others = User.objects.filter(email=email)
        if self.person is not None:
            others = others.exclude(pk=self.person.pk)
        if others.exists():
            raise forms.ValidationError(_("Someone with this address has an account already."))
        return email


class InvitationForm(EmailMixin):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("They receive a link, valid for seven days, to choose a name and a password."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=Language)

    def __init__(self, *args: Any, granted_by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"] = role_field(granted_by=granted_by)
        self.order_fields(["email", "roles", "language"])

    def clean_email(self) -> str:
        email = super().clean_email()
        if Invitation.objects.open(now=timezone.now()).filter(email=email).exists():
            raise forms.ValidationError(OPEN_INVITATION)
        return email


class PersonForm(EmailMixin, SeenMixin, forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "email", "job_title", "language"]

    def __init__(self, *args: Any, granted_by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = User.objects.get(pk=self.instance.pk)
        self.fields["roles"] = role_field(granted_by=granted_by)
        self.initial["roles"] = sorted(self.person.roles)
        self.initial["seen"] = fingerprint_of(self.person)


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "job_title", "language"]
        help_texts = {"language": _("For the pages, and for the mails you receive.")}


class NewPasswordMixin(forms.Form):
    """A first password, held against the name and the address as Django's validators want."""

    def check_password(self, *, name: str, email: str) -> None:
        password = self.cleaned_data.get("password")
        if not password:
            return
        try:
            password_validation.validate_password(password, User(name=name, email=email))
        except forms.ValidationError as error:
            self.add_error("password", error)


def new_password_field() -> forms.CharField:
    return forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=256,
        help_text=_("At least 12 characters. A few words in a row are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class AcceptanceForm(NewPasswordMixin):
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = new_password_field()
    language = forms.ChoiceField(label=_("Language"), choices=Language)

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> None:
        super().clean()
        self.check_password(name=self.cleaned_data.get("name", ""), email=self.email)
