from datetime import datetime

from django.db import transaction

from accounts.domain.people import create_person
from accounts.domain.setup import is_set_up, spend_setup_code
from accounts.models import Role, User
from ledger.domain.activity import record_activity
from wiki.domain.scopes import create_scope
from wiki.models import Scope, ScopeKind


class AlreadySetUp(Exception):
    """There is an active lead, who invites everyone else."""


@transaction.atomic
def set_up_site(
    *, code: str, name: str, email: str, password: str, company: str, language: str, at: datetime
) -> User:
    """Make the first lead, who administers too until there is someone for that, and the company's scope.

    Raises WrongCode and AlreadySetUp. On a site that has lost its leads the company is there already,
    and keeps its name.
    """
    if is_set_up():
        raise AlreadySetUp
    spend_setup_code(code=code, at=at)
    lead = create_person(
        name=name,
        email=email,
        password=password,
        language=language,
        roles=[Role.LEAD, Role.ADMINISTRATOR],
    )
    if not Scope.objects.filter(kind=ScopeKind.COMPANY).exists():
        create_scope(name=company, kind=ScopeKind.COMPANY, parent=None, by=lead, at=at)
    record_activity(actor=lead, verb="set-up", subject=lead, at=at)
    return lead
