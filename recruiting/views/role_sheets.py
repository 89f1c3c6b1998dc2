from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.models import User
from recruiting.access import may_fill_role_sheets, may_recruit, role_sheets_open_to
from recruiting.domain.role_sheet_mails import ask_for_role_sheet, is_asked
from recruiting.domain.role_sheets import RoleSheetChanged, fill_role_sheet
from recruiting.forms.role_sheets import RoleSheetForm
from recruiting.models import Position, RoleSheet


def _open_position(user: User, position_id: int) -> Position:
    """The position, whose candidates the template must not show; Http404 unless the user fills its sheet."""
    return get_object_or_404(role_sheets_open_to(user).with_scopes().with_role_sheet(), pk=position_id)


@require_safe
@allowed_to(may_fill_role_sheets)
def role_sheet(request: SignedInRequest, position_id: int) -> HttpResponse:
    position = _open_position(request.user, position_id)
    context = {"position": position, "may_recruit": may_recruit(request.user)}
    return render(request, "recruiting/role_sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_fill_role_sheets)
def role_sheet_edit(request: SignedInRequest, position_id: int) -> HttpResponse:
    position = _open_position(request.user, position_id)
    form = RoleSheetForm(request.POST or None, instance=position.sheet)
    context = {"form": form, "position": position, "may_recruit": may_recruit(request.user)}
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            fill_role_sheet(position=position, text=form.text(), as_of=seen, by=request.user, at=now())
        except RoleSheetChanged:
            context["standing"] = standing = RoleSheet.objects.get(position=position)
            message = _(
                "%(name)s filled this role sheet while you were at it. Nothing of yours is saved yet. See "
                "how it stands now, then save again to put yours in its place."
            )
            form.refuse(message % {"name": standing.updated_by}, standing=standing.updated_at.isoformat())
        else:
            messages.success(request, _("Thank you. The role sheet is saved."))
            return redirect("recruiting:role_sheet", position_id)
    return render(request, "recruiting/role_sheet_edit.html", context)


@require_POST
@allowed_to(may_recruit)
def role_sheet_ask(request: SignedInRequest, position_id: int) -> HttpResponse:
    position = get_object_or_404(Position.objects.with_role_sheet(), pk=position_id)
    manager = position.hiring_manager
    if manager is None:
        messages.error(request, _("Name the hiring manager first."))
    elif ask_for_role_sheet(position=position, by=request.user, at=now()):
        messages.success(request, _("%(name)s is asked for the role sheet by mail.") % {"name": manager})
    elif not is_asked(position):
        messages.error(request, _("Nobody needs to be asked: the position is ready, or filled."))
    else:
        messages.error(request, _("%(name)s was asked today already.") % {"name": manager})
    return redirect("recruiting:position", position_id)
