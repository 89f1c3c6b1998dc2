from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SiteSettings
from ledger.models import Activity
from recruiting.domain import briefings
from recruiting.domain.briefings import prepare_briefing
from recruiting.domain.host_notes import leave_note
from recruiting.domain.questions_asked import add_candidate_question
from recruiting.domain.reading import NotShown, mark_read
from recruiting.domain.reading_time import TEN_MINUTES
from recruiting.forms.briefings import sign_shown
from recruiting.models import Debrief, ReadReceipt, RoleSheet
from tests.factories import (
    AT,
    make_answer,
    make_category,
    make_figure,
    make_question,
    make_revision,
    make_scope,
    make_user,
    make_value,
)
from tests.recruiting.factories import make_application, make_given, make_position, make_session
from wiki.domain.answers import publish_revision, withdraw_answer
from wiki.domain.verification_requests import ask_to_verify

pytestmark = pytest.mark.django_db
ON = AT.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT, tick=False):
        yield


def url(name, session):
    return reverse(f"recruiting:{name}", args=[session.pk])


def mark(client, session, part):
    """Press the part's button."""
    sent = {"shown": part.shown, "part": part.anchor}
    return client.post(url("briefing_read", session), sent)


def read(client, session):
    page = client.get(url("briefing", session))
    assert page.status_code == 200
    return page.content.decode()


def test_briefing_shows_all_that_a_host_needs(client_as):
    owner, host = make_user("editor", name="Grace Hopper"), make_user("reader")
    following = make_question(en="And before that?")
    question = make_question(en="Who left last year?", essential=True)
    question.next_questions.add(following)
    team = make_scope("Ovens", kind="team")
    make_answer(
        question,
        team,
        owner=owner,
        verified_on=ON - timedelta(days=10),
        short="Three people left.",
        details="Two **retired**.",
        example="One came back.",
        not_to_say="Nobody leaves.",
    )
    session = make_session(make_application(make_position(team=team)), host)
    text = read(client_as(host), session)
    for shown in (
        "Who left last year?",
        "Three people left.",
        "<strong>retired</strong>",
        "One came back.",
        "Nobody leaves.",
        "Ovens",
        "Last confirmed on 23 October 2026 by Grace Hopper",
        "Revision 1, 23 October 2026",
        "And before that?",
        "May be said",
        "Fresh",
    ):
        assert shown in text


def test_briefing_never_shows_a_draft_or_an_answer_of_another_team(client_as):
    recruiter = make_user("recruiter")
    make_answer(short="A draft of words.", published=False)
    answer = make_answer(short="Published words.")
    make_revision(answer, short="Later words.")
    make_answer(scope=make_scope(kind="team"), short="Another team’s words.")
    text = read(client_as(recruiter), make_session())
    assert "Published words." in text
    for hidden in ("A draft of words.", "Later words.", "Another team’s words."):
        assert hidden not in text


def test_briefing_flags_internal_answers_and_the_other_language(client_as):
    make_answer(disclosure="internal")
    make_answer(language="fr", short="Personne.")
    text = read(client_as(make_user("recruiter")), make_session())
    assert "Internal: this may not be said to a candidate." in text
    assert "This answer exists only in French." in text


def prepare(session, reader=None):
    return prepare_briefing(session=session, reader=reader or session.organiser, at=AT)


def questions_of(items):
    return [item.question for item in items]


def test_prepare_briefing_names_gaps_and_stale_answers_with_who_mends_them_by_when():
    owner, keeper = make_user("reader"), make_user("reader")
    category = make_category(default_owner=keeper)
    essential, asked = make_question(essential=True, category=category), make_question()
    make_question()
    stale = make_answer(make_question(essential=True), verified_on=ON - timedelta(days=400), owner=owner)
    make_answer(verified_on=ON - timedelta(days=400))  # neither asked nor likely
    session = make_session()
    by = session.organiser
    add_candidate_question(session=session, words="And you?", question=asked, gap=True, by=by, at=AT)
    unknown = add_candidate_question(
        session=session, words="Is there a choir?", question=None, gap=True, by=by, at=AT
    )
    briefing = prepare(session)
    day = session.starts_at.date()
    rows = [(row.question, row.answer, row.who, row.by) for row in briefing.mending.gaps]
    assert rows == [(asked, None, None, day), (essential, None, keeper, day)]
    rows = [(row.answer, row.who, row.by) for row in briefing.mending.stale]
    assert rows == [(stale, owner, day)]
    assert briefing.unmatched == [unknown]
    assert [(item.question, item.asked) for item in briefing.asked] == [(asked, ["And you?"])]


