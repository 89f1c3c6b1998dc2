import pytest

from wiki.search.plain_text import plain
from wiki.search.queries import QUERY_WORDS, analyse
from wiki.search.words import index_tokens


@pytest.mark.parametrize(
    ("written", "language", "typed"),
    [
        ("télétravail", "fr", "teletravail"),
        ("télé-travail", "fr", "télétravail"),
        ("télé-travail", "fr", "TRAVAIL"),
        ("départs", "fr", "départ"),
        ("départs", "fr", "depart"),
        ("Formations", "fr", "formation"),
        ("équipes", "fr", "EQUIPE"),
        ("l’entreprise", "fr", "entreprise"),
        ("l'entreprise", "fr", "l’entreprises"),
        ("qu’aujourd’hui", "fr", "aujourd'hui"),
        ("œuvre", "fr", "oeuvre"),
        ("employees", "en", "employee"),
        ("promoted", "en", "promotes"),
        ("the company’s figures", "en", "figure"),
        ("part-time", "en", "part time"),
        ("part-time", "en", "parttime"),
        ("follow-up", "en", "followup"),
        ("35\u202fheures\u00a0?", "fr", "35"),
        ("cafe\u0301", "fr", "café"),
        ("straße", "en", "strasse"),
    ],
)
def test_index_tokens_hold_the_word_however_it_is_typed(written, language, typed):
    tokens = f" {index_tokens(written, language)} "

    assert all(word.closeness_to(tokens) == 1 for word in analyse(typed, language=language).words)


def test_index_tokens_keep_each_language_apart():
    assert not analyse("salary", language="en").words[0].closeness_to(f" {index_tokens('salarié', 'fr')} ")


@pytest.mark.parametrize(("text", "language"), [("Qu’est-ce que c’est ?", "fr"), ("What is it?", "en")])
def test_index_tokens_without_stop_words_are_empty(text, language):
    assert index_tokens(text, language) == ""


def test_index_tokens_are_letters_and_digits_with_single_spaces():
    tokens = index_tokens('  a\'b "c" d:* & | ! (x) \\ \0 -- 10,5 % 東京 _under_score_ x' + "y" * 100, "en")

    assert all(token.isalnum() and len(token) <= 41 for token in tokens.split(" "))


def test_analyse_keeps_at_most_twelve_words():
    assert len(analyse(" ".join(f"word{number}" for number in range(30)), language="en").words) == QUERY_WORDS


def test_analyse_drops_the_stop_words_of_the_language_it_is_written_in():
    english, french = analyse("is the car for me", language="fr"), analyse("car elle est là", language="en")

    assert (english.language, len(english.words)) == ("en", 1)
    assert (french.language, len(french.words)) == ("fr", 0)


def test_analyse_makes_a_prefix_of_an_unfinished_last_word_only():
    assert analyse("budget form", language="fr", prefix=True).words[1].prefixes == ("fform", "eform")
    assert analyse("budget form ", language="fr", prefix=True).words[1].prefixes == ()
    assert analyse("budget form", language="fr").words[1].prefixes == ()
    assert analyse("budget f", language="fr", prefix=True).words[1].prefixes == ()


def test_plain_leaves_the_words_that_markdown_shows():
    text = (
        "## Turnover\n\n| a | b |\n|---|:-:|\n> ![A chart](/media/1) and\n"
        "- [a link](https://example.com/x) [[pay|the pay]] **8** in C#"
    )

    assert plain(text) == "Turnover a b A chart and a link the pay 8 in C#"


def test_plain_says_a_bare_wiki_link_in_words():
    text = "See [[hardest-part]], [[pay|the pay]] and [[turnover-rate]]"
    assert plain(text) == "See hardest part, the pay and turnover rate"


@pytest.mark.parametrize("piece", ["[", "[a](", "![", "](", "[[", "`", "|-", "https://"])
def test_plain_is_linear_on_hostile_text(piece):
    assert len(plain(piece * 20_000)) < 20_000 * len(piece)
