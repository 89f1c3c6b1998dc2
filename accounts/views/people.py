from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, allowed_to, may_edit_hosts, may_hand_over, may_manage_people
from accounts.domain.people import (
    LastLead,
    PersonChanged,
    edit_person,
    fingerprint_of,
    reactivate_person,
)
from accounts.forms.people import PersonForm
from accounts.models import Invitation, User
from accounts.views.editable_people import editable_person
from accounts.views.paging import numbered_page

PEOPLE_A_PAGE = 50


@require_safe
@allowed_to(may_manage_people)
def people(request: SignedInRequest) -> HttpResponse:
    active = request.GET.get("show") != "inactive"
    found = User.objects.filter(is_active=active).with_roles()
    context = {
        "page": numbered_page(found, request.GET, size=PEOPLE_A_PAGE),
        "active": active,
        "invitations": Invitation.objects.unanswered().select_related("invited_by").order_by("email", "pk"),
        "now": timezone.now(),
    }
    return render(request, "accounts/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_manage_people)
def person_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    person = editable_person(request.user, pk)
    form = PersonForm(request.POST or None, instance=person, granted_by=request.user)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            edit_person(person=person, as_of=facts.pop("seen"), by=request.user, at=timezone.now(), **facts)
        except PersonChanged:
            _refuse_unseen(form, User.objects.get(pk=pk))
        except LastLead:
            form.add_error("roles", _("This is the last active lead: make someone else a lead first."))
        else:
            messages.success(request, _("The changes to %(name)s are saved.") % {"name": person.name})
            return _after_editing(request, User.objects.get(pk=pk), form.person)
    context = {
        "form": form,
        "person": form.person,
        "may_edit_hosts": may_edit_hosts(request.user),
        "may_hand_over": may_hand_over(request.user),
    }
    return render(request, "accounts/person_edit.html", context)


@require_POST
@allowed_to(may_manage_people)
def person_reactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    person = editable_person(request.user, pk)
    reactivate_person(person=person, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s can sign in again.") % {"name": person.name})
    return redirect("accounts:people")


def _after_editing(request: SignedInRequest, person: User, before: User | None) -> HttpResponse:
    """To the list of people; to what they keep, when they may own answers no longer."""
    if before is None or person.may_own or not before.may_own:
        return redirect("accounts:people")
    if may_hand_over(request.user):
        return redirect("recruiting:person_hand_over", person.pk)
    text = _("%(name)s no longer reads the wiki. If they keep anything, the leads are told by mail.")
    messages.warning(request, text % {"name": person.name})
    return redirect("accounts:people")


def _refuse_unseen(form: PersonForm, standing: User) -> None:
    message = _(
        "Someone else changed this account while you were editing it. Nothing of yours is saved yet. It "
        "now reads: %(name)s, %(email)s, roles: %(roles)s. Save again to put yours in its place."
    )
    facts = {"name": standing.name, "email": standing.email, "roles": ", ".join(standing.role_labels)}
    form.refuse(message % facts, standing=fingerprint_of(standing))
