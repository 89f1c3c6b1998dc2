from wiki.models import AnswerRevision


def link_images(*, revision: AnswerRevision) -> None:
    """Record which uploaded images the revision shows."""
