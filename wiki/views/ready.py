"""Whether the company is ready to offer reverse interviews, and who is to answer what."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.models import Language
from accounts.views.notices import warn_if_mail_waits
from wiki.access import may_assign_owner, may_edit_answer, may_read_wiki, may_rule
from wiki.domain.ready import Step, assign_questions, readiness
from wiki.forms.ready import AssignForm
from wiki.models import Scope


@require_safe
@allowed_to(may_read_wiki)
def ready(request: SignedInRequest) -> HttpResponse:
    language = _language(request, request.GET.get("language", ""))
    return _page(request, language, AssignForm(initial={"language": language}))


@require_POST
@allowed_to(may_assign_owner)
def ready_assign(request: SignedInRequest) -> HttpResponse:
    form = AssignForm(request.POST)
    if not form.is_valid():
        return _page(request, _language(request, request.POST.get("language", "")), form)
    owner, language = form.cleaned_data["owner"], form.cleaned_data["language"]
    try:
        company = Scope.objects.company()
    except Scope.DoesNotExist:  # the page says so, and offers no form
        return redirect("wiki:ready")
    assigned = assign_questions(
        questions=form.cleaned_data["questions"],
        scope=company,
        language=language,
        owner=owner,
        by=request.user,
        at=now(),
    )
    _say_assigned(request, len(assigned), str(owner))
    return redirect(f"{reverse('wiki:ready')}?language={language}")


def _page(request: SignedInRequest, language: str, form: AssignForm) -> HttpResponse:
    user = request.user
    state = readiness(language=language, title_language=user.language, on=localdate())
    rows = [
        (entry, entry.answer is not None and may_edit_answer(user, entry.answer, on=localdate()))
        for entry in state.questions
    ]
    rows.sort(key=lambda row: row[0].step == Step.READY)  # what is missing first
    context = {
        "state_of_readiness": state,
        "rows": rows,
        "form": form,
        "tabs": _tabs(language),
        "language": language,
        "may_assign": may_assign_owner(user) and state.company is not None and state.total > 0,
        "may_set_up": may_rule(user),
    }
    return render(request, "wiki/ready.html", context)


def _language(request: SignedInRequest, asked: str) -> str:
    return asked if asked in Language.values else request.user.language


def _tabs(language: str) -> list[dict[str, object]]:
    return [
        {"url": f"{reverse('wiki:ready')}?language={value}", "label": label, "current": value == language}
        for value, label in Language.choices
    ]


def _say_assigned(request: SignedInRequest, number: int, owner: str) -> None:
    if not number:
        messages.info(request, _("%(owner)s already owns these. No mail was sent.") % {"owner": owner})
        return
    text = ngettext(
        "%(number)d question assigned to %(owner)s, with a mail that lists it.",
        "%(number)d questions assigned to %(owner)s, with a mail that lists them.",
        number,
    )
    messages.success(request, text % {"number": number, "owner": owner})
    warn_if_mail_waits(request)
