from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, allowed_to
from wiki.access import may_rule
from wiki.domain.scopes import NameTaken, WrongParent, create_scope, edit_scope
from wiki.forms.scopes import CompanyForm, ScopeForm
from wiki.models import Scope, ScopeKind


@require_safe
@allowed_to(may_rule)
def scopes(request: SignedInRequest) -> HttpResponse:
    in_use = Q(answers__archived_at=None)
    rows = Scope.objects.in_tree_order().select_related("parent")
    rows = rows.annotate(answer_count=Count("answers", filter=in_use))
    return render(request, "wiki/scopes.html", {"scopes": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_rule)
def scope_new(request: SignedInRequest) -> HttpResponse:
    """A scope; the company itself while there is none."""
    has_company = Scope.objects.filter(kind=ScopeKind.COMPANY).exists()
    form = ScopeForm(request.POST or None) if has_company else CompanyForm(request.POST or None)
    if form.is_valid():
        try:
            create_scope(
                name=form.cleaned_data["name"],
                kind=form.cleaned_data.get("kind", ScopeKind.COMPANY),
                parent=form.cleaned_data.get("parent"),
                by=request.user,
                at=now(),
            )
        except WrongParent:
            form.add_error("parent", _("It cannot be part of that one."))
        except NameTaken:
            form.add_error("name", _("There is already one with this name there."))
        else:
            messages.success(request, _("Scope added."))
            return redirect("wiki:scopes")
    return render(request, "wiki/scope_new.html", {"form": form, "has_company": has_company})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_rule)
def scope_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    scope = get_object_or_404(Scope.objects.select_related("parent"), pk=pk)
    form = (
        CompanyForm(request.POST or None, initial={"name": scope.name})
        if scope.kind == ScopeKind.COMPANY
        else ScopeForm(request.POST or None, scope=scope)
    )
    if form.is_valid():
        try:
            edit_scope(
                scope=scope,
                name=form.cleaned_data["name"],
                parent=form.cleaned_data.get("parent"),
                by=request.user,
                at=now(),
            )
        except WrongParent:
            form.add_error("parent", _("It cannot be part of that one."))
        except NameTaken:
            form.add_error("name", _("There is already one with this name there."))
        else:
            messages.success(request, _("Saved."))
            return redirect("wiki:scopes")
    return render(request, "wiki/scope_edit.html", {"form": form, "scope": scope})
