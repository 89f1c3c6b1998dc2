"""Every page of the site: where it is, who reads it, and what must be done for it to appear."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.timezone import localdate
from playwright.sync_api import Page

from tests.browser.sites import DOMAIN, PASSWORD, Site

CONTRADICTION = "/positions/{brought_back_on}/contradictions/{brought_back}/dismiss/"

DEMO, EMPTY, RESTORED = "demo", "empty", "restored"


@dataclass(frozen=True)
class Place:
    """A page. `path` names ids in braces; `act` brings what the address alone does not show."""

    name: str
    path: str
    person: str | None = "claire"
    status: int = 200
    act: Callable[[Page], None] | None = None
    site: str = field(default=DEMO, kw_only=True)


def ids_of(site: Site) -> dict[str, object]:
    """What the addresses of the demonstration's pages name."""
    of_company = (
        "SELECT wiki_answer.id FROM wiki_answer JOIN wiki_question ON wiki_question.id = question_id "
        "JOIN wiki_scope ON wiki_scope.id = scope_id "
        "WHERE wiki_scope.kind = 'company' AND wiki_answer.language = ? AND slug = ?"
    )
    sessions = "SELECT session_id FROM recruiting_answergiven WHERE said != '' ORDER BY session_id LIMIT 1"
    unmatched = (
        "FROM recruiting_candidatequestion WHERE question_id IS NULL AND session_id IN "
        "(SELECT id FROM recruiting_session WHERE status IN ('confirmed', 'held')) ORDER BY id LIMIT 1"
    )
    mail = "SELECT id FROM ledger_outgoingmail WHERE kind = ? ORDER BY id"
    return {
        "answer": site.one(of_company, site.language, "turnover-rate"),
        "stale": site.one("SELECT id FROM wiki_answer WHERE next_review_on < date('now') ORDER BY id"),
        "outdated": site.one(of_company, site.language, "internal-mobility"),
        "value": site.one(
            "SELECT wiki_figurevalue.id FROM wiki_figurevalue JOIN wiki_figure ON wiki_figure.id = figure_id "
            "WHERE slug = 'turnover-12-months' AND replaces_id IS NOT NULL"
        ),
        "challenged": site.one("SELECT answer_id FROM wiki_challenge WHERE resolved_at IS NULL"),
        "challenge": site.one("SELECT id FROM wiki_challenge WHERE resolved_at IS NULL"),
        "scope": site.one("SELECT id FROM wiki_scope WHERE kind = 'team'"),
        "position": site.one("SELECT position_id FROM recruiting_application ORDER BY id"),
        "sheetless": site.one(
            "SELECT id FROM recruiting_position "
            "WHERE id NOT IN (SELECT position_id FROM recruiting_rolesheet)"
        ),
        "unready": site.one(
            "SELECT id FROM recruiting_application WHERE position_id NOT IN "
            "(SELECT position_id FROM recruiting_rolesheet WHERE pay_range != '')"
        ),
        "ended": site.one("SELECT id FROM recruiting_application WHERE outcome = 'accepted'"),
        "role_sheet_mail": site.one(f"{mail} DESC", "role-sheet"),
        "application": site.one("SELECT application_id FROM recruiting_session ORDER BY id"),
        "held": site.one(sessions),
        "given": site.one("SELECT id FROM recruiting_answergiven WHERE said != '' ORDER BY session_id"),
        "coming": site.one("SELECT id FROM recruiting_session WHERE status = 'confirmed' ORDER BY starts_at"),
        "unmatched": site.one(f"SELECT id {unmatched}"),
        "unmatched_in": site.one(f"SELECT session_id {unmatched}"),
        "note": site.one("SELECT id FROM recruiting_hostnote ORDER BY id"),
        "noted": site.one("SELECT session_id FROM recruiting_hostnote ORDER BY id"),
        "debriefed": site.one(
            "SELECT session_id FROM recruiting_debrief JOIN recruiting_debriefedquestion "
            "ON debrief_id = recruiting_debrief.id ORDER BY recruiting_debrief.id DESC"
        ),
        "just_held": site.one(
            "SELECT id FROM recruiting_session WHERE status = 'held' ORDER BY starts_at DESC"
        ),
        "late": site.one(
            "SELECT id FROM recruiting_followup WHERE promised LIKE '%2025%' AND kept_at IS NULL"
        ),
        "thanks": site.one(
            "SELECT id FROM recruiting_followup WHERE kind = 'thanks' AND kept_at IS NULL "
            "AND withdrawn_at IS NULL ORDER BY due_on DESC"
        ),
        "kept": site.one("SELECT id FROM recruiting_followup WHERE word != '' AND kept_at IS NOT NULL"),
        "said_otherwise": site.one(of_company, site.language, "diversity-figures"),
        "contradicted": site.one(
            "SELECT position_id FROM recruiting_application JOIN recruiting_candidate "
            "ON recruiting_candidate.id = candidate_id WHERE name LIKE 'Samira%'"
        ),
        "year": site.one("SELECT iso_year FROM recruiting_weeklyreport ORDER BY id DESC"),
        "week": site.one("SELECT iso_week FROM recruiting_weeklyreport ORDER BY id DESC"),
        "report_mail": site.one(mail, "weekly-report"),
        "digest_mail": site.one(mail, "owner-digest"),
        "host_mail": site.one(mail, "session-invitation"),
        "candidate_mail": site.one(mail, "candidate-invitation"),
        "request_mail": site.one(f"{mail} DESC", "verification-request"),
        "recalled": site.one(
            "SELECT recruiting_answergiven.id FROM recruiting_answergiven "
            "JOIN wiki_answerrevision told ON told.id = revision_id "
            "JOIN wiki_answer ON wiki_answer.id = told.answer_id "
            "JOIN wiki_question ON wiki_question.id = question_id "
            "WHERE slug = 'diversity-figures' AND published_id != told.id"
        ),
        "settled": site.one("SELECT answer_given_id FROM recruiting_recall"),
        "open_request": site.one("SELECT id FROM wiki_verificationrequest WHERE closed_at IS NULL"),
        "closed_request": site.one("SELECT id FROM wiki_verificationrequest WHERE closed_at IS NOT NULL"),
        "asked": site.one(
            "SELECT answer_id FROM wiki_requestedverification JOIN wiki_answer ON wiki_answer.id = answer_id "
            "JOIN accounts_user ON accounts_user.id = owner_id WHERE email LIKE 'nadia@%'"
        ),
        "person": site.one("SELECT id FROM accounts_user WHERE email LIKE 'marc@%'"),
        "host": site.one("SELECT id FROM accounts_user WHERE email LIKE 'thomas@%'"),
        "idle": site.one("SELECT id FROM accounts_user WHERE email LIKE 'yasmine@%'"),
        "lead": site.one("SELECT id FROM accounts_user WHERE email LIKE 'claire@%'"),
        "left": site.one("SELECT id FROM accounts_user WHERE NOT is_active"),
    }


