"""What the editor's script calls, in place of markdownx's own views, and the images themselves.

Nothing here redirects a script to the sign-in page: it would take that page for its answer.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import PurePosixPath
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.html import escape
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.models import Language, User
from wiki import markdown
from wiki.access import may_read_wiki, may_upload_image
from wiki.domain.citations import Citation, citations_in
from wiki.domain.images import store_image
from wiki.domain.pixels import ImageRefused
from wiki.forms.images import ImageForm
from wiki.models import AnswerImage, Scope, ScopeKind
from wiki.views.lookup import whole_number

UPLOADS_PER_HOUR = 60
CONTENT_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}

Refusal = Callable[[str, int], HttpResponse]
View = Callable[..., HttpResponse]


def _as_text(message: str, status: int) -> HttpResponse:
    # markdownx puts whatever it receives into the page.
    return HttpResponse(escape(message), status=status)


def _as_json(message: str, status: int) -> HttpResponse:
    return JsonResponse({"error": message}, status=status)


def _for_scripts(check: Callable[[User], bool], refusal: Refusal) -> Callable[[View], View]:
    """Answer 401 to whoever is not signed in and 403 where `check` is false, in the script's own form."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not isinstance(request.user, User):
                return refusal(_("You are signed out. Sign in again in another tab, then come back."), 401)
            if not check(request.user):
                return refusal(_("You may not do this."), 403)
            return view(request, *args, **kwargs)

        return login_not_required(guarded)

    return decorate


@require_POST
@_for_scripts(may_read_wiki, _as_text)
def preview(request: SignedInRequest) -> HttpResponse:
    content = request.POST.get("content")
    if content is None:
        return _as_text(_("There is no text to show."), 400)
    try:
        html = markdown.render(content)
    except markdown.TextTooLong as error:
        return _as_text(str(error), 400)
    return HttpResponse(markdown.with_figures(html, _figures_in(content, request)))


def _figures_in(content: str, request: SignedInRequest) -> dict[str, Citation]:
    """As the answer in the address would tell them, else the company, in the reader's language."""
    if not markdown.FIGURE.search(content):
        return {}
    asked, language = request.GET.get("scope", ""), request.GET.get("language", "")
    scopes = Scope.objects.filter(Q(pk=whole_number(asked, default=0)) | Q(kind=ScopeKind.COMPANY))
    scope = scopes.order_by("-path").first()
    if scope is None:
        return {}
    language = language if language in Language.values else request.user.language
    return citations_in(content, scope=scope, language=language, on=localdate())


@require_POST
@_for_scripts(lambda user: may_upload_image(user, on=localdate()), _as_json)
def image_upload(request: SignedInRequest) -> HttpResponse:
    if not _within_limit(request.user):
        return _as_json(_("You have sent many images. Wait an hour before sending more."), 429)
    form = ImageForm(request.POST, request.FILES)
    if not form.is_valid():
        return _as_json(str(form.errors["image"][0]), 400)
    try:
        image = store_image(upload=form.cleaned_data["image"], by=request.user, at=timezone.now())
    except ImageRefused as refused:
        return _as_json(str(refused), 400)
    return JsonResponse({"image_code": f"![](/wiki/images/{image.pk}/)"})


def _within_limit(user: User) -> bool:
    """Count one more attempt, good or bad: decoding is the expensive part."""
    key = f"image-uploads:{user.pk}"
    cache.add(key, 0, timeout=3600)
    try:
        return cache.incr(key) <= UPLOADS_PER_HOUR
    except ValueError:  # the hour ended between the two calls
        return True


@require_safe
def image(request: SignedInRequest, pk: int) -> HttpResponse | FileResponse:
    """The file, whichever way it is opened, can do nothing but be looked at."""
    shown = get_object_or_404(AnswerImage.objects.visible_to(request.user, on=localdate()), pk=pk)
    name = PurePosixPath(str(shown.file)).name
    try:
        content = shown.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, filename=name, content_type=CONTENT_TYPES[PurePosixPath(name).suffix])
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=300"
    return response
