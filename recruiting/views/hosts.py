"""Hosts: what each says of themselves, and how often each was asked."""

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, allowed_to, may_edit_hosts
from accounts.models import User
from accounts.models.users import UserQuerySet
from accounts.views.paging import numbered_page
from recruiting.access import may_have_host_profile, may_recruit
from recruiting.domain.host_load import LATELY, NO_LOAD, loads_of
from recruiting.domain.host_profiles import (
    HostProfileChanged,
    host_profile_of,
    save_host_profile,
    state_of,
)
from recruiting.forms.host_profiles import HostFilterForm, HostProfileForm
from recruiting.models import Host, HostProfile
from recruiting.views.session_lists import session_tabs

HOSTS_A_PAGE = 50


@require_safe
@allowed_to(may_recruit)
def hosts(request: SignedInRequest) -> HttpResponse:
    form = HostFilterForm(request.GET)
    form.is_valid()
    page = numbered_page(_wanted(form), request.GET, size=HOSTS_A_PAGE)
    ids = [user.pk for user in page.rows]
    profiles = {
        profile.user_id: profile
        for profile in HostProfile.objects.filter(user__in=ids).prefetch_related("topics")
    }
    loads = loads_of(at=now(), users=ids)
    context = {
        "form": form,
        "page": page,
        "rows": [(user, profiles.get(user.pk), loads.get(user.pk, NO_LOAD)) for user in page.rows],
        "tabs": session_tabs(request, "hosts"),
    }
    return render(request, "recruiting/hosts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_have_host_profile)
def host_profile(request: SignedInRequest) -> HttpResponse:
    form = _form(request, request.user)
    if _saved(request, form, request.user):
        messages.success(request, _("Your profile as a host is saved."))
        return redirect("recruiting:host_profile")
    return render(request, "recruiting/host_profile.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_edit_hosts)
def host_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User.objects.who_read_the_wiki(), pk=pk)
    form = _form(request, person)
    if _saved(request, form, person):
        messages.success(request, _("The profile of %(name)s is saved.") % {"name": person})
        return redirect("recruiting:hosts")
    load = loads_of(at=now(), users=[person.pk]).get(person.pk, NO_LOAD)
    return render(request, "recruiting/host_edit.html", {"form": form, "person": person, "load": load})


def _wanted(form: HostFilterForm) -> UserQuerySet:
    """Those who host, or say something of themselves; or whom the filter asks for."""
    people: UserQuerySet = User.objects.who_read_the_wiki().order_by("name", "pk")
    profiles = HostProfile.objects.filter(user=OuterRef("pk"))
    show = form.cleaned_data.get("show")
    if show == "proposed":
        people = people.filter(Exists(profiles.filter(may_be_proposed=True)))
    elif show != "everyone":
        lately = Host.objects.filter(user=OuterRef("pk"), session__starts_at__gt=now() - LATELY)
        people = people.filter(Exists(profiles) | Exists(lately))
    if words := form.cleaned_data.get("q"):
        people = people.filter(Q(name__icontains=words) | Q(email__icontains=words))
    return people


def _form(request: SignedInRequest, person: User) -> HostProfileForm:
    return HostProfileForm(
        request.POST or None, instance=host_profile_of(person), user=person, year=localdate().year
    )


def _saved(request: SignedInRequest, form: HostProfileForm, person: User) -> bool:
    """Whether the form was sent and is saved."""
    if request.method != "POST" or not form.is_valid():
        return False
    seen = form.cleaned_data["seen"]
    try:
        save_host_profile(user=person, facts=form.facts(), as_of=seen, by=request.user, at=now())
    except HostProfileChanged:
        message = _(
            "Someone else changed this profile while you were editing it. Nothing of yours is saved yet. "
            "Save again to put yours in its place."
        )
        form.refuse(message, standing=state_of(host_profile_of(person)))
        return False
    return True
