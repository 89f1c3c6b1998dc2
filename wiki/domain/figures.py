"""The verbs of figures: define, value, correct, archive; and which of them ask for a new value."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.models import User
from ledger.domain.activity import record_activities, record_activity
from ledger.domain.fingerprints import fingerprint
from wiki.domain.citations import link_revisions
from wiki.domain.freshness import refresh_citing_dates
from wiki.models import Figure, FigureValue, Scope
from wiki.models.figures import FigureQuerySet


class SlugTaken(Exception):
    """Another figure, archived perhaps, has this short name."""


class FigureChanged(Exception):
    """Someone else changed the figure since the moment the person read it."""


class ValueExists(Exception):
    """The figure has a value for this scope and day: it is corrected, not recorded again."""


class AlreadyCorrected(Exception):
    """Someone has replaced this value since the page was read."""


@dataclass(frozen=True, kw_only=True)
class FigureText:
    """All that people write of a figure but its short name; one label at least."""

    label_en: str = ""
    label_fr: str = ""
    unit_en: str = ""
    unit_fr: str = ""
    decimals: int = 0
    source_en: str = ""
    source_fr: str = ""
    owner: User | None = None


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a person found a figure to be on a day."""

    value: Decimal
    as_of: date
    valid_until: date | None = None
    group_size: int | None = None
    note: str = ""


@transaction.atomic
def create_figure(*, slug: str, text: FigureText, by: User, at: datetime) -> Figure:
    """Define a figure; texts that cite its short name already cite it from now on. Raises SlugTaken."""
    try:
        with transaction.atomic():
            figure = Figure.objects.create(slug=slug, **_fields(text))
    except IntegrityError as error:
        if Figure.objects.filter(slug=slug).exists():
            raise SlugTaken from error
        raise
    link_revisions(figure=figure)
    refresh_citing_dates(figure=figure, on=localdate(at))
    record_activity(actor=by, verb="create", subject=figure, at=at)
    return figure


def fingerprint_of(figure: Figure) -> str:
    """Of all that `edit_figure` replaces."""
    return fingerprint(
        *[figure.label_en, figure.label_fr, figure.unit_en, figure.unit_fr, figure.decimals],
        *[figure.source_en, figure.source_fr, figure.owner_id],
    )


@transaction.atomic
def edit_figure(*, figure: Figure, text: FigureText, as_of: str, by: User, at: datetime) -> None:
    """Change what is said of a figure; its values and its short name stay.

    `as_of` is the `fingerprint_of` what the person read; raises FigureChanged if it has moved since.
    """
    figure = _locked(figure)
    if fingerprint_of(figure) != as_of:
        raise FigureChanged
    before = figure.owner_id
    for name, value in _fields(text).items():
        setattr(figure, name, value)
    figure.save()
    record_activity(actor=by, verb="edit", subject=figure, at=at, owner=[before, figure.owner_id])


@transaction.atomic
def assign_figures(*, figures: Sequence[Figure], owner: User, by: User, at: datetime) -> int:
    """Give every figure this owner; the number of those that changed hands."""
    changed = [figure for figure in figures if figure.owner_id != owner.pk]
    acts = [(figure, {"before": figure.owner_id, "after": owner.pk}) for figure in changed]
    record_activities(actor=by, verb="assign-owner", acts=acts, at=at)
    Figure.objects.filter(pk__in=[figure.pk for figure in changed]).update(owner=owner)
    return len(changed)


@transaction.atomic
def archive_figure(*, figure: Figure, by: User, at: datetime) -> None:
    """Nobody renews it any more: answers that cite it are stale until it is out of their text."""
    _set_archived(figure, at, on=localdate(at))
    record_activity(actor=by, verb="archive", subject=figure, at=at)


@transaction.atomic
def reopen_figure(*, figure: Figure, by: User, at: datetime) -> None:
    """Bring an archived figure back, with its values as they were."""
    _set_archived(figure, None, on=localdate(at))
    record_activity(actor=by, verb="reopen", subject=figure, at=at)


@transaction.atomic
def record_value(*, figure: Figure, scope: Scope, measured: Measured, by: User, at: datetime) -> FigureValue:
    """Add what the figure came to in a scope. Raises ValueExists."""
    figure = _locked(figure)
    _hold_scope(scope)
    _check_free(figure, scope, measured.as_of)
    value = FigureValue.objects.create(
        figure=figure, scope=scope, **vars(measured), recorded_by=by, recorded_at=at
    )
    refresh_citing_dates(figure=figure, on=localdate(at))
    record_activity(actor=by, verb="record-value", subject=figure, at=at, value=value.pk)
    return value


@transaction.atomic
def correct_value(*, value: FigureValue, measured: Measured, by: User, at: datetime) -> FigureValue:
    """Put another value in the place of one that was wrong, which stays readable.

    Raises AlreadyCorrected and ValueExists.
    """
    figure = _locked(value.figure)
    _hold_scope(value.scope)
    if FigureValue.objects.filter(replaces=value).exists():
        raise AlreadyCorrected
    if measured.as_of != value.as_of:
        _check_free(figure, value.scope, measured.as_of)
    correction = FigureValue.objects.create(
        figure=figure, scope=value.scope, **vars(measured), recorded_by=by, recorded_at=at, replaces=value
    )
    refresh_citing_dates(figure=figure, on=localdate(at))
    record_activity(actor=by, verb="correct-value", subject=figure, at=at, value=correction.pk)
    return correction


def figures_to_renew(*, owners: Collection[int], on: date) -> FigureQuerySet:
    """The owners' figures that need a value, with their `validity`, most urgent first.

    One of their values, in any scope, has expired or ends within a fortnight; or a published answer
    cites them where they have none.
    """
    return Figure.objects.owned_by(*owners).to_renew(on=on).with_validity(on=on).most_urgent_first()


def _locked(figure: Figure) -> Figure:
    return Figure.objects.select_for_update(no_key=True).get(pk=figure.pk)


def _hold_scope(scope: Scope) -> None:
    """Before any answer, as whoever moves it does: its key is looked up again when all is written."""
    Scope.objects.select_for_update(no_key=True).filter(pk=scope.pk).first()


def _fields(text: FigureText) -> dict[str, object]:
    return {name: getattr(text, name) for name in FigureText.__dataclass_fields__}


def _set_archived(figure: Figure, archived_at: datetime | None, *, on: date) -> None:
    figure = _locked(figure)
    figure.archived_at = archived_at
    figure.save(update_fields=["archived_at"])
    refresh_citing_dates(figure=figure, on=on)


def _check_free(figure: Figure, scope: Scope, as_of: date) -> None:
    if FigureValue.objects.standing().filter(figure=figure, scope=scope, as_of=as_of).exists():
        raise ValueExists
