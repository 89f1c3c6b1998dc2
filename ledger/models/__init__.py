from ledger.models.activity import Activity
from ledger.models.holds import HoldCause, OutboxHold, OutboxMark
from ledger.models.jobs import JobHour, JobRun
from ledger.models.outbox import MailReason, MailState, OutgoingMail
from ledger.models.sent_forms import SentForm

__all__ = [
    "Activity",
    "HoldCause",
    "JobHour",
    "JobRun",
    "MailReason",
    "MailState",
    "OutboxHold",
    "OutboxMark",
    "OutgoingMail",
    "SentForm",
]
