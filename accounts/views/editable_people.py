"""Finding the account of someone whom the user may edit."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from accounts.access import may_edit_person
from accounts.models import User


def editable_person(user: User, pk: int) -> User:
    """The person, with their roles; Http404 if there is none, PermissionDenied if others edit them."""
    person: User = get_object_or_404(User.objects.with_roles(), pk=pk)
    if not may_edit_person(user, person):
        raise PermissionDenied
    return person
