from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import EmailMixin, NewPasswordMixin, new_password_field
from accounts.models import Language


class SetupForm(EmailMixin, NewPasswordMixin):
    code = forms.CharField(
        label=_("One-time code"),
        max_length=40,
        help_text=_("Printed in the terminal where Contrechamp was started."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    company = forms.CharField(
        label=_("Name of the company"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = new_password_field()
    language = forms.ChoiceField(label=_("Language"), choices=Language)

    def clean(self) -> None:
        super().clean()
        self.check_password(name=self.cleaned_data.get("name", ""), email=self.cleaned_data.get("email", ""))
