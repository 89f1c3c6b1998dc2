import re
from importlib import import_module
from typing import NamedTuple

import nh3
import pytest
from django.conf import settings
from django.template import Context, Template
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.wiki import payloads
from tests.wiki.markup import foreign_markup, words
from wiki import markdown
from wiki.models import AnswerRevision
from wiki.models.revisions import MARKDOWN_LENGTH

REL = 'rel="noopener nofollow noreferrer"'


# --- What a writer gets ---------------------------------------------------------------------------
def test_render_text_and_lists() -> None:
    assert markdown.render("Eight *or* **nine**.\n\n- one\n- two") == (
        "<p>Eight <em>or</em> <strong>nine</strong>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
    )


@pytest.mark.parametrize(("level", "shown"), [(1, 3), (2, 4), (3, 5), (4, 6), (5, 6), (6, 6)])
def test_render_heading_below_those_of_the_page(level: int, shown: int) -> None:
    assert markdown.render("#" * level + " Figures") == f"<h{shown}>Figures</h{shown}>\n"


def test_render_table_alignment_is_a_class() -> None:
    html = markdown.render("| a | b | c | d |\n|---|:-:|--:|:--|\n| 1 | 2 | 3 | 4 |")
    assert "<th>a</th>" in html
    assert '<th class="align-center">b</th>' in html
    assert '<td class="align-right">3</td>' in html
    assert "<td>4</td>" in html
    assert "style" not in html


def test_render_wiki_link() -> None:
    address = reverse("wiki:question", args=["why-people-leave"])
    assert (
        markdown.render("[[why-people-leave]]") == f'<p><a href="{address}" {REL}>why people leave</a></p>\n'
    )


def test_render_wiki_link_with_words() -> None:
    address = reverse("wiki:question", args=["pay"])
    assert markdown.render("[[pay|what we pay]]") == f'<p><a href="{address}" {REL}>what we pay</a></p>\n'


@pytest.mark.parametrize("text", ["[[]]", "[[two words]]", "[[a/b]]", "`[[pay]]`", "[[pay|]]", "[[a\nb]]"])
def test_render_wiki_link_of_another_shape_is_text(text: str) -> None:
    assert "<a " not in markdown.render(text)


def test_render_wiki_link_inside_a_link_makes_no_link_in_a_link() -> None:
    html = markdown.render("[see [[pay]] here](https://example.com)")
    assert html.count("<a ") == html.count("</a>")
    assert foreign_markup(html) == []


@pytest.mark.django_db
def test_render_asks_the_database_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        markdown.render("[[no-such-question]] ![](/wiki/images/999/)")


def test_render_address_becomes_a_link() -> None:
    assert markdown.render("https://example.com/a") == (
        f'<p><a href="https://example.com/a" {REL}>https://example.com/a</a></p>\n'
    )


@pytest.mark.parametrize("text", ["booking.com", "Node.js", "www.example.com"])
def test_render_words_that_look_like_hosts_stay_words(text: str) -> None:
    assert markdown.render(text) == f"<p>{text}</p>\n"


def test_render_our_image() -> None:
    assert markdown.render("![The plan](/wiki/images/7/)") == (
        '<p><img src="/wiki/images/7/" alt="The plan"></p>\n'
    )


def test_render_image_from_elsewhere_is_a_link() -> None:
    html = markdown.render("![Our *plan*](https://example.com/plan.png)")
    assert html == f'<p><a href="https://example.com/plan.png" {REL}>Our plan</a></p>\n'


def test_render_image_from_elsewhere_without_words_shows_its_address() -> None:
    html = markdown.render("![](https://example.com/plan.png)")
    assert html == f'<p><a href="https://example.com/plan.png" {REL}>https://example.com/plan.png</a></p>\n'


def test_render_image_from_elsewhere_inside_a_link_is_words() -> None:
    html = markdown.render("[![plan](https://evil.example/x.png) and more](https://example.com)")
    assert html == f'<p><a href="https://example.com" {REL}>plan and more</a></p>\n'


def test_render_raw_html_is_text() -> None:
    assert markdown.render("a <b>bold</b> claim") == "<p>a &lt;b&gt;bold&lt;/b&gt; claim</p>\n"