def mark_read(page: Page) -> None:
    """Say that what the candidate asks was read."""
    page.locator("#asked form button").click()
    page.wait_for_load_state()


def submit(page: Page) -> None:
    """Send the page's form as it is: empty, so that it comes back with what is missing."""
    page.locator("main form[method=post] button:not([type=button])").first.click()


def submit_without_language(page: Page) -> None:
    for box in page.locator("input[name=languages]").all():
        box.uncheck()
    submit(page)


def submit_empty_promise(page: Page) -> None:
    page.locator("#id_due_on").fill("2020-01-01")
    submit(page)


def leave_without_reason(page: Page) -> None:
    page.locator("input[name=how][value=leave]").check()
    page.locator("form.measure button").click()


def sign_in_with_two_steps(page: Page) -> None:
    page.locator("input[name=login]").fill(f"yasmine@{DOMAIN}")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/authenticate/**")


def save_over_a_later_revision(page: Page) -> None:
    page.locator("input[name=base]").evaluate("element => { element.value = '1' }")
    page.locator("#id_short_answer").fill("Mine.")
    page.locator("button[name=draft]").click()


def pause_digests(page: Page) -> None:
    page.locator("#id_until").fill((localdate() + timedelta(days=9)).isoformat())
    page.locator("#id_stand_in").select_option(index=3)
    page.locator("form.measure button").click()


def open_details(page: Page) -> None:
    for summary in page.locator("main details > summary").all():
        summary.click()


def record_as_written(page: Page) -> None:
    page.locator("[data-first-tap]").first.click()
    page.locator(".pick-done").wait_for()


def open_menu(page: Page) -> None:
    page.locator("details.menu > summary:visible").last.click()


def choose_three(page: Page) -> None:
    for box in page.locator("input[name=answer]").all()[:3]:
        box.check()


def read_and_confirm(page: Page) -> None:
    choose_three(page)
    page.locator("form#selection button").first.click()


def reassign(page: Page) -> None:
    choose_three(page)
    page.locator("form#selection button[formaction*=reassign]").click()


def ask_to_verify(page: Page) -> None:
    choose_three(page)
    page.locator("form#selection button[formaction*=requests]").click()


def ask_to_verify_without_a_word(page: Page) -> None:
    ask_to_verify(page)
    submit(page)


def add_an_empty_question(page: Page) -> None:
    form = page.locator("form[action$='/questions/new/']")
    page.locator("details", has=form).locator("summary").click()
    form.locator("button").click()


def choose_a_file(page: Page) -> None:
    """One line of each outcome but refused."""
    known = (
        "Développeur plateforme (F/H)"
        if page.locator("html").get_attribute("lang") == "fr"
        else ("Software developer, platform")
    )
    lines = ["Titre interne;Intitulé;Référence;Site", f";{known};R-1;Nantes", ";Glazier;R-2;Lyon"]
    _choose(page, [*lines, f";{'Support technician, nights and every other weekend' * 2};R-3;"])


def choose_a_bad_file(page: Page) -> None:
    _choose(page, ["Title,Team,Hiring manager", "Glazier,Ovens,nobody@verrebrume.example", ",,", "Potter,,"])


def _choose(page: Page, lines: list[str]) -> None:
    content = "\n".join(lines).encode()
    page.locator("input[type=file]").set_input_files(
        {"name": "positions.csv", "mimeType": "text/csv", "buffer": content}
    )
    submit(page)
    page.wait_for_url("**/positions/import/*/")


def cancel_session(page: Page) -> None:
    page.locator("button[name=status][value=cancelled]").click()


def choose_no_hour(page: Page) -> None:
    page.locator("input[type=time]").first.fill("")
    submit(page)


def open_mail(page: Page) -> None:
    """The mail as a mail program shows it: its frame runs no script, so axe cannot read it there."""
    mail = page.request.get(f"{page.url}html/").text()
    page.goto("about:blank")
    page.set_content(mail)


SIGNED_OUT = [
    Place("sign-in", "/account/login/", None),
    Place("sign-in-errors", "/account/login/", None, act=submit),
    Place("sign-in-second-step", "/account/login/", None, act=sign_in_with_two_steps),
    Place("password-reset", "/account/password/reset/", None),
    Place("password-reset-done", "/account/password/reset/done/", None),
    Place("password-reset-key", "/account/password/reset/key/{reset}/", None),
    Place("password-reset-key-wrong", "/account/password/reset/key/1-wrong/", None),
    Place("password-reset-key-done", "/account/password/reset/key/done/", None),
    Place("account-inactive", "/account/inactive/", None),
    Place("invitation", "/invitation/{token}/", None),
    Place("invitation-errors", "/invitation/{token}/", None, act=submit),
    Place("invitation-over", "/invitation/unknown/", None, status=404),
]

# These ask for the password again first.
TWO_FACTOR = [
    Place("two-factor-none", "/account/2fa/", "helene"),
    Place("totp-activate", "/account/2fa/totp/activate/", "helene"),
    Place("key-add", "/account/2fa/webauthn/add/", "helene"),
    Place("two-factor", "/account/2fa/", "paul"),
    Place("totp-deactivate", "/account/2fa/totp/deactivate/", "paul"),
    Place("recovery-codes", "/account/2fa/recovery-codes/", "paul"),
    Place("recovery-codes-generate", "/account/2fa/recovery-codes/generate/", "paul"),
    Place("keys", "/account/2fa/webauthn/", "paul"),
    Place("key-edit", "/account/2fa/webauthn/keys/{key}/edit/", "paul"),
    Place("key-remove", "/account/2fa/webauthn/keys/{key}/remove/", "paul"),
    Place("reauthenticate", "/account/reauthenticate/?next=/", "paul"),
    Place("reauthenticate-two-factor", "/account/2fa/reauthenticate/", "paul"),
    Place("password-change", "/account/password/change/", "helene"),
    Place("sign-out", "/account/logout/", "helene"),
]

PEOPLE = [
    Place("people", "/people/"),
    Place("people-inactive", "/people/?show=inactive"),
    Place("person-invite", "/people/invite/"),
    Place("person-invite-errors", "/people/invite/", act=submit),
    Place("person", "/people/{person}/"),
    Place("person-left", "/people/{left}/"),
    Place("person-deactivate", "/people/{person}/deactivate/"),
    Place("person-deactivate-open", "/people/{person}/deactivate/", act=open_details),
    Place("person-deactivate-errors", "/people/{person}/deactivate/", act=submit),
    Place("person-deactivate-of-a-host", "/people/{host}/deactivate/"),
    Place("person-deactivate-nothing", "/people/{idle}/deactivate/"),
    Place("person-deactivate-last-lead", "/people/{lead}/deactivate/"),
    Place("person-deactivate-of-an-administrator", "/people/{person}/deactivate/", "omar"),
    Place("person-hand-over", "/people/{left}/hand-over/"),
    Place("profile", "/profile/"),
    Place("digests", "/wiki/digests/", "thomas"),
    Place("digests-errors", "/wiki/digests/", "thomas", act=submit),
    Place("digests-paused", "/wiki/digests/", "julien", act=pause_digests),
    Place("calendar", "/profile/calendar/", "paul"),
    Place("calendar-none", "/profile/calendar/", "helene"),
    Place("calendar-made", "/profile/calendar/", "thomas", act=submit),
    Place("calendar-make", "/profile/calendar/make/", "paul"),
    Place("calendar-revoke", "/profile/calendar/revoke/", "paul"),
    Place("outbox", "/outbox/"),
    Place("outbox-of-an-administrator", "/outbox/", "omar"),
    Place("mail-report", "/outbox/{report_mail}/", act=open_details),
    Place("mail-digest", "/outbox/{digest_mail}/"),
    Place("mail-of-an-administrator", "/outbox/{digest_mail}/", "omar"),
    Place("mail-report-alone", "/outbox/{report_mail}/", act=open_mail),
    Place("mail-verification-request-alone", "/outbox/{request_mail}/", act=open_mail),
    Place("mail-reminder", "/outbox/{reminder}/"),
    Place("mail-session-invitation-alone", "/outbox/{host_mail}/", act=open_mail),
    Place("mail-candidate-invitation", "/outbox/{candidate_mail}/"),
    Place("mail-candidate-invitation-alone", "/outbox/{candidate_mail}/", act=open_mail),
    Place("mail-candidate-of-an-administrator", "/outbox/{candidate_mail}/", "omar"),
    Place("mail-reminder-alone", "/outbox/{reminder}/", act=open_mail),
    Place("mail-digest-alone", "/outbox/{digest_mail}/", act=open_mail),
    Place("mail-handover-alone", "/outbox/{handover_mail}/", act=open_mail),
    Place("mail-departure-alone", "/outbox/{departure_mail}/", act=open_mail),
]

SETTINGS = [
    Place("settings", "/settings/"),
    Place("settings-of-an-administrator", "/settings/", "omar"),
    Place("settings-errors", "/settings/", act=choose_no_hour),
]

# While sending is held after a restore.
HELD = [
    Place("held-home", "/", site=RESTORED),
    Place("held-outbox", "/outbox/", site=RESTORED),
    Place("held-mails", "/outbox/held/", site=RESTORED),
    Place("held-mails-of-an-administrator", "/outbox/held/", "omar", site=RESTORED),
    Place("held-mail", "/outbox/{report_mail}/", site=RESTORED),
    Place("held-release-all", "/outbox/held/release/", site=RESTORED),
    Place("held-drop-all", "/outbox/held/drop/", site=RESTORED),
]

WIKI = [
    Place("wiki", "/wiki/"),
    Place("wiki-of-a-reader", "/wiki/", "thomas"),
    Place("category", "/wiki/category/departures/"),
    Place("question", "/wiki/question/turnover-rate/"),
    Place("question-unanswered", "/wiki/question/reorganisation/"),
    Place("question-new", "/wiki/questions/new/"),
    Place("question-new-errors", "/wiki/questions/new/", act=submit),
    Place("question-edit", "/wiki/question/turnover-rate/edit/"),
    Place("question-next", "/wiki/question/turnover-rate/next/"),
    Place("question-next-found", "/wiki/question/turnover-rate/next/?q=training"),
    Place("question-next-not-found", "/wiki/question/turnover-rate/next/?q=xylophone"),
    Place("question-archive", "/wiki/question/turnover-rate/archive/"),
    Place("answer", "/wiki/answers/{answer}/"),
    Place("answer-menu", "/wiki/answers/{answer}/", act=open_menu),
    Place("answer-of-a-reader", "/wiki/answers/{answer}/", "thomas"),
    Place("answer-stale", "/wiki/answers/{stale}/"),
    Place("answer-challenged", "/wiki/answers/{challenged}/", act=open_details),
    Place("answer-with-draft", "/wiki/answers/{drafted}/"),
    Place("answer-not-written", "/wiki/answers/{empty}/"),
    Place("answer-new", "/wiki/question/reorganisation/answer/"),
    Place("answer-new-errors", "/wiki/question/reorganisation/answer/", act=submit),
    Place("answer-edit", "/wiki/answers/{answer}/edit/"),
    Place("answer-conflict", "/wiki/answers/{answer}/edit/", status=409, act=save_over_a_later_revision),
    Place("answer-history", "/wiki/answers/{answer}/history/"),
    Place("answer-compare", "/wiki/answers/{answer}/compare/?left=1&right=4"),
    Place("revision", "/wiki/answers/{answer}/revisions/1/"),
    Place("answer-keeping", "/wiki/answers/{answer}/keeping/"),
    Place("answer-challenge", "/wiki/answers/{answer}/challenge/", "thomas"),
    Place("challenge-resolve", "/wiki/challenges/{challenge}/resolve/"),
    Place("answer-withdraw", "/wiki/answers/{answer}/withdraw/"),
    Place("answer-archive", "/wiki/answers/{empty}/archive/"),
    Place("scopes", "/wiki/scopes/"),
    Place("scope-new", "/wiki/scopes/new/"),
    Place("scope", "/wiki/scopes/{scope}/"),
    Place("categories", "/wiki/categories/"),
    Place("category-edit", "/wiki/categories/departures/"),
    Place("figures", "/wiki/figures/"),
    Place("figures-to-renew", "/wiki/figures/?show=renew"),
    Place("figures-archived", "/wiki/figures/?show=archived"),
    Place("figure", "/wiki/figure/turnover-12-months/"),
    Place("figure-expired", "/wiki/figure/positions-filled-from-inside/"),
    Place("figure-of-a-reader", "/wiki/figure/turnover-12-months/", "thomas"),
    Place("figure-new", "/wiki/figures/new/"),
    Place("figure-new-errors", "/wiki/figures/new/", act=submit),
    Place("figure-edit", "/wiki/figure/turnover-12-months/edit/"),
    Place("figure-archive", "/wiki/figure/positions-filled-from-inside/archive/"),
    Place("figure-value-new", "/wiki/figure/turnover-12-months/value/"),
    Place("figure-value-new-errors", "/wiki/figure/turnover-12-months/value/", act=submit),
    Place("figure-value-correct", "/wiki/figure/turnover-12-months/values/{value}/correct/"),
    Place("answer-stale-for-a-figure", "/wiki/answers/{outdated}/"),
    Place("answer-edit-figures", "/wiki/answers/{answer}/edit/", act=open_details),
    Place("search", "/wiki/search/"),
    Place("search-hits", "/wiki/search/?q=formation+training"),
    Place("search-nothing", "/wiki/search/?q=zzzzzz"),
    Place("review", "/wiki/review/"),
    Place("review-all", "/wiki/review/?show=all"),
    Place("review-nothing", "/wiki/review/?show=all&state=orphan&owner={person}"),
    Place("review-verify", "/wiki/review/?show=all", act=read_and_confirm),
    Place("review-reassign", "/wiki/review/?show=all", act=reassign),
    Place("review-verify-asked-again", "/wiki/review/verify/?answer={asked}", "nadia", act=open_details),
    Place("verification-requests", "/wiki/review/requests/"),
    Place("verification-requests-closed", "/wiki/review/requests/?show=closed"),
    Place("verification-requests-none", "/wiki/review/requests/", "helene"),
    Place("verification-request", "/wiki/review/requests/{open_request}/"),
    Place("verification-request-of-an-owner", "/wiki/review/requests/{open_request}/", "nadia"),
    Place("verification-request-closed", "/wiki/review/requests/{closed_request}/"),
    Place("verification-request-choose", "/wiki/review/requests/choose/"),
    Place("verification-request-found", "/wiki/review/requests/choose/?category=workplace&scope=&words="),
    Place("verification-request-not-found", "/wiki/review/requests/choose/?category=&words=zzzzzz"),
    Place("verification-request-new", "/wiki/review/?show=all", act=ask_to_verify),
    Place("verification-request-errors", "/wiki/review/?show=all", act=ask_to_verify_without_a_word),
    Place("verification-request-add", "/wiki/review/requests/{open_request}/add/?category=pay"),
    Place("verification-request-close", "/wiki/review/requests/{open_request}/close/"),
    Place("answer-asked-again", "/wiki/answers/{asked}/", "nadia"),
    Place("ready", "/wiki/ready/"),
    Place("ready-other-language", "/wiki/ready/?language=fr"),
]

RECRUITING = [
    Place("home", "/"),
    Place("home-of-a-reader", "/", "thomas"),
    Place("home-of-a-recruiter", "/", "sophie"),
    Place("home-of-an-administrator", "/", "omar"),
    Place("positions", "/positions/"),
    Place("position", "/positions/{position}/", "sophie"),
    Place("position-new", "/positions/new/", "sophie"),
    Place("position-edit", "/positions/{position}/edit/", "sophie"),
    Place("position-without-a-sheet", "/positions/{sheetless}/", "sophie"),
    Place("role-sheet", "/positions/{position}/role-sheet/", "thomas"),
    Place("role-sheet-edit", "/positions/{position}/role-sheet/edit/", "thomas"),
    Place("role-sheet-empty", "/positions/{sheetless}/role-sheet/", "sophie"),
    Place("home-of-a-hiring-manager", "/", "helene"),
    Place("mail-role-sheet-alone", "/outbox/{role_sheet_mail}/", act=open_mail),
    Place("tracking", "/positions/import/", "sophie", act=open_details),
    Place("tracking-errors", "/positions/import/", "sophie", act=submit),
    Place("tracking-preview", "/positions/import/", "sophie", act=choose_a_file),
    Place("tracking-refused", "/positions/import/", "sophie", act=choose_a_bad_file),
    Place("session-new-without-a-sheet", "/applications/{unready}/sessions/new/", "sophie"),
    Place("application-ended", "/applications/{ended}/", "sophie"),
    Place("application-new", "/positions/{position}/applications/new/", "sophie"),
    Place("application-new-errors", "/positions/{position}/applications/new/", "sophie", act=submit),
    Place("application", "/applications/{application}/", "sophie"),
    Place("application-edit", "/applications/{application}/edit/", "sophie"),
    Place("candidate-edit", "/applications/{application}/candidate/", "sophie"),
    Place("candidate-data", "/applications/{application}/candidate/data/", "sophie"),
    Place("candidate-erase", "/applications/{application}/candidate/erase/"),
    Place("candidate-erase-errors", "/applications/{application}/candidate/erase/", status=422, act=submit),
    Place("session-new", "/applications/{application}/sessions/new/", "sophie"),
    Place("recalls", "/recalls/", "sophie"),
    Place("recalls-closed", "/recalls/closed/", "sophie"),
    Place("recall", "/recalls/{recalled}/", "sophie"),
    Place("recall-errors", "/recalls/{recalled}/", "sophie", act=leave_without_reason),
    Place("recall-settled", "/recalls/{settled}/", "sophie"),
    Place("sessions", "/sessions/"),
    Place("sessions-past", "/sessions/?when=past"),
    Place("sessions-of-a-host", "/sessions/", "thomas"),
    Place("session-week", "/sessions/week/"),
    Place("session-week-of-a-host", "/sessions/week/", "thomas"),
    Place("hosts", "/sessions/hosts/"),
    Place("host-edit", "/sessions/hosts/{host}/", "sophie"),
    Place("host-profile", "/profile/host/", "thomas"),
    Place("host-profile-errors", "/profile/host/", "omar", act=submit_without_language),
    Place("session-new-errors", "/applications/{application}/sessions/new/", "sophie", act=submit),
    Place("session-held", "/sessions/{held}/"),
    Place("session-coming", "/sessions/{coming}/", act=open_details),
    Place("session-edit", "/sessions/{coming}/edit/"),
    Place("session-cancel", "/sessions/{coming}/", act=cancel_session),
    Place("briefing", "/sessions/{coming}/briefing/", "thomas"),
    Place("briefing-of-a-recruiter", "/sessions/{coming}/briefing/?full", "sophie"),
    Place("host-note-new", "/sessions/{coming}/notes/new/", "thomas"),
    Place("host-note-new-errors", "/sessions/{coming}/notes/new/", "thomas", status=422, act=submit),
    Place("host-note-delete", "/sessions/{noted}/notes/{note}/delete/", "thomas"),
    Place("briefing-read", "/sessions/{coming}/briefing/", "thomas", act=mark_read),
    Place("session-answer", "/sessions/{coming}/answer/", "thomas", act=open_details),
    Place("session-answer-found", "/sessions/{coming}/answer/?q=formation+training", "thomas"),
    Place(
        "session-answer-recorded", "/sessions/{coming}/answer/?q=turnover", "thomas", act=record_as_written
    ),
    Place("session-answer-words", "/sessions/{coming}/answer/?q=turnover", "thomas", act=open_details),
    Place("record", "/sessions/{held}/record/"),
    Place("record-empty", "/sessions/{coming}/record/"),
    Place("answer-correct", "/sessions/{held}/answers/{given}/correct/"),
    Place("candidate-question-errors", "/sessions/{coming}/", status=422, act=add_an_empty_question),
    Place("candidate-question-match", "/sessions/{unmatched_in}/questions/{unmatched}/match/"),
    Place("home-of-an-owner", "/", "marc"),
    Place("debrief", "/sessions/{just_held}/debrief/", "helene", act=open_details),
    Place("session-debriefed", "/sessions/{debriefed}/"),
    Place("promise-new", "/sessions/{just_held}/promises/new/", "helene"),
    Place("promise-new-errors", "/sessions/{just_held}/promises/new/", "helene", act=submit_empty_promise),
    Place("follow-ups", "/follow-ups/?whose=all"),
    Place("follow-ups-none", "/follow-ups/", "paul"),
    Place("follow-up", "/follow-ups/{late}/", "helene"),
    Place("follow-up-kept", "/follow-ups/{kept}/"),
    Place("follow-up-edit", "/follow-ups/{late}/edit/", "helene"),
    Place("follow-up-keep", "/follow-ups/{late}/keep/", "helene"),
    Place("follow-up-withdraw-errors", "/follow-ups/{late}/withdraw/", "helene", act=submit),
    Place("follow-up-send", "/follow-ups/{thanks}/send/", "sophie"),
    Place("follow-up-send-errors", "/follow-ups/{late}/send/", "helene", act=submit),
    Place("answer-said-otherwise", "/answers/{said_otherwise}/said-otherwise/", "marc"),
    Place("answer-proposed", "/answers/{said_otherwise}/said-otherwise/edit/", "marc"),
    Place("position-contradicted", "/positions/{contradicted}/", "sophie"),
    Place("position-brought-back", "/positions/{brought_back_on}/", "sophie", act=open_details),
    Place("contradiction-dismiss", CONTRADICTION, "sophie"),
    Place("contradiction-dismiss-errors", CONTRADICTION, "sophie", act=submit),
    Place("mail-debrief-alone", "/outbox/{debrief_mail}/", act=open_mail),
    Place("mail-follow-up-alone", "/outbox/{follow_up_mail}/", act=open_mail),
    Place("mail-candidate-alone", "/outbox/{written_mail}/", act=open_mail),
    Place("reports", "/reports/"),
    Place("report", "/reports/{year}/{week}/"),
    Place("forbidden", "/positions/", "thomas", status=403),
    Place("not-found", "/nowhere/", status=404),
]

NEW_SITE = [
    Place("setup", "/setup/", None, site=EMPTY),
    Place("setup-errors", "/setup/", None, act=submit, site=EMPTY),
]

# Once someone has set the empty site up.
FIRST_DAY = [
    Place("first-home", "/", "first", site=EMPTY),
    Place("first-wiki", "/wiki/", "first", site=EMPTY),
    Place("first-category", "/wiki/category/departures/", "first", site=EMPTY),
    Place("first-review", "/wiki/review/", "first", site=EMPTY),
    Place("first-ready", "/wiki/ready/", "first", site=EMPTY),
    Place("first-figures", "/wiki/figures/", "first", site=EMPTY),
    Place("first-people", "/people/", "first", site=EMPTY),
    Place("first-outbox", "/outbox/", "first", site=EMPTY),
    Place("first-positions", "/positions/", "first", site=EMPTY),
    Place("first-sessions", "/sessions/", "first", site=EMPTY),
    Place("first-reports", "/reports/", "first", site=EMPTY),
]

DEMONSTRATION = TWO_FACTOR + SIGNED_OUT + PEOPLE + SETTINGS + HELD + WIKI + RECRUITING