def test_prepare_briefing_judges_answers_on_the_day_of_the_session():
    answer = make_answer(make_question(essential=True), verified_on=ON, interval_days=7)
    holds, too_late = make_session(starts_at=AT + 7 * DAY), make_session(starts_at=AT + 8 * DAY)
    assert prepare(holds).mending.is_nothing
    assert [row.answer for row in prepare(too_late).mending.stale] == [answer]


def test_prepare_briefing_gives_the_earlier_day_a_lead_asked_for():
    owner = make_user("reader")
    answer = make_answer(make_question(essential=True), verified_on=ON - 400 * DAY, owner=owner)
    due_on = ON + timedelta(days=2)
    ask_to_verify(answers=[answer.pk], event="News", reason="All", due_on=due_on, by=make_user("lead"), at=AT)
    [row] = prepare(make_session()).mending.stale
    assert (row.who, row.by) == (owner, due_on)


def test_prepare_briefing_names_whoever_can_mend_in_the_place_of_an_owner():
    question = make_question(essential=True)
    left = make_user("reader", is_active=False)
    answer = make_answer(question, owner=left, verified_on=ON - 400 * DAY, by=make_user("editor"))
    keeper = make_user("lead")
    SiteSettings.objects.create(pk=1, keeper=keeper)
    session = make_session()
    assert [row.who for row in prepare(session).mending.stale] == [keeper]
    deputy = make_user("reader")
    type(answer).objects.filter(pk=answer.pk).update(deputy=deputy)
    assert [row.who for row in prepare(session).mending.stale] == [deputy]


def test_prepare_briefing_gives_each_question_one_place_in_the_wikis_order():
    last, first = make_category(rank=2), make_category(rank=1)
    questions = [
        make_question(category=last, rank=1),
        make_question(category=first, rank=2),
        make_question(category=first, rank=1),
    ]
    essential = make_question(category=first, essential=True)
    make_question(category=first, archived_at=AT)
    briefing = prepare(make_session())
    shown = [(part.category, questions_of(part.items)) for part in briefing.rest]
    assert shown == [(first, [questions[2], questions[1]]), (last, [questions[0]])]
    assert questions_of(briefing.likely) == [essential]


def test_prepare_briefing_leaves_out_what_matters_least(monkeypatch):
    monkeypatch.setattr(briefings, "LONGEST_BRIEFING", 2)
    make_question()
    asked, essential = make_question(), make_question(essential=True)
    session = make_session()
    add_candidate_question(session=session, words="", question=asked, gap=True, by=session.organiser, at=AT)
    briefing = prepare(session)
    assert questions_of(briefing.items) == [asked, essential]
    assert briefing.left_out == 1


def test_prepare_briefing_keeps_the_words_of_a_question_archived_since():
    question, session = make_question(), make_session()
    row = add_candidate_question(
        session=session, words="And you?", question=question, gap=False, by=session.organiser, at=AT
    )
    type(question).objects.filter(pk=question.pk).update(archived_at=AT)
    briefing = prepare(session)
    assert (briefing.asked, briefing.unmatched) == ([], [row])