def test_render_twice_gives_the_same() -> None:
    text = "[[pay]] https://example.com and a@example.com"
    assert markdown.render(text) == markdown.render(text)


# --- Caps (A11, A16, A18) -------------------------------------------------------------------------
def test_render_cap_is_the_one_of_the_model() -> None:
    assert markdown.LONGEST == MARKDOWN_LENGTH


def test_render_at_the_cap() -> None:
    assert markdown.render("a" * markdown.LONGEST) == f"<p>{'a' * markdown.LONGEST}</p>\n"


def test_render_over_the_cap() -> None:
    with pytest.raises(ValueError, match="20000 characters at most"):
        markdown.render("a" * (markdown.LONGEST + 1))
    with pytest.raises(markdown.TextTooLong):
        markdown.image_ids("a" * (markdown.LONGEST + 1))


def test_render_counts_a_line_end_once() -> None:
    assert markdown.render("\r\n" * markdown.LONGEST) == ""


HOSTILE_TO_READERS = [
    "[", "![", "[[", "<a ", "<![", "<", "> ", ">", "*a ", "**a*", "_", "`a``b", "[](", "[x](<", "[a][", "|",
    "http://", "a@b.c", "mailto:", "- ", "\n", "\\", "&", "\x00", "~~~", "[a]: b\n", "<http:", "[[a|b",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE_TO_READERS)
def test_render_hostile_repetition_is_bounded_in_size(piece: str) -> None:
    html = markdown.render((piece * markdown.LONGEST)[: markdown.LONGEST])
    assert len(html) <= 60 * markdown.LONGEST
    assert foreign_markup(html) == []


def test_render_table_of_short_rows_does_not_grow_into_a_million_cells() -> None:
    html = markdown.render("|a" * 50 + "\n" + "|-" * 50 + "\n" + "|a\n" * 6000)
    assert html.count("<td") <= 4096 + markdown.LONGEST / 2


# --- Attacks (A1, A3, A7 to A11, A14, A17) --------------------------------------------------------
@pytest.mark.parametrize("definition", ['[a]: http://a "{}"', "[a]: http://{}", "[a]: /wiki/images/1/ '{}'"])
def test_render_repeats_no_long_definition_in_every_link(definition: str) -> None:
    text = definition.format("x" * 10_000) + "\n\n" + "[a]" * 3000
    assert len(markdown.render(text)) < 10 * len(text)


def test_render_links_to_a_definition_of_usual_length() -> None:
    text = '[report]: https://intranet.example/report "The report of 2026"\n\n' + "[report] " * 100
    assert markdown.render(text).count('title="The report of 2026"') == 100


def test_scheme_of_a_bare_address_is_looked_for_in_its_last_letters_only() -> None:
    """Otherwise a paragraph of addresses is read as often as it has addresses."""
    rule = import_module("markdown_it.rules_inline.linkify").SCHEME_RE
    assert rule.search("see http")[1] == "http"
    assert rule.search("see (https")[1] == "https"
    assert rule.search("see ") is None
    assert len(rule.search("x" * 20_000)[0]) <= 20
    assert markdown.render("see http://a.example").count("<a ") == 1
    assert markdown.render("x" * 30 + "http://a.example").count("<a ") == 0


def test_payloads_are_many() -> None:
    assert len(set(payloads.ALL)) >= 150


@pytest.mark.parametrize(
    "payload", ["<script>", "<img src=x onerror=alert(1)>", "<a href='javascript:x'>x</a>", "<!--x-->"]
)
def test_the_independent_reading_sees_an_attack(payload: str) -> None:
    assert foreign_markup(payload) != []


_PLACES = [
    "{}",
    "a {} b",
    "**{}**",
    "> {}",
    "- {}",
    "[{}](https://example.com)",
    "| {} |\n|---|\n| {} |",
    "# {}",
]


@pytest.mark.parametrize("payload", payloads.ALL, ids=lambda payload: repr(payload)[:60])
def test_render_lets_no_payload_through(payload: str) -> None:
    for place in _PLACES:
        html = markdown.render(place.replace("{}", payload))
        assert foreign_markup(html) == []


