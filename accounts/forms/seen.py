from typing import Any

from django import forms


class SeenMixin(forms.Form):
    """Carries what tells which state its reader saw, so that of two who save the second is told."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def refuse(self, message: str, *, standing: str) -> None:
        """Someone was faster: keep what was typed, and let a second press save it knowingly."""
        typed: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict, of which the stubs know only a mapping
        typed["seen"] = standing
        self.data = typed
        self.add_error(None, message)