def test_prepare_briefing_says_why_questions_are_likely_the_most_expected_first():
    host = make_user("reader")
    position = make_position(team=make_scope())
    sensitive = make_answer(make_question(category=make_category(sensitive=True))).question
    make_question(category=make_category(sensitive=True))  # without an answer
    essential, asked, usual, stumbled = (
        make_question(essential=True),
        *(make_answer().question for _ in "123"),
    )
    unexpected = make_answer().question
    same_team = make_session(make_application(make_position(team=position.team)), host, starts_at=AT - DAY)
    same_stage = make_session(make_application(position), host, starts_at=AT - 2 * DAY)
    other_stage = make_session(make_application(position), host, starts_at=AT - 3 * DAY, stage="screening")
    elsewhere = make_session(None, host, starts_at=AT - DAY)
    make_given(same_team, asked, host, at=AT - DAY)
    make_given(same_stage, asked, host, at=AT - DAY)
    make_given(other_stage, usual, host, at=AT - DAY)
    for said in ("No.", "Not at all."):
        make_given(elsewhere, stumbled, host, delivery="departed_from", said=said, at=AT - DAY)
    make_given(elsewhere, unexpected, host, delivery="not_answered", at=AT - DAY)  # once is not often
    briefing = prepare(make_session(make_application(position)))
    assert [(item.question, item.why.reason) for item in briefing.likely] == [
        (asked, "Asked in 2 of the last 2 sessions like this one"),
        (stumbled, "Stumbled over 2 times within a year"),
        (usual, "Asked before for this position"),
        (essential, "One of the essential questions"),
        (sensitive, "Sensitive subject"),
    ]


def test_prepare_briefing_counts_hosts_who_were_ill_at_ease():
    question, host = make_answer().question, make_user("reader")
    session = make_session(None, host, starts_at=AT - DAY)
    asked = make_given(session, question, host, at=AT - DAY).candidate_question
    for comfort in (1, 2, 3):
        debrief = Debrief.objects.create(
            session=session, host=make_user("reader"), submitted_at=AT - DAY, updated_at=AT
        )
        debrief.questions.create(candidate_question=asked, comfort=comfort)
    [item] = prepare(make_session()).likely
    assert (item.why.stumbles, item.why.is_needed) == (2, False)


def test_prepare_briefing_leaves_room_for_what_counts_for_readiness(monkeypatch):
    monkeypatch.setattr(briefings, "MOST_LIKELY", 3)
    category = make_category(sensitive=True)
    for _ in range(4):
        make_answer(make_question(category=category))
    needed = [make_question(essential=True) for _ in range(2)]
    likely = questions_of(prepare(make_session()).likely)
    assert (len(likely), likely[:2]) == (3, needed)


def test_briefing_tells_what_its_host_has_read_and_folds_it(client_as):
    host, answer = make_user("reader"), make_answer(make_question(essential=True))
    session = make_session(None, host)
    client = client_as(host)
    page = client.get(url("briefing", session))
    assert "You have 1 answer left to read." in page.content.decode()
    assert mark(client, session, page.context["parts"].likely).status_code == 302
    receipt = ReadReceipt.objects.get()
    assert (receipt.user, receipt.revision, receipt.read_at) == (host, answer.published, AT)
    page = client.get(url("briefing", session))
    text = page.content.decode()
    assert "You have read all that this session will probably need." in text
    assert '<details class="briefing-item prints-open">' in text
    assert "I have read" not in text


def test_briefing_opens_what_its_host_has_to_read_and_marks_no_more(client_as):
    host = make_user("reader")
    needed = make_answer(make_question(en="Who leaves?", essential=True))
    sensitive = make_answer(make_question(en="Who earns what?", category=make_category(sensitive=True)))
    session = make_session(None, host)
    client = client_as(host)
    page = client.get(url("briefing", session))
    items = page.context["briefing"].likely
    assert [(item.answer, item.opens) for item in items] == [(needed, True), (sensitive, False)]
    mark(client, session, page.context["parts"].likely)
    assert [receipt.revision for receipt in ReadReceipt.objects.all()] == [needed.published]

    whole_page = client.get(url("briefing", session) + "?full")
    mark(client, session, whole_page.context["parts"].likely)
    assert ReadReceipt.objects.filter(revision=sensitive.published).exists()

    draft = make_revision(sensitive, short="Everyone the same.", major=True)
    publish_revision(answer=sensitive, revision=draft, by=make_user("editor"), at=AT)
    items = client.get(url("briefing", session)).context["briefing"].likely
    assert [(item.answer, item.opens) for item in items] == [(needed, False), (sensitive, True)]


def test_briefing_leads_from_a_question_not_matched_yet_to_what_may_answer_it(client_as):
    host = make_user("reader")
    session = make_session(None, host)
    row = add_candidate_question(
        session=session, words="Is there a choir?", question=None, gap=True, by=session.organiser, at=AT
    )
    text = read(client_as(host), session)
    assert f'href="{url("session_answer", session)}?asked={row.pk}"' in text
    assert f"Not matched to the wiki yet: {session.organiser}" in text
    assert "Say that you do not know" not in text


