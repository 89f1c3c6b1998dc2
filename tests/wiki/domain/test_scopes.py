import pytest

from tests.factories import AT, make_company, make_user
from wiki.domain.scopes import WrongParent, create_scope, edit_scope
from wiki.models import Scope, ScopeKind

pytestmark = pytest.mark.django_db


def scope(name: str, parent: Scope | None, kind: str = ScopeKind.TEAM) -> Scope:
    return create_scope(name=name, kind=kind, parent=parent, by=make_user("lead"), at=AT)


def move(moved: Scope, parent: Scope | None) -> None:
    edit_scope(scope=moved, name=moved.name, parent=parent, by=make_user("lead"), at=AT)


def path(stored: Scope) -> str:
    stored.refresh_from_db()
    return stored.path


def test_create_scope_writes_the_path() -> None:
    company = scope("Verrebrume", None, ScopeKind.COMPANY)
    team = scope("Platform", company)
    inner = scope("Storage", team)
    assert (path(company), path(team)) == (f"/{company.pk}/", f"/{company.pk}/{team.pk}/")
    assert inner.lineage == [inner.pk, team.pk, company.pk]


@pytest.mark.parametrize("kind", [ScopeKind.SITE, ScopeKind.COMPANY])
def test_create_scope_refuses_a_parent_of_another_kind(kind: str) -> None:
    team = scope("Platform", make_company())
    with pytest.raises(WrongParent):
        scope("Nantes", team, kind)


def test_create_scope_refuses_to_stand_alone() -> None:
    with pytest.raises(WrongParent):
        scope("Nantes", None, ScopeKind.SITE)


def test_move_takes_the_descendants_along() -> None:
    company = make_company()
    first, second = scope("First", company), scope("Second", company)
    child = scope("Child", first)
    grandchild = scope("Grandchild", child)
    move(child, second)
    assert path(grandchild) == f"/{company.pk}/{second.pk}/{child.pk}/{grandchild.pk}/"
    assert path(first) == f"/{company.pk}/{first.pk}/"


def test_move_refuses_a_ring() -> None:
    parent = scope("Parent", make_company())
    child = scope("Child", parent)
    for target in (child, parent):
        with pytest.raises(WrongParent):
            move(parent, target)
    assert path(child).startswith(path(parent))


def test_move_refuses_another_kind() -> None:
    team, site = scope("Team", make_company()), scope("Site", make_company(), ScopeKind.SITE)
    with pytest.raises(WrongParent):
        move(team, site)


def test_tree_has_a_greatest_depth() -> None:
    deepest = scope("Deep", make_company())
    Scope.objects.filter(pk=deepest.pk).update(path=f"/{'9' * 197}/")
    with pytest.raises(WrongParent):
        scope("Deeper", deepest)


def test_company_can_be_renamed() -> None:
    company = make_company()
    edit_scope(scope=company, name="Verrebrume", parent=None, by=make_user("lead"), at=AT)
    assert Scope.objects.company().name == "Verrebrume"
