from django import forms
from django.utils.translation import gettext_lazy as _


class ImageForm(forms.Form):
    """The field name is the one that markdownx's script sends. What the file is, decoding decides."""

    image = forms.FileField(
        allow_empty_file=True,
        max_length=None,
        error_messages={
            "required": _("Choose an image to send."),
            "invalid": _("Choose an image to send."),
            "missing": _("Choose an image to send."),
        },
    )
