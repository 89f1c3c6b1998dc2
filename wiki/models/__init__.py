from wiki.models.answers import Answer
from wiki.models.challenges import Challenge, Resolution
from wiki.models.demand import AnswerDemand
from wiki.models.figure_values import FigureValue, Validity
from wiki.models.figures import Figure, RevisionFigure
from wiki.models.freshness import Freshness, freshness_of
from wiki.models.images import AnswerImage, RevisionImage
from wiki.models.pauses import DigestPause
from wiki.models.publications import Publication
from wiki.models.questions import Category, Phrasing, PhrasingKind, Question
from wiki.models.revisions import AnswerKind, AnswerRevision, Disclosure
from wiki.models.scopes import Scope, ScopeKind
from wiki.models.search import SearchDocument
from wiki.models.verification_progress import Progress
from wiki.models.verification_requests import RequestedVerification, VerificationRequest
from wiki.models.verifications import Verification

__all__ = [
    "Answer",
    "AnswerDemand",
    "AnswerImage",
    "AnswerKind",
    "AnswerRevision",
    "Category",
    "Challenge",
    "DigestPause",
    "Disclosure",
    "Figure",
    "FigureValue",
    "Freshness",
    "Phrasing",
    "PhrasingKind",
    "Progress",
    "Publication",
    "Question",
    "RequestedVerification",
    "Resolution",
    "RevisionFigure",
    "RevisionImage",
    "Scope",
    "ScopeKind",
    "SearchDocument",
    "Validity",
    "Verification",
    "VerificationRequest",
    "freshness_of",
]
