"""Writing an answer, from the first draft to the withdrawal, and two people writing the same one."""

import base64
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Journey
from tests.wiki.pictures import picture

DROP = """([selector, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], "plan.png", { type: "image/png" }));
  document.querySelector(selector).dispatchEvent(
    new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }),
  );
}"""


def test_answer_from_first_draft_to_withdrawal(journey: Journey, tmp_path: Path) -> None:
    page = journey.page_of("claire")
    page.goto("/wiki/question/reorganisation/")
    page.locator("a[href$='/question/reorganisation/answer/']").first.click()
    page.locator("#id_short_answer").fill("Two teams were merged in March.")
    _write_details(page)
    _add_two_pictures(page, tmp_path)
    page.locator("button[name=draft]").click()

    expect(page).to_have_url(re.compile(r"/wiki/answers/\d+/$"))
    expect(page.locator("#draft .prose strong")).to_have_text("two")
    expect(page.locator("#draft .prose img")).to_have_count(2)
    page.locator("#draft form button").click()
    expect(page.locator("#published")).to_have_count(1)

    _edit(page, "Three teams were merged in March.", button="publish")
    _compare_the_two_revisions(page)
    _restore_the_first(page)
    _withdraw(page)


def _write_details(page: Page) -> None:
    details = page.locator("#id_details")
    details.fill("There were **two** meetings.")
    editor = page.locator(".markdownx", has=details)
    expect(editor.locator(".markdownx-preview strong")).to_have_text("two")
    details.press("End")
    details.press("Enter")


def _add_two_pictures(page: Page, folder: Path) -> None:
    details = page.locator("#id_details")
    editor = page.locator(".markdownx", has=details)
    (folder / "plan.png").write_bytes(picture())
    with page.expect_file_chooser() as chooser:
        editor.locator("[data-image-picker] button").click()
    chooser.value.set_files(folder / "plan.png")
    expect(details).to_have_value(re.compile(r"(!\[\]\(/wiki/images/\d+/\)){1}"))
    page.keyboard.type("The plan")
    details.press("End")
    page.evaluate(DROP, ["#id_details", base64.b64encode(picture(size=(50, 20))).decode()])
    expect(details).to_have_value(re.compile(r"!\[The plan\]\(/wiki/images/\d+/\)!\[\]\(/wiki/images/\d+/\)"))
    page.keyboard.type("The new plan")
    expect(editor.locator(".markdownx-preview img")).to_have_count(2)


def _edit(page: Page, short_answer: str, *, button: str) -> None:
    page.locator("header.lead a[href$='/edit/']").click()
    page.locator("#id_short_answer").fill(short_answer)
    page.locator("#id_comment").fill("The third team.")
    page.locator(f"button[name={button}]").click()
    expect(page.locator(".short-answer").first).to_contain_text(short_answer)


def _compare_the_two_revisions(page: Page) -> None:
    page.locator("header.lead a[href$='/history/']").click()
    expect(page.locator(".timeline")).to_contain_text("The third team.")
    page.locator("form[action$='/compare/'] button").click()
    expect(page.locator(".diff del")).to_have_text("Two")
    expect(page.locator(".diff ins")).to_have_text("Three")


def _restore_the_first(page: Page) -> None:
    page.locator(".diff a[href$='/revisions/1/']").first.click()
    page.locator("form[action$='/restore/'] button").click()
    expect(page.locator("#draft .short-answer")).to_contain_text("Two teams")
    expect(page.locator("section[aria-labelledby=published] .short-answer")).to_contain_text("Three teams")


def _withdraw(page: Page) -> None:
    page.locator("header.lead details.menu summary").click()
    page.locator("header.lead a[href$='/withdraw/']").click()
    page.locator("[name=reason]").fill("Not true any more.")
    page.locator("main form button.danger").click()
    expect(page.locator("#published")).to_have_count(0)
    page.goto(page.url.split("?")[0] + "history/")
    expect(page.locator(".timeline")).to_contain_text("Not true any more.")


def test_second_of_two_writers_sees_both_texts_and_decides(journey: Journey) -> None:
    first, second = journey.page_of("claire"), journey.page_of("marc")
    for page in (first, second):
        page.goto(_turnover(journey) + "edit/")
    first.locator("#id_short_answer").fill("46 people, says the lead.")
    first.locator("button[name=publish]").click()
    expect(first.locator(".short-answer").first).to_contain_text("says the lead")

    second.locator("#id_short_answer").fill("50 people, says the editor.")
    second.locator("#id_not_to_say").fill("Names.")
    second.locator("#id_comment").fill("Counted again.")
    second.locator("button[name=publish]").click()
    expect(second.locator(".diff").first).to_contain_text("46 people")
    expect(second.locator(".diff").first).to_contain_text("50 people")
    for name, typed in {
        "short_answer": "50 people, says the editor.",
        "not_to_say": "Names.",
        "comment": "Counted again.",
    }.items():
        expect(second.locator(f"#id_{name}")).to_have_value(typed)

    first.reload()
    expect(first.locator(".short-answer").first).to_contain_text("says the lead")
    second.locator("#id_short_answer").fill("48 people, both say.")
    second.locator("button[name=publish]").click()
    expect(second.locator(".short-answer").first).to_contain_text("48 people, both say.")
    second.goto(_turnover(journey) + "history/")
    expect(second.locator("main")).to_contain_text("Counted again.")


def _turnover(journey: Journey) -> str:
    answer = journey.site.one(
        "SELECT wiki_answer.id FROM wiki_answer JOIN wiki_question ON wiki_question.id = question_id "
        "WHERE slug = 'turnover-rate' AND language = ? ORDER BY head DESC",
        journey.language,
    )
    return f"/wiki/answers/{answer}/"
