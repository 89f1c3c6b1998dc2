from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wiki.models import Scope, ScopeKind


class ScopeChoice(forms.ModelChoiceField):
    """Scopes by name and kind, in the order of the tree."""

    def label_from_instance(self, scope: Scope) -> str:
        if scope.kind == ScopeKind.COMPANY:
            return scope.name
        return f"{scope.name} ({scope.get_kind_display().lower()})"


class CompanyForm(forms.Form):
    """The root has a name only."""

    name = forms.CharField(label=gettext_lazy("Name of the company"), max_length=80)


class ScopeForm(forms.Form):
    """A scope below the company; its kind is settled once, since each kind is a tree of its own."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[choice for choice in ScopeKind.choices if choice[0] != ScopeKind.COMPANY],
        widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
    )
    parent = ScopeChoice(
        label=gettext_lazy("Part of"),
        help_text=gettext_lazy("The company, or a scope of the same kind."),
        queryset=Scope.objects.in_tree_order(),
        empty_label=None,
    )

    def __init__(self, *args: Any, scope: Scope | None = None, **kwargs: Any) -> None:
        if scope is not None:
            kwargs["initial"] = {"name": scope.name, "kind": scope.kind, "parent": scope.parent_id}
        super().__init__(*args, **kwargs)
        self.scope = scope
        if scope is not None:
            del self.fields["kind"]
            possible = Scope.objects.in_tree_order().filter(kind__in=[scope.kind, ScopeKind.COMPANY])
            possible = possible.exclude(path__startswith=scope.path)
            self.fields["parent"].queryset = possible  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        parent, name = cleaned.get("parent"), cleaned.get("name")
        kind = self.scope.kind if self.scope else cleaned.get("kind")
        if not (parent and name and kind):
            return cleaned
        if parent.kind not in (kind, ScopeKind.COMPANY):
            self.add_error("parent", _("Choose the company or a scope of the same kind."))
        namesakes = Scope.objects.filter(parent=parent, kind=kind, name=name)
        if self.scope:
            namesakes = namesakes.exclude(pk=self.scope.pk)
        if namesakes.exists():
            self.add_error("name", _("There is already one with this name there."))
        return cleaned
