from allauth.core import ratelimit
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.domain.setup import WrongCode, is_set_up
from recruiting.domain.setup import AlreadySetUp, set_up_site
from recruiting.forms.setup import SetupForm


@login_not_required
@never_cache
@sensitive_post_parameters("code", "password")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """The first page of an empty site; gone once there is a lead."""
    if is_set_up():
        raise Http404
    if not ratelimit.consume(request, action="setup"):
        return render(request, "429.html", status=429)
    form = SetupForm(request.POST or None, initial={"language": (get_language() or "en")[:2]})
    if request.method == "POST" and form.is_valid():
        try:
            lead = set_up_site(at=timezone.now(), **form.cleaned_data)
        except WrongCode:
            form.add_error("code", _("This is not the code, or it is older than a day."))
        except AlreadySetUp:
            raise Http404 from None
        else:
            login(request, lead)
            return redirect("home")
    return render(request, "recruiting/setup.html", {"form": form})
