from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from ledger.models import Activity
from tests.factories import AT, make_answer, make_company, make_figure, make_scope, make_user, make_value
from wiki.domain.citations import citations_in
from wiki.domain.figures import (
    AlreadyCorrected,
    FigureChanged,
    FigureText,
    Measured,
    SlugTaken,
    ValueExists,
    archive_figure,
    assign_figures,
    correct_value,
    create_figure,
    edit_figure,
    figures_to_renew,
    fingerprint_of,
    record_value,
    reopen_figure,
)
from wiki.models import Figure, FigureValue, RevisionFigure, Scope, Validity
from wiki.models.figure_values import nearest_value

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 22)
DAY = timedelta(days=1)


def measured(value: str, as_of: date = date(2026, 6, 30), **rest: object) -> Measured:
    return Measured(value=Decimal(value), as_of=as_of, **rest)  # type: ignore[arg-type]


def test_create_figure_links_the_texts_that_waited_for_it() -> None:
    waiting = make_answer(details="It is [[figure:turnover]].", verified_on=date(2026, 11, 1))
    make_answer(details="It is [[figure:other]].")
    lead = make_user("lead")
    figure = create_figure(slug="turnover", text=FigureText(label_en="Turnover"), by=lead, at=AT)
    assert RevisionFigure.objects.get().revision == waiting.published
    waiting.refresh_from_db()
    assert waiting.next_review_on == date(2026, 11, 1)  # the eve
    with pytest.raises(SlugTaken):
        create_figure(slug="turnover", text=FigureText(label_en="Again"), by=lead, at=AT)
    assert [act.verb for act in Activity.objects.about(figure)] == ["create"]


def test_label_unit_and_source_fall_back_to_the_other_language() -> None:
    figure = make_figure("turnover", label_fr="Turnover", source_fr="Paie", unit_fr="")
    assert (figure.label("fr"), figure.label("en")) == ("Turnover", "Turnover")
    assert (figure.source("fr"), figure.source("en")) == ("Paie", "Paie")
    assert figure.unit("fr") == "%"


