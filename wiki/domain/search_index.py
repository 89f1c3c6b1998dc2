from wiki.models import Answer


def index_answer(*, answer: Answer) -> None:
    """Make a published answer findable."""


def remove_answer(*, answer: Answer) -> None:
    """Make an answer not findable any more."""