def test_briefing_read_twice_makes_one_receipt(client_as):
    make_answer(make_question(essential=True))
    session = make_session(None, make_user("reader"))
    client = client_as(session.hosts.get().user)
    whole = client.get(url("briefing", session)).context["parts"].whole
    first, second = mark(client, session, whole), mark(client, session, whole)
    assert (first["Location"], second["Location"]) == (url("briefing", session) + "#main",) * 2
    assert ReadReceipt.objects.count() == 1
    assert Activity.objects.about(session).filter(verb="read").count() == 1


def test_briefing_read_refuses_what_the_page_did_not_show(client_as):
    answer = make_answer(make_question(essential=True))
    session = make_session(None, make_user("reader"), make_user("reader"))
    host, other = (row.user for row in session.hosts.all())
    forged = [
        str(answer.published_id),
        sign_shown([answer.published_id], session=session, user=other),
        sign_shown([answer.published_id], session=make_session(None, host), user=host),
        "",
    ]
    client = client_as(host)
    for shown in forged:
        assert client.post(url("briefing_read", session), {"shown": shown}).status_code == 400
    assert not ReadReceipt.objects.exists()


def test_mark_read_refuses_drafts_answers_of_others_and_unknown_ids():
    host, session = make_user("reader"), make_session()
    draft = make_revision(make_answer())
    elsewhere = make_answer(scope=make_scope()).published
    for revision in (draft.pk, elsewhere.pk, 10**9):
        with pytest.raises(NotShown):
            mark_read(session=session, revisions=[make_answer().published_id, revision], by=host, at=AT)
    assert not ReadReceipt.objects.exists()


def test_briefing_read_takes_the_word_for_a_revision_replaced_meanwhile(client_as):
    answer = make_answer(make_question(essential=True))
    session = make_session(None, make_user("reader"))
    client = client_as(session.hosts.get().user)
    whole = client.get(url("briefing", session)).context["parts"].whole
    publish_revision(answer=answer, revision=make_revision(answer), by=make_user("editor"), at=AT)
    assert mark(client, session, whole).status_code == 302
    assert ReadReceipt.objects.get().revision == answer.published
    assert "Changed in substance since you read it" in client.get(url("briefing", session)).content.decode()


