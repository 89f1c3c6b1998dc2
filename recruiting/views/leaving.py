"""Closing an account, and handing over what someone keeps."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, allowed_to, may_hand_over, may_manage_people
from accounts.domain.people import LastLead, deactivate_person, is_last_lead
from accounts.domain.settings import keeps_the_wiki
from accounts.models import User
from accounts.views.editable_people import editable_person
from accounts.views.notices import warn_if_mail_waits
from recruiting.domain.handing_over import (
    NoSuccessor,
    hand_over,
    hand_over_and_deactivate,
)
from recruiting.domain.leaving import all_in_hands_of
from recruiting.forms.leaving import SuccessionForm
from wiki.domain.handing_over import NotChosen
from wiki.models import Answer, Figure


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_manage_people)
def person_deactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    person = editable_person(request.user, pk)
    if not person.is_active:
        return redirect("accounts:person_edit", pk)
    if not may_hand_over(request.user):
        return _deactivate_alone(request, person)
    form = _succession_form(request, person)
    context = {
        "person": person,
        "form": form,
        "last_lead": is_last_lead(person),
        "keeps_the_wiki": keeps_the_wiki(person),
    }
    if request.method == "POST" and form.is_valid():
        succession = form.succession
        try:
            received = hand_over_and_deactivate(
                person=person, succession=succession, by=request.user, at=now()
            )
        except LastLead:
            context["last_lead"] = True
        except (NotChosen, NoSuccessor):
            form.add_error(None, _changed_meanwhile())
        else:
            messages.success(request, _("%(name)s can no longer sign in.") % {"name": person.name})
            _say_handed_over(request, person, told=len(received))
            return redirect("accounts:people")
    return render(request, "recruiting/person_deactivate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_hand_over)
def person_hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is left in the hands of someone who may own answers no longer."""
    person = editable_person(request.user, pk)
    form = _succession_form(request, person)
    if person.may_own or not form.kept.anything:
        messages.info(request, _("There is nothing to hand over from %(name)s.") % {"name": person.name})
        return redirect("accounts:people")
    if request.method == "POST" and form.is_valid():
        try:
            received = hand_over(person=person, succession=form.succession, by=request.user, at=now())
        except (NotChosen, NoSuccessor):
            form.add_error(None, _changed_meanwhile())
        else:
            _say_handed_over(request, person, told=len(received))
            return redirect("accounts:people")
    return render(request, "recruiting/person_hand_over.html", {"person": person, "form": form})


def _deactivate_alone(request: SignedInRequest, person: User) -> HttpResponse:
    """By administrators, who read no answer and choose no owner: the leads are told what is left."""
    if request.method == "POST":
        deactivate_person(person=person, by=request.user, at=now())
        messages.success(request, _("%(name)s can no longer sign in.") % {"name": person.name})
        return redirect("accounts:people")
    kept = all_in_hands_of(person=person, by=request.user, language=request.user.language, at=now())
    return render(request, "recruiting/person_deactivate.html", {"person": person, "kept": kept})


def _succession_form(request: SignedInRequest, person: User) -> SuccessionForm:
    kept = all_in_hands_of(person=person, by=request.user, language=request.user.language, at=now())
    return SuccessionForm(request.POST if request.method == "POST" else None, kept=kept)


def _changed_meanwhile() -> str:
    return _(
        "Something changed while you were choosing. Nothing is done yet: check your choices and send again."
    )


def _say_handed_over(request: SignedInRequest, person: User, *, told: int) -> None:
    if told:
        text = ngettext(
            "%(number)d person takes over, and is told by mail what they keep now.",
            "%(number)d people take over, and each is told by mail what they keep now.",
            told,
        )
        messages.success(request, text % {"number": told})
        warn_if_mail_waits(request)
    if left := Answer.objects.current().owned_by(person).count():
        text = ngettext(
            "%(number)d answer has no owner. It stands first in the leads’ weekly report meanwhile.",
            "%(number)d answers have no owner. They stand first in the leads’ weekly report meanwhile.",
            left,
        )
        messages.warning(request, text % {"number": left})
    if left := Figure.objects.current().owned_by(person).count():
        text = ngettext(
            "%(number)d figure has no owner. Nobody is reminded to renew it meanwhile.",
            "%(number)d figures have no owner. Nobody is reminded to renew them meanwhile.",
            left,
        )
        messages.warning(request, text % {"number": left})
