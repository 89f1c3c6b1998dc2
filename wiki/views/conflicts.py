"""Two people saved the same answer: the second sees both texts, keeps theirs, and decides."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest
from wiki.diff import Piece, diff_words
from wiki.forms.answers import RevisionForm
from wiki.models import Answer, AnswerRevision
from wiki.models.revisions import MARKDOWN_LENGTH
from wiki.views.figures import figures_to_cite
from wiki.views.lookup import figures_read
from wiki.views.parts import PARTS, label_of, words_of


@dataclass(frozen=True)
class Difference:
    """One part of the answer in which the two texts differ; each side marks what its writer changed."""

    label: str
    theirs: list[Piece]
    mine: list[Piece]


def conflict_page(
    request: SignedInRequest, *, answer: Answer, form: RevisionForm, theirs: AnswerRevision | None
) -> HttpResponse:
    """The writer's form again, with both texts above it; saving it now replaces `theirs` knowingly."""
    base = AnswerRevision.objects.filter(answer=answer, number=form.cleaned_data.get("base", 0)).first()
    differences = _differences(form, base=base, theirs=theirs) if theirs else []
    data = form.data.copy()  # type: ignore[attr-defined]
    data["base"] = str(theirs.number if theirs else 0)
    data["figures"] = figures_read(answer, theirs)
    data.pop("still_true", None)  # what was true before their change is to be read again
    again = RevisionForm(data, user=request.user, answer=answer)
    context = {
        "answer": answer,
        "form": again,
        "theirs": theirs,
        "base": base,
        "differences": differences,
        "figures": figures_to_cite(request.user),
    }
    return render(request, "wiki/answer_conflict.html", context, status=409)


def ask_to_read_again(form: RevisionForm, head: AnswerRevision | None, *, figures: str) -> None:
    """The writer's form again after a figure of `head`, read with its figures, has changed."""
    cited = head.cited.values() if head else ()
    told = "; ".join(f"{citation.label}: {citation.words}" for citation in cited)
    message = _(
        "Not saved yet: a figure in the text has changed since you opened this page. "
        "The figures now read: %(figures)s. If the whole text is still true, say so again."
    )
    form.read_again(message % {"figures": told}, figures=figures)


def _differences(
    form: RevisionForm, *, base: AnswerRevision | None, theirs: AnswerRevision
) -> list[Difference]:
    found = []
    for name in PARTS:
        mine, other = _typed(form, name), getattr(theirs, name)
        if mine == other:
            continue
        # Without the common ground, what they have is compared with what I have.
        ground = words_of(name, getattr(base or theirs, name))
        found.append(
            Difference(
                label=label_of(name),
                theirs=diff_words(ground, words_of(name, other)),
                mine=diff_words(ground, words_of(name, mine)),
            )
        )
    return found


def _typed(form: RevisionForm, name: str) -> str:
    """What the form holds, valid or not, in the shape that revisions store."""
    # What is too long is refused anyway: it stays in the form, and is compared as far as it could be saved.
    value: Any = form.cleaned_data.get(name, form.data.get(name, "")[:MARKDOWN_LENGTH])
    return "\n".join(value) if isinstance(value, list) else str(value).replace("\r\n", "\n")
