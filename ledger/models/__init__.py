from ledger.models.activity import Activity
from ledger.models.jobs import JobRun
from ledger.models.outbox import MailReason, MailState, OutgoingMail
from ledger.models.sent_forms import SentForm

__all__ = ["Activity", "JobRun", "MailReason", "MailState", "OutgoingMail", "SentForm"]
