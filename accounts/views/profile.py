from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, may_keep_and_host
from accounts.domain.people import edit_profile
from accounts.forms.people import ProfileForm
from accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    # A second copy: a refused form must not change the name that the page's header shows.
    user = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        edit_profile(person=user, at=now(), **form.cleaned_data)
        with override(form.cleaned_data["language"]):
            messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    context = {"form": form, "may_keep_and_host": may_keep_and_host(request.user)}
    return render(request, "accounts/profile.html", context)