@pytest.mark.parametrize("payload", [*payloads.SCRIPTS, *payloads.ELEMENTS, *payloads.MUTATIONS])
def test_stored_html_of_any_origin_is_sanitised_when_shown(payload: str) -> None:
    assert foreign_markup(markdown.html_of(payload, markdown.VERSION, "")) == []
    assert foreign_markup(markdown.html_of(payload, "0", payload)) == []


@pytest.mark.parametrize("address", payloads.ADDRESSES)
def test_stored_html_with_a_hostile_address_loses_it(address: str) -> None:
    stored = f"<a href='{address}'>x</a><img src='{address}'>"
    assert foreign_markup(markdown.html_of(stored, markdown.VERSION, "")) == []


def test_stored_html_loses_classes_that_are_not_the_renderers() -> None:
    stored = (
        '<table><tr><td class="align-right note-error">1</td></tr></table><p class="card" id="main">x</p>'
    )
    shown = markdown.html_of(stored, markdown.VERSION, "")
    assert '<td class="align-right">1</td>' in shown
    assert "<p>x</p>" in shown


@pytest.mark.parametrize("payload", payloads.SCRIPTS)
def test_render_shows_raw_html_rather_than_dropping_it(payload: str) -> None:
    assert "alert(1)" in words(markdown.render(payload)) or "evil.example" in words(markdown.render(payload))


MARKUP = st.text(
    alphabet=st.one_of(
        st.sampled_from("[]()<>!`*_#|-:\"'/\\&;\n\t =@.x1"), st.characters(exclude_categories=["Cs"])
    ),
    max_size=300,
)
PIECES = st.lists(st.one_of(st.sampled_from(payloads.ALL), MARKUP), max_size=8)


@given(MARKUP)
def test_render_of_any_text_holds_nothing_foreign(text: str) -> None:
    assert foreign_markup(markdown.render(text)) == []


@given(PIECES)
def test_render_of_any_mixture_holds_nothing_foreign(pieces: list[str]) -> None:
    assert foreign_markup(markdown.render(" ".join(pieces))) == []


def test_stored_html_keeps_no_attribute_that_the_renderer_never_writes() -> None:
    stored = '<p title="x" lang="fr">y</p>'
    assert markdown.html_of(stored, markdown.VERSION, "") == "<p>y</p>"


@given(PIECES)
def test_stored_html_of_any_mixture_holds_nothing_foreign(pieces: list[str]) -> None:
    # What was stored holds no lone surrogates: neither database takes them.
    pieces = [piece.encode(errors="replace").decode() for piece in pieces]
    assert foreign_markup(markdown.html_of("".join(pieces), markdown.VERSION, "")) == []


@given(MARKUP)
def test_render_is_stable_under_another_sanitising(text: str) -> None:
    html = markdown.render(text)
    assert markdown.html_of(html, markdown.VERSION, text) == html


def test_sanitiser_is_not_older_than_its_repairs() -> None:
    assert tuple(int(part) for part in nh3.__version__.split(".")[:3]) >= (0, 3, 8)


# --- Which images a text shows --------------------------------------------------------------------
def test_image_ids_wherever_they_stand() -> None:
    text = (
        "![a](/wiki/images/1/) `![](/wiki/images/2/)`\n\n> - ![](/wiki/images/3/)\n\n"
        "| ![](/wiki/images/4/) |\n|-|\n\n![r][ref]\n\n[ref]: /wiki/images/5/\n\n"
        "[![](/wiki/images/6/)](https://example.com)\n\n    ![](/wiki/images/7/)"
    )
    assert markdown.image_ids(text) == {1, 3, 4, 5, 6}


@pytest.mark.parametrize(
    "text",
    ["", "[x](/wiki/images/1/)", "![](https://example.com/wiki/images/1/)", "![](/wiki/images/0/)",
     "![](/wiki/images/1/?a)", "![](/wiki/images/٣/)", "![](/wiki/images/9999999999999999999/)"],
)  # fmt: skip
def test_image_ids_of_nothing_of_ours(text: str) -> None:
    assert markdown.image_ids(text) == set()


