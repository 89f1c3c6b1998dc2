from hypothesis import given
from hypothesis import strategies as st

from wiki.diff import Piece, diff_words, left_side, right_side

lines = st.text(alphabet="ab \n<&", max_size=60)


def joined(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def test_diff_marks_words_inside_a_changed_line() -> None:
    assert diff_words("Eight per cent left.\nNobody knows.", "Nine per cent left.\nNobody knows.") == [
        Piece("removed", "Eight"),
        Piece("added", "Nine"),
        Piece("same", " per cent left.\nNobody knows."),
    ]


def test_diff_leaves_out_the_space_before_a_word() -> None:
    assert diff_words("Turnover was 10%.", "Turnover was 12%.") == [
        Piece("same", "Turnover was "),
        Piece("removed", "10%."),
        Piece("added", "12%."),
    ]


def test_diff_ignores_the_kind_of_line_end() -> None:
    assert diff_words("one\r\ntwo", "one\ntwo") == [Piece("same", "one\ntwo")]


def test_diff_of_nothing_is_nothing() -> None:
    assert diff_words("", "") == []


@given(lines, lines)
def test_each_side_is_its_own_text(before: str, after: str) -> None:
    pieces = diff_words(before, after)
    assert joined(left_side(pieces)) == before
    assert joined(right_side(pieces)) == after
