"""What search finds and never shows; the table of spoken queries is in test_search_hits."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    AT,
    make_answer,
    make_phrasing,
    make_question,
    make_revision,
    make_scope,
    make_user,
)
from wiki.domain.answers import publish_revision, withdraw_answer
from wiki.domain.ownership import archive_answer
from wiki.domain.questions import archive_question, reopen_question
from wiki.domain.scopes import edit_scope
from wiki.domain.search_index import index_answer, index_answers_in_bulk, index_question, reindex_all
from wiki.models import Answer, SearchDocument
from wiki.search import SearchResults
from wiki.search import search as find

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 2)


@pytest.fixture
def reader():
    return make_user("reader")


@pytest.fixture
def search(reader):
    def search(query: str, *, language: str = "en", prefix: bool = False, limit: int = 20) -> SearchResults:
        return find(query=query, user=reader, language=language, on=ON, prefix=prefix, limit=limit)

    return search


@pytest.fixture
def slugs(search):
    """The short names of what is found, in order."""

    def slugs(query: str, **options) -> list[str]:
        return [hit.question.slug for hit in search(query, **options).hits]

    return slugs


def make_findable(slug: str, **texts):
    question = make_question(slug, **texts)
    index_question(question=question)
    return question


def text_of(wording) -> str:
    return "".join(part.text for part in wording.parts)


def marked(wording) -> list[str]:
    return [part.text for part in wording.parts if part.marked]


def test_search_finds_a_question_by_any_phrasing_in_either_language(slugs):
    question = make_question("turnover", en="What is your turnover?", fr="Quel est votre taux de rotation ?")
    make_phrasing(question, "Is there a revolving door?")
    index_question(question=question)

    for query in ("turnover", "rotation", "revolving doors", "tàux de ROTATIONS"):
        assert slugs(query, language="en") == slugs(query, language="fr") == ["turnover"]


def test_search_finds_a_published_answer_by_short_answer_details_example_and_scope(search, reader):
    scope = make_scope("Lyon")
    answer = make_answer(
        make_findable("pay"),
        scope,
        short="Grades are public.",
        details="See the **bandwidth**.",
        example="A welder.",
    )

    for query in ("grade", "bandwidth", "welders", "Lyon"):
        [hit] = search(query).hits
        assert hit.answer == answer


def test_search_never_finds_a_draft(slugs):
    question = make_findable("pay")
    make_answer(question, published=False, short="Unicorns.")
    published = make_answer(question, language="fr", short="Grades.")
    make_revision(published, short="Dragons.")

    assert slugs("unicorns") == slugs("dragons") == []


def test_search_never_finds_what_is_not_to_be_said(slugs):
    make_answer(
        make_findable("pay"), not_to_say="Never mention the dragon.", evidence="https://example.com/dragon"
    )

    assert slugs("dragon") == []


def test_search_finds_only_the_revision_published_last(slugs):
    answer = make_answer(make_findable("pay"), short="Unicorns.")
    publish_revision(
        answer=answer, revision=make_revision(answer, short="Dragons."), by=make_user("editor"), at=AT
    )

    assert (slugs("unicorn"), slugs("dragon")) == ([], ["pay"])


def test_search_loses_a_withdrawn_answer_and_an_archived_one(slugs):
    editor = make_user("editor")
    withdrawn = make_answer(make_findable("pay"), short="Unicorns.")
    archived = make_answer(make_findable("bonus"), short="Dragons.")

    for answer in (withdrawn, archived):
        withdraw_answer(answer=answer, by=editor, at=AT, reason="Wrong")
    archive_answer(answer=archived, by=editor, at=AT)

    assert slugs("unicorns") == slugs("dragons") == []


def test_search_shows_nothing_of_an_answer_that_the_index_has_not_lost_yet(slugs):
    answer = make_answer(make_findable("pay"), short="Unicorns.")
    Answer.objects.filter(pk=answer.pk).update(published=None)

    assert slugs("unicorns") == []


def test_search_loses_an_archived_question_with_its_answers_and_finds_them_again(slugs):
    editor = make_user("editor")
    question = make_findable("pay", en="How is pay set?")
    make_answer(question, short="Unicorns.")

    archive_question(question=question, by=editor, at=AT)
    assert slugs("pay") == slugs("unicorns") == []

    reopen_question(question=question, by=editor, at=AT)
    assert slugs("pay") == slugs("unicorns") == ["pay"]


def test_search_finds_answers_by_their_scope_renamed(slugs):
    scope = make_scope("Lyon")
    make_answer(make_findable("pay"), scope, short="Grades.")

    edit_scope(scope=scope, name="Grenoble", parent=scope.parent, by=make_user("lead"), at=AT)

    assert (slugs("lyon"), slugs("grenoble")) == ([], ["pay"])


def test_search_finds_nothing_for_who_does_not_read_the_wiki():
    make_findable("pay", en="How is pay set?")

    assert find(query="pay", user=make_user("administrator"), language="en", on=ON).hits == []


def test_search_shows_the_title_in_the_readers_language_and_the_phrasing_that_fits(search):
    question = make_question("pay", en="How is pay set?", fr="Comment fixez-vous les salaires ?")
    make_phrasing(question, "Who decides on wages?")
    index_question(question=question)

    [hit] = search("wage", language="fr").hits

    assert (text_of(hit.title), hit.title.language) == ("Comment fixez-vous les salaires ?", "fr")
    assert (text_of(hit.phrasing), hit.phrasing.language) == ("Who decides on wages?", "en")
    assert marked(hit.phrasing) == ["wages"]
    assert search("salaire", language="fr").hits[0].phrasing is None


def test_search_shows_the_answer_that_fits_else_the_companys_in_the_readers_language(search):
    question = make_findable("pay", en="How is pay set?")
    team = make_answer(question, make_scope("Welders"), short="By seniority.")
    french = make_answer(question, language="fr", short="Selon une grille.")
    english = make_answer(question, short="By grade.")

    assert search("pay").hits[0].answer == english
    assert search("pay", language="fr").hits[0].answer == french
    assert search("pay seniority").hits[0].answer == team


def test_search_shows_the_companys_answer_where_several_fit_alike(search):
    question = make_findable("pay")
    make_answer(question, make_scope("Welders"), short="By unicorn.")
    company = make_answer(question, short="By unicorn.")

    assert search("unicorn").hits[0].answer == company


def test_search_shows_freshness_on_the_day(search, reader):
    make_answer(make_findable("pay", en="How is pay set?"), verified_on=date(2026, 10, 1), interval_days=30)

    [hit] = search("pay").hits
    assert (hit.answer.freshness, hit.answer.orphan, hit.answer.challenged) == ("stale", True, False)


def test_search_excerpt_is_the_passage_that_holds_the_words(search):
    details = "Nothing here. " * 40 + "The <b>unicorn</b> is *paid* twice. " + "Nothing there. " * 40
    make_answer(make_findable("pay"), short="By grade.", details=details)

    [hit] = search("unicorn").hits

    assert marked(hit.excerpt) == ["unicorn"]
    assert "The <b>unicorn</b> is paid twice." in text_of(hit.excerpt)
    assert len(text_of(hit.excerpt)) < 300


def test_search_ranks_phrasings_before_short_answers_before_details(slugs):
    make_answer(make_findable("in-details", en="Question one?"), short="No.", details="There is a unicorn.")
    make_answer(make_findable("in-short", en="Question two?"), short="There is a unicorn.")
    make_findable("in-phrasing", en="Is there a unicorn?")

    assert slugs("unicorns") == ["in-phrasing", "in-short", "in-details"]


def test_search_with_every_word_in_one_phrasing_shows_no_question_that_lacks_one(slugs):
    make_findable("both", en="Is training paid?")
    make_findable("one", en="What training is there?")

    assert slugs("paid training") == ["both"]


def test_search_falls_back_to_those_with_some_words_the_rarest_first(slugs):
    for number in range(5):
        make_findable(f"team-{number}", en=f"Question {number} about the team?")
    make_findable("unicorns", en="Are there unicorns?")

    assert slugs("unicorn dragon team")[0] == "unicorns"


def test_search_joins_what_the_question_and_its_answer_hold(slugs):
    make_answer(make_findable("remote", en="Is remote work possible?"), make_scope("Lyon"), short="Two days.")
    make_findable("other", en="Is remote anything possible?")

    assert slugs("remote lyon")[0] == "remote"


def test_search_with_prefix_finds_an_unfinished_word_after_the_whole_one(slugs):
    make_findable("longer", en="What is the formality?")
    make_findable("exact", en="What is the form?")

    assert slugs("form", prefix=True) == ["exact", "longer"]
    assert slugs("form") == ["exact"]


def test_search_puts_essential_questions_first_among_equals(slugs):
    make_findable("plain", en="Where is a unicorn?")
    make_findable("essential", en="Where is a unicorn?", essential=True)

    assert slugs("unicorn") == ["essential", "plain"]


def test_search_says_when_there_is_more_than_it_shows(search):
    for number in range(4):
        make_findable(f"unicorn-{number}", en=f"Unicorn number {number}?")

    results = search("unicorn", limit=3)
    assert (len(results.hits), results.capped) == (3, True)
    assert not search("unicorn", limit=4).capped


@pytest.mark.parametrize(
    "query",
    [
        '"pay"', "'pay'", "pay*", "pay:*", "pay & !grade | (", "NEAR(pay grade)", "NOT pay", "pay AND",
        "^pay", "-pay", "phrasings : pay", "{pay", "pay\0", "\0", "\\pay", "%pay_", "pay;--", "pay <-> set",
        "\ud7ff\ufffdpay", "😀pay", "pay " * 300_000, "(" * 500, "é" * 1000, "ﷺ" * 200, "x" * 100_000,
    ],
    ids=lambda query: ascii(query[:20]),
)  # fmt: skip
def test_search_takes_whatever_is_typed(slugs, query):
    make_findable("pay", en="How is pay set?")

    assert slugs(query, prefix=True) == (["pay"] if "pay" in query.replace("\ufffd", " ") else [])


def test_search_makes_the_same_queries_for_one_hit_and_for_thirty(reader):
    def queries(text: str) -> int:
        user = type(reader).objects.get(pk=reader.pk)
        with CaptureQueriesContext(connection) as captured:
            find(query=text, user=user, language="en", on=ON)
        return len(captured)

    make_answer(make_findable("one", en="Is there a unicorn?"), short="A unicorn.")
    few = queries("unicorn dragon")
    for number in range(30):
        make_answer(make_findable(f"more-{number}", en=f"Unicorn {number}?"), short="Unicorn.")

    assert queries("unicorn dragon") == few
    assert few <= 6


def test_index_answer_again_keeps_its_place(reader):
    answer = make_answer(make_findable("pay"), short="Unicorns.")
    before = SearchDocument.objects.get(answer=answer).pk
    index_answer(answer=answer)

    assert SearchDocument.objects.get(answer=answer).pk == before


def test_index_answers_in_bulk_leaves_drafts_out(slugs):
    question = make_findable("pay")
    make_answer(question, published=False, short="Dragons.")
    make_answer(question, language="fr", short="Unicorns.")
    SearchDocument.objects.filter(answer__isnull=False).delete()

    assert index_answers_in_bulk(answers=question.answers.all(), batch=1) == 1
    assert (slugs("dragons"), slugs("unicorns")) == ([], ["pay"])


def test_rebuild_search_index_finds_again_what_was_lost_and_loses_what_was_kept(slugs, capsys):
    question = make_findable("pay", en="How is pay set?")
    make_answer(question, short="Unicorns.")
    gone = make_answer(question, language="fr", short="Dragons.")
    Answer.objects.filter(pk=gone.pk).update(published=None)
    SearchDocument.objects.exclude(answer=gone).delete()

    call_command("rebuild_search_index")

    assert capsys.readouterr().out == "1 questions and 1 answers are findable.\n"
    assert slugs("pay") == slugs("unicorns") == ["pay"]
    assert not SearchDocument.objects.filter(answer=gone).exists()


def test_reindex_all_does_the_same_in_small_batches(slugs):
    for number in range(5):
        make_answer(make_findable(f"question-about-{number}"), short="Unicorns.")
    SearchDocument.objects.all().delete()

    assert reindex_all(batch=2).answers == 5
    assert len(slugs("unicorns")) == 5
