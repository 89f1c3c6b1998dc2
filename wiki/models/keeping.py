"""Who keeps answers and figures: both have an owner, and both can be without one."""

from django.db.models import Q

from accounts.models import User


def orphan() -> Q:
    """That nobody keeps it: no owner, or one who has left or may not read the wiki any more."""
    return Q(owner=None) | ~Q(owner__in=User.objects.who_read_the_wiki())