@pytest.mark.parametrize("fields", [{"label_en": "", "label_fr": ""}, {"decimals": 5}])
def test_database_refuses_a_figure_that_says_nothing_or_too_much(fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.create(**({"slug": "x", "label_en": "X"} | fields))


def test_database_refuses_a_value_that_ends_before_it_begins_or_counts_nobody() -> None:
    value = make_value(make_figure())
    rows = FigureValue.objects.filter(pk=value.pk)
    for wrong in ({"valid_until": value.as_of - DAY}, {"group_size": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_edit_figure_changes_its_words_and_tells_the_second_writer() -> None:
    figure, lead, owner = make_figure("turnover"), make_user("lead"), make_user("reader")
    seen = fingerprint_of(figure)
    edit_figure(figure=figure, text=FigureText(label_en="Rotation", owner=owner), as_of=seen, by=lead, at=AT)
    figure.refresh_from_db()
    assert (figure.label_en, figure.unit_en, figure.owner) == ("Rotation", "", owner)
    with pytest.raises(FigureChanged):
        edit_figure(figure=figure, text=FigureText(label_en="Mine"), as_of=seen, by=lead, at=AT)


def told(figure: Figure, scope: Scope, on: date = ON) -> FigureValue | None:
    """What an answer of that scope tells of the figure on a day."""
    cited = citations_in(f"[[figure:{figure.slug}]]", scope=scope, language="en", on=on)
    return cited[figure.slug].value


def test_current_value_is_the_latest_of_the_nearest_scope() -> None:
    figure, company = make_figure(), make_company()
    site = make_scope(kind="site")
    below = make_scope(kind="site", parent=site)
    team = make_scope(kind="team")
    make_value(figure, "9", as_of=date(2025, 12, 31))
    latest = make_value(figure, "11.4", as_of=date(2026, 6, 30))
    make_value(figure, "10", as_of=date(2026, 3, 31))  # recorded later, true for an earlier day
    of_site = make_value(figure, "20", scope=site, as_of=date(2026, 1, 31))
    found = [told(figure, scope) for scope in (company, site, below, team)]
    assert found == [latest, of_site, of_site, latest]
    assert nearest_value([], lineage=[1]) is None


def test_current_value_on_an_earlier_day_is_what_was_known_then() -> None:
    """A record of a session tells the figures of its day, whatever was recorded or corrected since."""
    figure, company = make_figure(), make_company()
    first = make_value(figure, "9", as_of=date(2025, 12, 31), at=AT - 20 * DAY)
    wrong = make_value(figure, "114", at=AT - 10 * DAY)
    right = correct_value(value=wrong, measured=measured("11.4"), by=make_user("editor"), at=AT)
    days = [AT.date() - days * DAY for days in (21, 20, 10, 1, 0)]
    assert [told(figure, company, day) for day in days] == [
        None,
        first,
        wrong,
        wrong,
        right,
    ]


def test_record_value_refuses_a_second_for_the_same_scope_and_day() -> None:
    figure, editor = make_figure(), make_user("editor")
    value = make_value(figure)
    with pytest.raises(ValueExists):
        record_value(figure=figure, scope=make_company(), measured=measured("12"), by=editor, at=AT)
    make_value(figure, scope=make_scope())
    correct_value(value=value, measured=measured("12", date(2026, 7, 31)), by=editor, at=AT)
    assert make_value(figure, "13").value == 13  # the day of the corrected one is free again


def test_correct_value_keeps_the_first_and_happens_once() -> None:
    figure, editor = make_figure(), make_user("editor")
    value, other = (
        make_value(figure, "114", as_of=date(2026, 6, 30)),
        make_value(figure, "9", as_of=date(2026, 3, 31)),
    )
    with pytest.raises(ValueExists):
        correct_value(value=value, measured=measured("11.4", other.as_of), by=editor, at=AT)
    correction = correct_value(value=value, measured=measured("11.4"), by=editor, at=AT)
    with pytest.raises(AlreadyCorrected):
        correct_value(value=value, measured=measured("12"), by=editor, at=AT)
    assert correction.replaces == value
    assert set(FigureValue.objects.standing()) == {correction, other}
    assert list(FigureValue.objects.current()) == [correction]


def test_to_renew_holds_what_ends_within_a_fortnight_or_lacks_where_it_is_cited() -> None:
    expired, soon, later, endless, ended_before, uncited = (make_figure() for _ in range(6))
    site = make_scope(kind="site")
    make_value(expired, valid_until=ON - DAY)
    make_value(soon)
    make_value(soon, scope=site, valid_until=ON + 14 * DAY)
    make_value(later, valid_until=ON + 15 * DAY)
    make_value(endless)
    make_value(ended_before, as_of=date(2025, 12, 31), valid_until=date(2026, 3, 31))
    make_value(ended_before, as_of=date(2026, 6, 30))
    assert set(Figure.objects.to_renew(on=ON)) == {expired, soon}
    states = {figure.pk: figure.validity for figure in Figure.objects.with_validity(on=ON)}
    assert [states[figure.pk] for figure in (expired, soon, later, endless, ended_before, uncited)] == [
        Validity.EXPIRED,
        Validity.ENDS_SOON,
        Validity.VALID,
        Validity.VALID,
        Validity.VALID,
        Validity.MISSING,
    ]


def test_to_renew_holds_what_a_published_answer_cites_without_a_value_in_its_lineage() -> None:
    figure, site = make_figure("turnover"), make_scope(kind="site")
    make_value(figure, scope=site)
    make_answer(scope=make_scope(kind="site", parent=site), short="[[figure:turnover]] in 2026.")
    make_answer(short="[[figure:turnover]] in 2026.", published=False)
    assert not Figure.objects.to_renew(on=ON).exists()
    make_answer(short="[[figure:turnover]] in 2026.")
    assert Figure.objects.to_renew(on=ON).with_validity(on=ON).get().validity == Validity.MISSING
    make_value(figure)
    assert not Figure.objects.to_renew(on=ON).exists()


def test_archived_figures_are_renewed_by_nobody() -> None:
    figure, lead = make_figure(), make_user("lead")
    make_value(figure, valid_until=ON)
    archive_figure(figure=figure, by=lead, at=AT)
    assert not Figure.objects.to_renew(on=ON).exists()
    reopen_figure(figure=figure, by=lead, at=AT)
    assert list(Figure.objects.to_renew(on=ON)) == [figure]


def test_figures_to_renew_are_the_owners_most_urgent_first() -> None:
    owner = make_user("reader")
    soon, expired, missing = (make_figure(slug, owner=owner) for slug in ("soon", "expired", "missing"))
    make_value(soon, valid_until=ON + 3 * DAY)
    make_value(expired, valid_until=ON - 3 * DAY)
    make_answer(short="[[figure:missing]] in 2026.")
    make_value(make_figure(owner=make_user("reader")), valid_until=ON)
    assert list(figures_to_renew(owners=[owner.pk], on=ON)) == [missing, expired, soon]


def test_orphaned_figures_have_no_owner_or_one_who_left() -> None:
    nobody, left = make_figure(), make_figure(owner=make_user("reader", is_active=False))
    kept = make_figure(owner=make_user("reader"))
    assert set(Figure.objects.orphaned()) == {nobody, left}
    assert list(Figure.objects.owned_by(kept.owner)) == [kept]


def test_assign_figures_changes_those_of_others() -> None:
    owner, lead = make_user("reader"), make_user("lead")
    theirs, nobodys = make_figure(owner=owner), make_figure()
    assert assign_figures(figures=[theirs, nobodys], owner=owner, by=lead, at=AT) == 1
    assert set(Figure.objects.owned_by(owner)) == {theirs, nobodys}
    assert [act.verb for act in Activity.objects.about(nobodys).order_by("pk")] == ["create", "assign-owner"]


def test_by_label_is_in_the_order_of_the_language() -> None:
    first = make_figure("a", label_en="Absence", label_fr="Présence")
    second = make_figure("b", label_en="Turnover", label_fr="")
    third = make_figure("c", label_en="Zeal", label_fr="Ardeur")
    assert list(Figure.objects.by_label("en")) == [first, second, third]
    assert list(Figure.objects.by_label("fr")) == [third, first, second]
