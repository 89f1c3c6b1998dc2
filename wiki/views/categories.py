from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, allowed_to
from wiki.access import may_edit_questions, may_rule
from wiki.domain.categories import edit_category
from wiki.forms.categories import CategoryForm
from wiki.models import Category


@require_safe
@allowed_to(may_edit_questions)
def categories(request: SignedInRequest) -> HttpResponse:
    current = Q(questions__archived_at=None)
    rows = Category.objects.select_related("default_owner").order_by("rank", "pk")
    rows = rows.annotate(question_count=Count("questions", filter=current))
    context = {"categories": rows, "installation_interval": settings.REVIEW_INTERVAL_DAYS}
    return render(request, "wiki/categories.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_edit_questions)
def category_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    category = get_object_or_404(Category.objects.select_related("default_owner"), slug=slug)
    form = CategoryForm(request.POST or None, category=category, user=request.user)
    if form.is_valid():
        edit_category(category=category, **form.values, by=request.user, at=now())
        messages.success(request, _("Saved."))
        return redirect("wiki:categories")
    context = {"form": form, "category": category, "may_rule": may_rule(request.user)}
    return render(request, "wiki/category_edit.html", context)
