from datetime import date, timedelta

import pytest
from django.template import Context, Template

from tests.factories import AT, make_answer, make_company, make_figure, make_revision, make_scope, make_value
from wiki.candour import hints_for
from wiki.domain.citations import (
    citations_in,
    cite_figures,
    cite_in_answers,
    told,
    value_in_words,
)
from wiki.models import Answer, AnswerRevision, RevisionFigure, Validity

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 22)
CITING = "It was [[figure:turnover]]."


def shown(revision: AnswerRevision, part: str) -> str:
    return Template(f"{{% load answers %}}{{{{ revision|{part} }}}}").render(Context({"revision": revision}))


def cited(answer: Answer, on: date = ON) -> AnswerRevision:
    cite_in_answers([answer], on=on)
    assert answer.published is not None
    return answer.published


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "It was 11.4% (as of 30 June 2026, payroll)."),
        ("fr", "It was 11,4\u00a0% (as of 30\u00a0juin 2026, paie)."),
    ],
)
def test_a_citation_is_told_in_the_answers_language(language: str, words: str) -> None:
    make_value(make_figure("turnover", source_en="payroll", source_fr="paie"))
    revision = cited(make_answer(language=language, short=CITING))
    # The catalogue of the tests' machine may lack the words around; the numbers never depend on it.
    said = told(revision.short_answer, revision.cited).replace("au 30", "as of 30")
    assert said == words


@pytest.mark.parametrize(
    ("text", "value", "language", "words"),
    [
        ({"decimals": 0, "unit_en": "hours"}, "1250", "en", "1,250\u00a0hours"),
        ({"decimals": 0, "unit_fr": "heures"}, "1250", "fr", "1\u00a0250\u00a0heures"),
        ({"decimals": 2, "unit_en": "", "unit_fr": ""}, "3", "en", "3.00"),
        ({"decimals": 0, "unit_en": "%"}, "11.46", "en", "11.46%"),  # lowered since: never rounded
        ({"decimals": 1, "unit_fr": "%"}, "-0.5", "fr", "-0,5\u00a0%"),
    ],
)
def test_a_value_is_written_as_its_language_does(text, value: str, language: str, words: str) -> None:
    assert value_in_words(make_value(make_figure(**text), value), language) == words


def test_a_citation_without_source_value_or_figure_says_so() -> None:
    make_value(make_figure("turnover"))
    make_figure("hours", label_en="Training hours")
    short = "[[figure:turnover]]; [[figure:hours]]; [[figure:no-such]]."
    revision = cited(make_answer(short=short))
    assert told(revision.short_answer, revision.cited) == (
        "11.4% (as of 30 June 2026); [figure missing: Training hours]; [figure missing: no such]."
    )
    assert [revision.cited[slug].validity_on(ON) for slug in ("turnover", "hours", "no-such")] == [
        Validity.VALID,
        Validity.MISSING,
        Validity.MISSING,
    ]


def test_values_come_from_the_answers_scope_and_day() -> None:
    figure, site = make_figure("turnover"), make_scope(kind="site")
    make_value(figure, "9", as_of=date(2025, 12, 31), at=AT - timedelta(days=100))
    make_value(figure, "11.4")
    make_value(figure, "20", scope=site)
    company, of_site = make_answer(short=CITING), make_answer(scope=site, short=CITING)
    assert cited(company).cited["turnover"].number == "11.4"
    assert cited(of_site).cited["turnover"].number == "20.0"
    assert cited(company, AT.date() - timedelta(days=1)).cited["turnover"].number == "9.0"


def test_stored_html_holds_the_place_and_pages_the_value() -> None:
    make_value(make_figure("turnover", source_en="<b>payroll</b>"))
    answer = make_answer(details=f"**{CITING}** `[[figure:turnover]]`", example=CITING)
    assert answer.published is not None
    assert '<data value="turnover"></data>' in answer.published.details_html
    revision = cited(answer)
    value = '<data value="11.4">11.4% (as of 30 June 2026, &lt;b&gt;payroll&lt;/b&gt;)</data>'
    assert shown(revision, "details_html") == (
        f"<p><strong>It was {value}.</strong> <code>[[figure:turnover]]</code></p>\n"
    )
    assert shown(revision, "example_html") == f"<p>It was {value}.</p>\n"


def test_filters_read_the_figures_that_no_page_has_read() -> None:
    make_value(make_figure("turnover"))
    answer = make_answer(short=CITING, details=CITING)
    revision = AnswerRevision.objects.get(pk=answer.published_id)
    assert shown(revision, "short_answer") == "It was 11.4% (as of 30 June 2026)."


def test_short_answers_are_plain_text_whatever_a_figure_holds() -> None:
    make_value(make_figure("turnover", source_en="<i>x</i>"))
    assert "<i>" not in shown(cited(make_answer(short=f"<b> {CITING}")), "short_answer")


def test_cite_figures_takes_two_queries_for_any_number_and_none_without_citation(
    django_assert_num_queries,
) -> None:
    for number in range(4):
        make_value(make_figure(f"f{number}"))
    plain = [make_answer(scope=make_scope()) for _ in range(2)]
    citing = [make_answer(scope=make_scope(), short=f"[[figure:f{number}]] in 2026") for number in range(4)]
    with django_assert_num_queries(0):
        cite_in_answers(plain, on=ON)
    with django_assert_num_queries(2):
        cite_in_answers(plain + citing[:1], on=ON)
    with django_assert_num_queries(2):
        cite_in_answers(plain + citing, on=ON)


def test_link_figures_passes_over_code_and_unknown_names() -> None:
    for slug in ("one", "two", "three", "four"):
        make_figure(slug)
    answer = make_answer(
        short="[[figure:one]]",
        details="[[figure:two]] [[figure:no-such]] `[[figure:four]]`",
        example="[[figure:three]] [[figure:three]]",
    )
    links = RevisionFigure.objects.filter(revision=answer.published)
    assert sorted(links.values_list("figure__slug", flat=True)) == ["one", "three", "two"]


def test_citations_in_a_text_not_saved_leave_what_is_unknown_as_written() -> None:
    make_value(make_figure("turnover"))
    found = citations_in("[[figure:turnover]] [[figure:x]]", scope=make_company(), language="en", on=ON)
    assert {slug: citation.number for slug, citation in found.items()} == {"turnover": "11.4"}


def test_candour_takes_a_cited_figure_for_a_dated_figure_and_names_what_is_missing() -> None:
    make_value(make_figure("turnover"))
    make_figure("hours", label_en="Training hours")

    def hints(short: str) -> list[str]:
        revision = cited(make_answer(short=short, example="Someone stayed."))
        return hints_for(revision, language="en", cited=revision.cited)

    assert hints(CITING) == []
    assert hints("In 2026, 8 [[figure:hours]] and [[figure:no-such]].") == [
        "“Training hours” has no value yet: record one.",
        "No figure is called “no-such”: add it, or cite another.",
    ]


def test_a_draft_tells_the_same_figures() -> None:
    make_value(make_figure("turnover"))
    answer = make_answer()
    draft = make_revision(answer, short=CITING)
    cite_figures([draft], on=ON)
    assert draft.cited["turnover"].words == "11.4% (as of 30 June 2026)"
