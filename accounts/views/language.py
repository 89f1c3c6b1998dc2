from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views import i18n
from django.views.decorators.http import require_POST

from accounts.domain.people import choose_language
from accounts.models import Language, User


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language: in the cookie for a visitor, in the profile too for a user."""
    chosen = request.POST.get("language", "")
    if isinstance(request.user, User) and chosen in Language.values:
        choose_language(person=request.user, language=chosen)
    return i18n.set_language(request)
