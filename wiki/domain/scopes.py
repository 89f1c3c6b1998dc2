"""The trees of scopes; the only place that writes a scope's path."""

from datetime import datetime

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.timezone import localdate

from accounts.models import User
from ledger.domain.activity import record_activity
from wiki.domain.freshness import refresh_moved_dates
from wiki.domain.search_index import index_scope
from wiki.models import Scope, ScopeKind
from wiki.models.scopes import ScopeQuerySet

PATH_LENGTH = 200


class WrongParent(Exception):
    """The parent is of another kind, lies below the scope itself, or makes the tree too deep."""


class NameTaken(Exception):
    """The parent has a scope of this kind and name already."""


@transaction.atomic
def create_scope(*, name: str, kind: str, parent: Scope | None, by: User, at: datetime) -> Scope:
    """Add a scope below `parent`: the company, or one of its own kind. The company itself has none.

    Raises WrongParent and NameTaken.
    """
    _lock_tree()
    if parent is not None:
        parent = Scope.objects.get(pk=parent.pk)
    _check_parent(kind, parent)
    _check_name(name, Scope.objects.filter(parent=parent, kind=kind))
    scope = Scope.objects.create(name=name, kind=kind, parent=parent, path=f"new {name}"[:PATH_LENGTH])
    scope.path = _path_below(parent, scope)
    scope.save(update_fields=["path"])
    record_activity(actor=by, verb="create", subject=scope, at=at)
    return scope


@transaction.atomic
def edit_scope(*, scope: Scope, name: str, parent: Scope | None, by: User, at: datetime) -> None:
    """Rename a scope and move it, with all below it, under `parent`.

    Raises WrongParent and NameTaken.
    """
    _lock_tree()
    scope = Scope.objects.get(pk=scope.pk)
    if parent is not None:
        parent = Scope.objects.get(pk=parent.pk)
        if scope.pk in parent.lineage:
            raise WrongParent
    _check_parent(scope.kind, parent)
    _check_name(name, Scope.objects.filter(parent=parent, kind=scope.kind).exclude(pk=scope.pk))
    old, new = scope.path, _path_below(parent, scope)
    _check_depth(old, new)
    renamed = scope.name != name
    scope.name, scope.parent = name, parent
    scope.save(update_fields=["name", "parent"])
    if old != new:
        Scope.objects.filter(path__startswith=old).update(
            path=Concat(Value(new), Substr("path", len(old) + 1))
        )
        scope.path = new
        refresh_moved_dates(scope=scope, on=localdate(at))
    if renamed:
        index_scope(scope=scope)
    record_activity(actor=by, verb="edit", subject=scope, at=at)


def _lock_tree() -> None:
    """One change of the trees at a time: two crossed moves would make a ring."""
    # Without the key: what is added for the company meanwhile, a figure's value, names it and goes on.
    Scope.objects.select_for_update(no_key=True).filter(kind=ScopeKind.COMPANY).first()


def _check_parent(kind: str, parent: Scope | None) -> None:
    if kind == ScopeKind.COMPANY:
        fits = parent is None
    else:
        fits = parent is not None and parent.kind in (kind, ScopeKind.COMPANY)
    if not fits:
        raise WrongParent


def _check_name(name: str, neighbours: ScopeQuerySet) -> None:
    # The form looks too, but only here is the tree held still.
    if neighbours.filter(name=name).exists():
        raise NameTaken


def _path_below(parent: Scope | None, scope: Scope) -> str:
    path = f"{parent.path if parent else '/'}{scope.pk}/"
    if len(path) > PATH_LENGTH:
        raise WrongParent
    return path


def _check_depth(old: str, new: str) -> None:
    paths = Scope.objects.filter(path__startswith=old).values_list("path", flat=True)
    if max(map(len, paths)) - len(old) + len(new) > PATH_LENGTH:
        raise WrongParent
