from io import BytesIO

import qrcode
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe
from qrcode.image.svg import SvgPathFillImage

from accounts.access import SignedInRequest


@require_safe
def totp_qr(request: SignedInRequest) -> HttpResponse:
    """The code to scan for the secret on the page, as a file: the page's policy allows no data: image."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    image = qrcode.make(get_adapter().build_totp_url(request.user, secret), image_factory=SvgPathFillImage)
    content = BytesIO()
    image.save(content)
    return HttpResponse(content.getvalue(), content_type="image/svg+xml")
