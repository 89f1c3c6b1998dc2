from recruiting.models.answers_given import AnswerGiven, CandidateQuestion, Delivery
from recruiting.models.applications import Application, Candidate, Outcome, Stage
from recruiting.models.positions import Position
from recruiting.models.reports import WeeklyReport
from recruiting.models.sessions import Host, Session, SessionFormat, SessionStatus

__all__ = [
    "AnswerGiven",
    "Application",
    "Candidate",
    "CandidateQuestion",
    "Delivery",
    "Host",
    "Outcome",
    "Position",
    "Session",
    "SessionFormat",
    "SessionStatus",
    "Stage",
    "WeeklyReport",
]
