from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import SignedInRequest, allowed_to
from accounts.models import Language
from wiki import access
from wiki.models import Category
from wiki.search import QUERY_LENGTH
from wiki.search import search as find


@require_safe
@allowed_to(access.may_read_wiki)
@vary_on_headers("HX-Request")
def search(request: SignedInRequest) -> HttpResponse:
    """The results for `q`, as a page or, while someone types, as its fragment."""
    query = request.GET.get("q", "").replace("\0", "")[:QUERY_LENGTH]
    language = Language.FRENCH if (get_language() or "").startswith("fr") else Language.ENGLISH
    results = find(query=query, user=request.user, language=language, on=localdate(), prefix=True)
    context = {
        "search_query": query,
        "results": results,
        "categories": () if results.hits else Category.objects.all(),
        "may_edit_questions": access.may_edit_questions(request.user),
    }
    # htmx asks for a page it has forgotten on the way back, and wants it whole.
    fragment = request.htmx and not request.htmx.history_restore_request
    return render(request, f"wiki/search.html{'#results' if fragment else ''}", context)