@given(MARKUP)
def test_image_ids_are_those_that_the_html_shows(text: str) -> None:
    text = f"{text} ![](/wiki/images/12/)"
    shown = re.findall(r'<img src="/wiki/images/([0-9]+)/"', markdown.render(text))
    assert {int(number) for number in shown} <= markdown.image_ids(text)


# --- Showing stored HTML --------------------------------------------------------------------------
def test_html_of_the_same_version_is_the_stored_html() -> None:
    assert markdown.html_of("<p>stored</p>", markdown.VERSION, "source") == "<p>stored</p>"


def test_html_of_another_version_is_rendered_again() -> None:
    assert markdown.html_of("<p>stored</p>", "0", "*source*") == "<p><em>source</em></p>\n"


def test_html_of_a_source_over_the_cap_is_shown_to_the_cap() -> None:
    shown = markdown.html_of("", "0", "a" * (markdown.LONGEST + 5))
    assert words(shown).strip() == "a" * markdown.LONGEST


def test_details_html_and_example_html_in_a_template() -> None:
    revision = AnswerRevision(
        details="*new*",
        details_html="<p>old</p>",
        example="x",
        example_html="<p>kept</p>",
        renderer_version="0",
    )
    page = Template("{% load answers %}{{ revision|details_html }}{{ revision|example_html }}")
    assert page.render(Context({"revision": revision})) == "<p><em>new</em></p>\n<p>x</p>\n"
    revision.renderer_version = markdown.VERSION
    assert page.render(Context({"revision": revision})) == "<p>old</p><p>kept</p>"


def test_nothing_else_marks_html_as_safe() -> None:
    """A4: the one door is `markdown.trusted`."""
    opening = re.compile(r"mark_safe|\|\s*safe\b|safeseq|format_html\(f|SafeString\(")
    folders = ["accounts", "config", "ledger", "recruiting", "templates", "wiki"]
    files = [file for folder in folders for file in (settings.BASE_DIR / folder).rglob("*.*")]
    doors = [
        str(file.relative_to(settings.BASE_DIR))
        for file in files
        if file.suffix in {".py", ".html", ".txt"} and opening.search(file.read_text(encoding="utf-8"))
    ]
    assert doors == ["wiki/markdown.py"]


# --- Figures --------------------------------------------------------------------------------------
class Said(NamedTuple):
    number: str
    words: str


FIGURES = {"turnover": Said("11.4", "11.4% <b>"), "hours": Said("", "[missing]")}


def test_render_keeps_the_place_of_a_figure() -> None:
    assert markdown.render("*[[figure:turnover]]*") == '<p><em><data value="turnover"></data></em></p>\n'
    assert markdown.figure_slugs("[[figure:a]] `[[figure:b]]` [x [[figure:c]]](https://x.example)") == {
        "a",
        "c",
    }
    assert markdown.figure_slugs("none") == set()


@pytest.mark.parametrize(
    "text", ["[[figure:]]", "[[figure:two words]]", "[[figure:a|b]]", '<data value="a"></data>']
)
def test_render_figure_of_another_shape_is_text(text: str) -> None:
    assert "<data" not in markdown.render(text)


def test_with_figures_fills_their_places_and_escapes_them() -> None:
    html = markdown.render("[[figure:turnover]], [[figure:hours]], [[figure:unknown]]")
    assert markdown.with_figures(html, FIGURES) == (
        '<p><data value="11.4">11.4% &lt;b&gt;</data>, <strong>[missing]</strong>, [[figure:unknown]]</p>\n'
    )


@pytest.mark.parametrize(
    "stored", ['<data value="x onclick=y"></data>', '<data value="turnover" onclick="y">z</data>']
)
def test_html_of_takes_nothing_else_for_a_place(stored: str) -> None:
    html = markdown.html_of(stored, markdown.VERSION, "", FIGURES)
    assert html in {"<data></data>", '<data value="turnover">z</data>'}
    assert foreign_markup(html) == []


def test_html_of_an_older_renderer_is_rendered_again_with_its_figures() -> None:
    html = markdown.html_of("<p>[[figure:turnover]]</p>", "2", "[[figure:turnover]]", FIGURES)
    assert html == '<p><data value="11.4">11.4% &lt;b&gt;</data></p>\n'
