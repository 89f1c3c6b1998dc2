from ledger.models.activity import Activity
from ledger.models.jobs import JobRun
from ledger.models.outbox import OutgoingMail

__all__ = ["Activity", "JobRun", "OutgoingMail"]
