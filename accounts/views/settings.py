"""What leads and administrators decide for the whole site."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, allowed_to, may_change_settings
from accounts.domain.settings import SettingsChanged, fingerprint_of_settings, save_settings
from accounts.forms.settings import SettingsForm


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_change_settings)
def settings(request: SignedInRequest) -> HttpResponse:
    now, zone = timezone.now(), timezone.get_default_timezone()
    form = SettingsForm(request.POST or None, now=now, zone=zone)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            save_settings(
                keeper=facts["keeper"],
                stand_in=facts["stand_in"],
                hours=form.hours(),
                as_of=facts["seen"],
                by=request.user,
                at=now,
            )
        except SettingsChanged:
            _refuse_unseen(form)
        else:
            messages.success(request, _("The settings are saved."))
            return redirect("accounts:settings")
    context = {"form": form, "zone": timezone.get_default_timezone_name(), "now": now}
    return render(request, "accounts/settings.html", context)


def _refuse_unseen(form: SettingsForm) -> None:
    message = _(
        "Someone else changed the settings while you were editing them. Nothing of yours is saved yet. "
        "Save again to put yours in their place."
    )
    form.refuse(message, standing=fingerprint_of_settings())
