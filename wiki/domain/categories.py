from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.domain.activity import record_activity
from wiki.domain.freshness import refresh_category_dates
from wiki.domain.harm import refresh_weights
from wiki.models import Answer, Category


@transaction.atomic
def edit_category(
    *,
    category: Category,
    name_en: str,
    name_fr: str,
    interval_days: int | None,
    default_owner: User | None,
    sensitive: bool,
    by: User,
    at: datetime,
) -> None:
    """Change a category; a new interval moves the review dates of every answer that inherits it."""
    # Held in the order of their keys, as who records a figure's value holds them: no deadlock.
    answers = Answer.objects.filter(question__category=category)
    list(answers.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    before = Category.objects.select_for_update().get(pk=category.pk).interval_days
    category.name_en, category.name_fr = name_en, name_fr
    category.interval_days, category.sensitive = interval_days, sensitive
    category.default_owner = default_owner
    category.save()
    if before != interval_days:
        refresh_category_dates(category=category)
    refresh_weights(answers)
    record_activity(actor=by, verb="edit", subject=category, at=at, interval=[before, interval_days])
