from wiki.models.answers import Answer, Disclosure, Freshness, freshness_of
from wiki.models.challenges import Challenge, Resolution
from wiki.models.figure_values import FigureValue, Validity
from wiki.models.figures import Figure, RevisionFigure
from wiki.models.images import AnswerImage, RevisionImage
from wiki.models.publications import Publication
from wiki.models.questions import Category, Phrasing, PhrasingKind, Question
from wiki.models.revisions import AnswerKind, AnswerRevision
from wiki.models.scopes import Scope, ScopeKind
from wiki.models.search import SearchDocument
from wiki.models.verifications import Verification

__all__ = [
    "Answer",
    "AnswerImage",
    "AnswerKind",
    "AnswerRevision",
    "Category",
    "Challenge",
    "Disclosure",
    "Figure",
    "FigureValue",
    "Freshness",
    "Phrasing",
    "PhrasingKind",
    "Publication",
    "Question",
    "Resolution",
    "RevisionFigure",
    "RevisionImage",
    "Scope",
    "ScopeKind",
    "SearchDocument",
    "Validity",
    "Verification",
    "freshness_of",
]