@pytest.mark.parametrize("role", ["recruiter", "lead"])
def test_briefing_read_is_for_hosts_alone(client_as, role):
    make_answer(make_question(essential=True))
    session = make_session(None, make_user("reader"))
    client = client_as(make_user(role))
    page = client.get(url("briefing", session))
    assert "I have read" not in page.content.decode()
    assert "left to read" not in page.content.decode()
    assert client.post(url("briefing_read", session), {"shown": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("major", "said"),
    [(True, "Changed in substance since you read it"), (False, "Reworded since you read it")],
)
def test_briefing_shows_what_changed_since_its_host_read(client_as, major, said):
    host = make_user("reader")
    answer = make_answer(make_question(essential=True), short="Eight left.", details="Old.")
    session = make_session(None, host)
    mark_read(session=session, revisions=[answer.published_id], by=host, at=AT - DAY)
    revision = make_revision(answer, short="Nine left.", details="New.", major=major)
    publish_revision(answer=answer, revision=revision, by=make_user("editor"), at=AT)
    text = read(client_as(host), session)
    assert said in text
    assert "<del>Eight</del><ins>Nine</ins> left." in text
    assert f"{reverse('wiki:answer_compare', args=[answer.pk])}?left=1&amp;right=2" in text
    assert ("To read" in text) is major
    assert "I have read this" in text  # a reworded text can be taken note of too


def test_briefing_tells_of_a_figure_valued_since_its_host_read(client_as):
    figure, host = make_figure("turnover"), make_user("reader")
    make_value(figure, "11.4", at=AT - 3 * DAY)
    answer = make_answer(make_question(essential=True), short="It is [[figure:turnover]].", at=AT - 3 * DAY)
    session = make_session(None, host)
    mark_read(session=session, revisions=[answer.published_id], by=host, at=AT - 2 * DAY)
    assert "New figures" not in read(client_as(host), session)
    make_value(figure, "12.5", as_of=ON, at=AT - DAY)
    text = read(client_as(host), session)
    assert "New figures since you read it" in text
    assert text.count("12.5% (as of 2 November 2026)") == 2


def test_briefing_says_what_was_withdrawn_since_its_host_read(client_as):
    host, question = make_user("reader"), make_question(en="Who left?", essential=True)
    answer, archived = make_answer(question), make_answer(make_question(en="Who stayed?"))
    session = make_session(None, host)
    shown = [answer.published_id, archived.published_id]
    mark_read(session=session, revisions=shown, by=host, at=AT)
    assert "Withdrawn since you read them" not in read(client_as(host), session)
    withdraw_answer(answer=answer, by=make_user("editor"), at=AT + DAY, reason="wrong")
    type(question).objects.filter(pk=archived.question_id).update(archived_at=AT + DAY)
    assert prepare(session, host).withdrawn == [answer, archived]
    text = read(client_as(host), session)
    assert "Withdrawn since you read them" in text
    assert "No published answer applies to this position." in text


def test_briefing_shows_the_role_sheet_and_asks_for_the_pay_range(client_as):
    session = make_session()
    client = client_as(session.organiser)
    assert "No pay range on the role sheet" in read(client, session)
    RoleSheet.objects.create(
        position=session.application.position,
        why_open="The team grows.",
        pay_range="€40,000",
        updated_at=AT,
        updated_by=session.organiser,
    )
    text = read(client, session)
    assert "The team grows." in text
    assert "No pay range" not in text


def test_briefing_makes_as_many_queries_for_thirty_answers_as_for_one(client_as):
    owner, session = make_user("reader"), make_session(None, make_user("reader"))
    client, counts = client_as(make_user("recruiter")), []
    category = make_category()
    for number in (1, 29):
        for _ in range(number):
            question = make_question(category=category, essential=True)
            question.next_questions.add(make_question(category=category))
            make_answer(question, owner=owner, verified_on=ON - timedelta(days=400), details="One")
        with CaptureQueriesContext(connection) as queries:
            read(client, session)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 38


def test_briefing_makes_as_many_queries_whatever_was_read_and_asked(client_as):
    host, by = make_user("reader"), make_user("editor")
    session = make_session(None, host)
    figure = make_figure("turnover")
    make_value(figure)
    client, counts = client_as(host), []
    for number in (1, 29):
        for _ in range(number):
            answer = make_answer(short="[[figure:turnover]] left.", verified_on=ON - 400 * DAY)
            gone = make_answer()
            shown = [answer.published_id, gone.published_id]
            mark_read(session=session, revisions=shown, by=host, at=AT)
            publish_revision(
                answer=answer, revision=make_revision(answer, short="[[figure:turnover]] go."), by=by, at=AT
            )
            withdraw_answer(answer=gone, by=by, at=AT, reason="wrong")
            asked = {"words": "Why?", "question": answer.question, "gap": False}
            add_candidate_question(session=session, by=by, at=AT, **asked)
            leave_note(session=session, text="Have the figure ready.", by=host, at=AT)
        with CaptureQueriesContext(connection) as queries:
            read(client, session)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_briefing_calls_a_gap_only_what_was_asked(client_as):
    make_question()
    host = make_user("reader")
    session = make_session(None, host)
    address = reverse("recruiting:briefing", args=[session.pk])
    text = client_as(host).get(address).content.decode()
    assert '<span class="badge">No answer</span>' in text
    assert "badge-stale" not in text


def test_briefing_prints_of_the_rest_only_what_was_opened(client_as):
    host = make_user("reader")
    make_answer(make_question(en="What is rare?"))
    session = make_session(None, host)
    client, address = client_as(host), reverse("recruiting:briefing", args=[session.pk])
    folded, whole = client.get(address).text, client.get(f"{address}?full").text
    assert '<details class="briefing-category" id=' in folded
    assert "Only what was opened is printed here." in folded
    assert "Only what was opened is printed here." not in whole
    assert 'class="briefing-category prints-open"' not in folded + whole


def prepare_long_briefing(host, *, count):
    """So many essential questions, with an answer that takes two minutes to read."""
    for number in range(count):
        make_answer(make_question(en=f"Question {number}?", essential=True), short="a " * 360)
    return make_session(None, host)


def test_briefing_opens_what_is_read_in_ten_minutes_and_folds_the_others(client_as):
    host = make_user("reader")
    session = prepare_long_briefing(host, count=7)
    client = client_as(host)
    page = client.get(url("briefing", session))
    parts, text = page.context["parts"], page.content.decode()
    assert (len(parts.likely.rows), len(parts.later.rows)) == (4, 3)
    assert "What is open below takes about 10 minutes to read; the rest is folded." in text
    assert "You have 7 answers left to read." in text
    assert 'id="later"' in text
    # What is folded opens whole: its word covers what it shows.
    assert [is_open for _item, is_open in parts.later.rows] == [True] * 3

    mark(client, session, parts.likely)
    assert ReadReceipt.objects.count() == 4
    parts = client.get(url("briefing", session)).context["parts"]
    assert (len(parts.likely.rows), len(parts.later.rows)) == (3, 4)
    assert [is_open for _item, is_open in parts.later.rows] == [False] * 4


def test_briefing_folds_as_much_for_who_is_no_host_and_nothing_in_full(client_as):
    session = prepare_long_briefing(make_user("reader"), count=7)
    client = client_as(make_user("recruiter"))
    parts = client.get(url("briefing", session)).context["parts"]
    assert (len(parts.likely.rows), len(parts.later.rows)) == (4, 3)
    page = client.get(url("briefing", session) + "?full")
    parts = page.context["parts"]
    assert (len(parts.likely.rows), len(parts.later.rows)) == (7, 0)
    assert "Everything is open: about 16 minutes to read." in page.content.decode()


def test_briefing_opens_the_first_likely_question_however_long_the_own_ones_are(client_as):
    host = make_user("reader")
    session = prepare_long_briefing(host, count=2)
    many = TEN_MINUTES // 300
    for _ in range(many):
        long = make_answer(short="a " * 360).question
        add_candidate_question(
            session=session, words="", question=long, gap=False, by=session.organiser, at=AT
        )
    parts = client_as(host).get(url("briefing", session)).context["parts"]
    assert [is_open for _item, is_open in parts.asked.rows] == [True] * many
    assert (len(parts.likely.rows), len(parts.later.rows)) == (1, 1)


def test_briefing_offers_no_word_for_what_it_folds(client_as):
    host = make_user("reader")
    make_answer(make_question(en="What is rare?"))
    session = make_session(None, host)
    client = client_as(host)
    assert "I have read" not in client.get(url("briefing", session)).content.decode()
    assert "I have read the whole page (1 answer)" in client.get(url("briefing", session) + "?full").text


def test_briefing_folds_the_change_beside_the_answer_and_opens_a_reworded_one(client_as):
    host = make_user("reader")
    answer = make_answer(make_question(essential=True), short="Eight left.")
    session = make_session(None, host)
    mark_read(session=session, revisions=[answer.published_id], by=host, at=AT - DAY)
    revision = make_revision(answer, short="Nine left.", major=False)
    publish_revision(answer=answer, revision=revision, by=make_user("editor"), at=AT)
    text = read(client_as(host), session)
    assert '<details class="note changed no-print">' in text
    assert '<details class="briefing-item prints-open" open>' in text


def test_briefing_names_the_worst_of_what_is_missing_and_folds_the_rest(client_as):
    host = make_user("reader")
    for _ in range(5):
        make_question(essential=True)
    make_answer(make_question(essential=True), verified_on=ON - 400 * DAY)
    session = make_session(None, host)
    assert [(kind, len(rows)) for kind, rows in prepare(session, host).mending.kinds] == [
        ("gaps", 5),
        ("stale", 1),
    ]
    text = " ".join(read(client_as(host), session).split())
    assert '<h3> No answer yet <span class="muted">5</span> </h3>' in text
    assert '<summary><span>The others <span class="muted">2</span></span></summary>' in text
    assert '<summary><h3> Stale answers <span class="muted">1</span> </h3></summary>' in text
