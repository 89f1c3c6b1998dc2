"""What the apps say of each kind of mail they send: its name, and whom it still concerns.

Imports no model, so that AppConfigs may import it before the models are there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from django.utils.functional import Promise

if TYPE_CHECKING:
    from ledger.models import OutgoingMail

Concerns: TypeAlias = Callable[["OutgoingMail"], bool]


@dataclass(frozen=True, kw_only=True)
class MailKind:
    label: str | Promise
    still_concerns: Concerns | None = None
    to_candidates: bool = False


_kinds: dict[str, MailKind] = {}


def register_mail_kind(
    *,
    kind: str,
    label: str | Promise,
    still_concerns: Concerns | None = None,
    to_candidates: bool = False,
) -> None:
    """Called in AppConfig.ready. At sending, a mail that `still_concerns` refuses is dropped.

    `to_candidates`: it goes to people whose addresses administrators do not read.
    """
    _kinds[kind] = MailKind(label=label, still_concerns=still_concerns, to_candidates=to_candidates)


def mail_kinds() -> list[tuple[str, str]]:
    """Every kind with its name in the language in use, in the order of the names."""
    return sorted(((kind, str(known.label)) for kind, known in _kinds.items()), key=lambda pair: pair[1])


def label_of(kind: str) -> str:
    known = _kinds.get(kind)
    return str(known.label) if known else kind


def goes_to_candidates(kind: str) -> bool:
    known = _kinds.get(kind)
    return known is not None and known.to_candidates


def kinds_to_candidates() -> list[str]:
    return [kind for kind, known in _kinds.items() if known.to_candidates]


def still_concerns_recipient(mail: "OutgoingMail") -> bool:
    """Asked again at the moment of sending."""
    known = _kinds.get(mail.kind)
    return known is None or known.still_concerns is None or known.still_concerns(mail)
