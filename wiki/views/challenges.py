from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, allowed_to
from accounts.views.sent_forms import acts_once
from wiki.access import may_challenge, may_edit_answer, may_read_wiki
from wiki.domain.challenges import AlreadyResolved, challenge_answer, resolve_challenge
from wiki.forms.challenges import ChallengeForm, ResolveForm
from wiki.models import Answer, Challenge, Resolution
from wiki.views.notices import say_who_heard_otherwise


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_challenge)
@acts_once
def answer_challenge(request: SignedInRequest, pk: int) -> HttpResponse:
    published = Answer.objects.published().as_shown(on=localdate())
    answer = get_object_or_404(published.with_question_title(request.user.language), pk=pk)
    form = ChallengeForm(request.POST or None, initial={"revision": answer.published_id})
    if form.is_valid() and form.cleaned_data["revision"] != answer.published_id:
        # What they wrote may be about words that are gone: they read the new ones, and decide.
        form.add_error(None, _("The text has changed since you read it. It is shown again: is it right now?"))
        form.data = {**form.data.dict(), "revision": str(answer.published_id)}  # type: ignore[attr-defined]
    if form.is_valid() and answer.published is not None:
        challenge_answer(
            answer=answer,
            revision=answer.published,
            text=form.cleaned_data["text"],
            by=request.user,
            at=now(),
        )
        messages.success(request, _("Thank you. The owner will look at it and say what was found."))
        return redirect("wiki:answer", answer.pk)
    return render(request, "wiki/answer_challenge.html", {"answer": answer, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_read_wiki)
def challenge_resolve(request: SignedInRequest, pk: int) -> HttpResponse:
    answers = Answer.objects.visible_to(request.user, on=localdate()).as_shown(on=localdate())
    challenge = get_object_or_404(Challenge.objects.select_related("by", "revision"), pk=pk)
    answer = get_object_or_404(answers.with_question_title(request.user.language), pk=challenge.answer_id)
    if not may_edit_answer(request.user, answer, on=localdate()):
        raise PermissionDenied
    form = ResolveForm(request.POST or None, prefix=f"challenge-{challenge.pk}")
    if form.is_valid():
        try:
            resolve_challenge(
                challenge=challenge,
                resolution=Resolution(form.cleaned_data["resolution"]),
                note=form.cleaned_data["note"],
                by=request.user,
                at=now(),
            )
        except AlreadyResolved:
            messages.info(request, _("Someone else has resolved this challenge meanwhile."))
        else:
            messages.success(request, _("Challenge resolved."))
            say_who_heard_otherwise(request, answer)
        return redirect("wiki:answer", challenge.answer_id)
    context = {"challenge": challenge, "answer": answer, "form": form}
    return render(request, "wiki/challenge_resolve.html", context)
