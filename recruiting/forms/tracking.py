from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from recruiting.domain.tracking.columns import Kind
from recruiting.domain.tracking.files import MOST_BYTES, Unreadable, decoded
from recruiting.domain.tracking.imports import read_import


class TrackingForm(forms.Form):
    """A file of the tracking system, and what it is about; valid when every line can be read."""

    kind = forms.ChoiceField(label=_("What the file holds"), choices=Kind.choices, widget=forms.RadioSelect)
    upload = forms.FileField(
        label=_("CSV file"),
        help_text=_("At most 5 MB. Nothing is written before you have seen what it would do."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,.txt"}),
        error_messages={"empty": _("This file is empty.")},
    )

    text = ""  # of the file, once it is valid

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        upload: UploadedFile[Any] | None = data.get("upload")
        if upload is not None:
            try:
                # One byte too many tells that it is too large; what is beyond need not be in memory.
                self.text = decoded(upload.read(MOST_BYTES + 1))
                if "kind" in data:
                    read_import(kind=data["kind"], text=self.text)
            except Unreadable as unreadable:
                self.add_error("upload", str(unreadable))
        return data
