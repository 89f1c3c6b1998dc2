from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from recruiting.models import Session


def sign_shown(revisions: Collection[int], *, session: Session, user: User) -> str:
    """The revisions that a page shows, signed for its reader: what comes back was shown, and to them."""
    return signing.dumps(sorted(revisions), salt=_salt(session, user), compress=True)


class ReadForm(forms.Form):
    """The host's word that they have read what a part of the page showed. `part` is where they go on."""

    shown = forms.CharField()
    part = forms.SlugField(required=False)

    def __init__(self, *args: Any, session: Session, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.salt = _salt(session, user)

    def clean_shown(self) -> Sequence[int]:
        try:
            revisions: list[int] = signing.loads(self.cleaned_data["shown"], salt=self.salt)
        except signing.BadSignature as error:
            raise forms.ValidationError("not what the page showed") from error
        return revisions


class HostNoteForm(forms.Form):
    text = forms.CharField(
        label=_("A note for the next host"),
        help_text=_("What to know about our answers. Nothing about the candidate."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _salt(session: Session, user: User) -> str:
    return f"briefing-{session.pk}-{user.pk}"
