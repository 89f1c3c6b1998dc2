"""The answer editor in a real browser, under the real Content-Security-Policy."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.wiki import payloads, pictures


@pytest.fixture
def editing(open_page: Callable[..., Page], shared_site: Callable[[str], Site]) -> Iterator[Page]:
    """The page for changing an answer; nothing is saved. Any error in the console is a failure."""
    page = open_page(shared_site("en"))
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto("/wiki/answers/1/edit/")
    yield page
    # Refused uploads are the server's own 4xx, which Chromium also writes there.
    assert [words for words in complaints if "status of 4" not in words] == []


def test_tab_leaves_the_editor_both_ways(editing: Page) -> None:
    details = editing.locator("#id_details")
    details.fill("text")
    details.press("Tab")
    expect(editing.get_by_role("button", name="Add an image").first).to_be_focused()
    editing.keyboard.press("Shift+Tab")
    expect(details).to_be_focused()
    expect(details).to_have_value("text")


def test_preview_follows_the_text(editing: Page) -> None:
    preview = editing.get_by_role("region", name="Preview: Details")
    editing.locator("#id_details").fill("a **dated** figure <b onclick=alert(1)>x</b>")
    expect(preview.locator("strong")).to_have_text("dated")
    expect(preview.locator("b")).to_have_count(0)


def test_preview_tells_the_figure_that_the_text_cites(editing: Page) -> None:
    preview = editing.get_by_role("region", name="Preview: Details")
    editing.locator("#id_details").fill("It was [[figure:training-days]].")
    expect(preview.locator("data")).to_have_text("2.4\u00a0days (as of 31 August 2026, training register)")


def test_preview_runs_no_payload(editing: Page) -> None:
    dialogs: list[str] = []
    asked: list[str] = []
    editing.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    editing.on("request", lambda request: asked.append(request.url))
    known = [text for text in payloads.ALL if text.isprintable() or "\n" in text]
    everything = "\n\n".join(known)
    for start in range(0, len(everything), 19_000):
        with editing.expect_response("**/wiki/preview/**"):
            editing.locator("#id_details").fill(everything[start : start + 19_000])
    editing.wait_for_timeout(300)
    assert dialogs == []
    assert [url for url in asked if "evil.example" in url or not url.startswith("http")] == []


def test_picked_image_is_inserted_ready_to_be_described(editing: Page, tmp_path: Path) -> None:
    file = tmp_path / "plan.png"
    file.write_bytes(pictures.picture())
    editing.locator("#id_details").fill("")
    with editing.expect_file_chooser() as chooser:
        editing.get_by_role("button", name="Add an image").first.click()
    chooser.value.set_files(file)
    details = editing.locator("#id_details")
    editor = editing.locator(".markdownx").first
    expect(editor.get_by_role("status")).to_contain_text("The image was added.")
    expect(details).to_have_value(re.compile(r"^!\[\]\(/wiki/images/\d+/\)$"))
    editing.keyboard.type("The plan")
    expect(details).to_have_value(re.compile(r"^!\[The plan\]\(/wiki/images/\d+/\)$"))
    expect(editor.locator(".markdownx-preview img")).to_have_js_property("naturalWidth", 40)


def test_refused_image_leaves_the_text_alone(editing: Page, tmp_path: Path) -> None:
    file = tmp_path / "plan.png"
    file.write_bytes(pictures.SVG)
    editing.locator("#id_details").fill("kept")
    editing.locator("[data-image-picker] input").first.set_input_files(file)
    expect(editing.locator(".markdownx").first.get_by_role("status")).to_contain_text("is not an image")
    expect(editing.locator("#id_details")).to_have_value("kept")


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_dropped_or_pasted_file_is_sent_once_and_a_refusal_is_said(editing: Page, event: str) -> None:
    sent: list[str] = []
    editing.locator("#id_details").fill("kept")
    editing.on("request", lambda request: sent.append(request.url) if "upload" in request.url else None)
    editing.evaluate(
        """(type) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(["no image"], "x.png", { type: "image/png" }));
          const options = { bubbles: true, cancelable: true };
          const event = type === "drop"
            ? new DragEvent("drop", { ...options, dataTransfer: transfer })
            : new ClipboardEvent("paste", { ...options, clipboardData: transfer });
          document.getElementById("id_details").dispatchEvent(event);
        }""",
        event,
    )
    expect(editing.locator(".markdownx").first.get_by_role("status")).to_contain_text("is not an image")
    expect(editing.locator("#id_details")).to_have_value("kept")
    assert len(sent) == 1


def test_counter_of_the_short_answer(editing: Page) -> None:
    editing.locator("#id_short_answer").fill("a" * 140)
    expect(editing.locator("[data-counter-for]")).to_have_text("140/800 characters, about 10 s said aloud")


def test_leaving_with_unsaved_text_asks_first(editing: Page) -> None:
    asked: list[str] = []
    editing.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    editing.locator("#id_short_answer").fill("Unsaved.")
    editing.reload()
    assert asked == ["beforeunload"]
    editing.reload()
    assert asked == ["beforeunload"]
