from recruiting.models.answers_given import AnswerGiven, CandidateQuestion, Delivery, FigureTold
from recruiting.models.applications import Application, Candidate, Outcome, Stage
from recruiting.models.contradictions import ContradictionDismissal
from recruiting.models.debriefs import Debrief, DebriefedQuestion
from recruiting.models.demand_marks import DemandMark
from recruiting.models.follow_ups import FollowUp, FollowUpKind
from recruiting.models.host_profiles import HostProfile
from recruiting.models.imports import TrackingImport
from recruiting.models.positions import Position, RoleSheet
from recruiting.models.preparing import HostNote, ReadReceipt
from recruiting.models.recalls import Recall, RecallOutcome
from recruiting.models.reports import WeeklyReport
from recruiting.models.sessions import GentlerForm, Host, Session, SessionFormat, SessionStatus

__all__ = [
    "AnswerGiven",
    "Application",
    "Candidate",
    "CandidateQuestion",
    "ContradictionDismissal",
    "Debrief",
    "DebriefedQuestion",
    "Delivery",
    "DemandMark",
    "FigureTold",
    "FollowUp",
    "FollowUpKind",
    "GentlerForm",
    "Host",
    "HostNote",
    "HostProfile",
    "Outcome",
    "Position",
    "ReadReceipt",
    "Recall",
    "RecallOutcome",
    "RoleSheet",
    "Session",
    "SessionFormat",
    "SessionStatus",
    "Stage",
    "TrackingImport",
    "WeeklyReport",
]
