from ledger.models.activity import Activity
from ledger.models.jobs import JobRun
from ledger.models.outbox import MailReason, MailState, OutgoingMail

__all__ = ["Activity", "JobRun", "MailReason", "MailState", "OutgoingMail"]
