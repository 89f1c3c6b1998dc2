import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from tests.factories import AT, make_answer, make_revision, make_user
from tests.wiki import pictures
from wiki.domain.answers import publish_revision, withdraw_answer
from wiki.domain.images import link_images, remove_unused_images, store_image, unused_files
from wiki.domain.pixels import ImageRefused, clean_image
from wiki.models import Answer, AnswerImage, RevisionImage
from wiki.views.images import UPLOADS_PER_HOUR

LATER = AT + timedelta(hours=25)
UPLOAD = "/wiki/images/upload/"
PREVIEW = "/wiki/preview/"


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def make_image(by: User | None = None, content: bytes = b"") -> AnswerImage:
    upload = ContentFile(content or pictures.picture(), name="plan.png")
    return store_image(upload=upload, by=by or make_user("editor"), at=AT)


def showing(image: AnswerImage) -> str:
    return f"![The plan](/wiki/images/{image.pk}/)"


def send(client: Client, content: bytes, name: str = "plan.png", content_type: str = "image/png"):
    return client.post(UPLOAD, {"image": SimpleUploadedFile(name, content, content_type)})


# --- Decoding (A22 to A29) ------------------------------------------------------------------------
@pytest.mark.parametrize("name", pictures.NOT_IMAGES)
def test_clean_image_refuses(name: str) -> None:
    with pytest.raises(ImageRefused) as refused:
        clean_image(pictures.NOT_IMAGES[name])
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("name", [name for name in pictures.NOT_IMAGES if "claims" in name])
def test_clean_image_says_that_a_flood_is_too_large(name: str) -> None:
    with pytest.raises(ImageRefused, match="million pixels at most"):
        clean_image(pictures.NOT_IMAGES[name])


def test_clean_image_reads_no_pixel_of_a_flood(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", fail)
    with pytest.raises(ImageRefused, match="million pixels at most"):
        clean_image(pictures.png_that_claims(20_001, 1000))


def test_clean_image_over_the_weight() -> None:
    with pytest.raises(ImageRefused, match="5 MB at most"):
        clean_image(pictures.picture() + b"\0" * 5_000_000)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", mode) for mode in ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"]]
    + [("JPEG", mode) for mode in ["L", "RGB", "CMYK"]]
    + [("WEBP", mode) for mode in ["RGB", "RGBA"]]
    + [("GIF", mode) for mode in ["1", "L", "P", "RGB"]],
)
def test_clean_image_takes_every_mode(kind: str, mode: str) -> None:
    clean = clean_image(pictures.picture(kind, mode=mode))
    image = opened(clean.content)
    image.load()
    assert image.size == (40, 30)
    assert image.mode == ("RGBA" if mode in {"LA", "RGBA"} else "RGB")
    assert (image.format, clean.suffix) == {
        "PNG": ("PNG", ".png"),
        "GIF": ("PNG", ".png"),
        "JPEG": ("JPEG", ".jpg"),
        "WEBP": ("WEBP", ".webp"),
    }[kind]


@pytest.mark.parametrize(
    ("size", "kept"),
    [((1, 1), (1, 1)), ((1, 4000), (1, 2000)), ((4000, 1), (2000, 1)), ((2000, 2000), (2000, 2000)),
     ((3000, 1500), (2000, 1000))],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_clean_image_of_any_shape(kind: str, size: tuple[int, int], kept: tuple[int, int]) -> None:
    assert opened(clean_image(pictures.picture(kind, size=size)).content).size == kept


def test_clean_image_keeps_transparency_of_a_palette() -> None:
    content = pictures.picture("GIF", mode="P", transparency=0)
    assert opened(clean_image(content).content).mode == "RGBA"


def test_clean_image_is_upright_and_tells_nothing() -> None:
    content = pictures.jpeg_with_secrets()
    assert content.count(b"SECRET") == 4
    clean = clean_image(content)
    image = opened(clean.content)
    assert b"SECRET" not in clean.content
    assert b"Exif" not in clean.content
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    # The blue half, on the left of the stored pixels, is the top of the picture as it is meant.
    assert image.size == (20, 40)
    red, _green, blue = image.getpixel((10, 5))
    assert blue > red


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("tail", [pictures.HTML, b"PK\x03\x04MARKER", b"\n<?php MARKER ?>", b"MARKER" * 99])
def test_clean_image_drops_what_follows_the_picture(kind: str, tail: bytes) -> None:
    clean = clean_image(pictures.picture(kind) + tail)
    assert b"MARKER" not in clean.content
    assert b"<script" not in clean.content


def test_clean_image_drops_what_a_picture_carries() -> None:
    comment = b"MARKER<script>alert(1)</script>"
    for content in [
        pictures.picture("GIF", comment=comment),
        pictures.picture("JPEG", comment=comment),
        pictures.picture("JPEG", icc_profile=comment),
        pictures.picture("PNG", icc_profile=comment),
        pictures.picture("WEBP", xmp=comment, icc_profile=comment),
    ]:
        assert b"MARKER" in content or b"iCCP" in content
        clean = clean_image(content)
        assert b"MARKER" not in clean.content
        assert b"iCCP" not in clean.content


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_clean_image_keeps_the_first_frame_of_an_animation(kind: str) -> None:
    image = opened(clean_image(pictures.animation(kind, frames=30)).content)
    assert getattr(image, "n_frames", 1) == 1
    assert image.size == (20, 20)


def test_clean_image_takes_the_first_of_several_photographs() -> None:
    """Phones put a second picture into a JPEG; Pillow then calls the file MPO."""
    content = BytesIO()
    first, second = (Image.new("RGB", (40, 30), colour) for colour in ("red", "blue"))
    first.save(content, "MPO", save_all=True, append_images=[second])
    clean = clean_image(content.getvalue())
    assert (clean.suffix, opened(clean.content).format) == (".jpg", "JPEG")
    red, _green, blue = opened(clean.content).convert("RGB").getpixel((20, 15))
    assert red > 200
    assert blue < 50


def test_clean_image_of_three_thousand_frames() -> None:
    clean = clean_image(pictures.animation("GIF", frames=3000, size=(2, 2)))
    assert opened(clean.content).size == (2, 2)


# --- Storing and linking --------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["plan.png", "../../etc/passwd", "x.html", "x.png\x00.html", "\u202egnp.exe", "a\r\nb.png", "a" * 300,
     "C:\\x.png", ".htaccess", "x.php.png", "é ü.gif", "con", " "],
)  # fmt: skip
def test_store_image_under_a_name_of_ours(name: str) -> None:
    image = store_image(upload=ContentFile(pictures.picture(), name=name), by=make_user("editor"), at=AT)
    assert re.fullmatch(r"answers/[0-9a-f]{32}\.png", image.file.name)
    assert (image.width, image.height, image.created_at) == (40, 30, AT)


@pytest.mark.django_db
def test_store_image_refused_keeps_nothing() -> None:
    files = default_storage.listdir("answers")[1] if default_storage.exists("answers") else []
    with pytest.raises(ImageRefused):
        store_image(upload=ContentFile(pictures.SVG, name="x.svg"), by=make_user("editor"), at=AT)
    assert AnswerImage.objects.count() == 0
    assert (default_storage.listdir("answers")[1] if default_storage.exists("answers") else []) == files


@pytest.mark.django_db
def test_store_image_over_the_weight_is_not_read() -> None:
    upload = ContentFile(b"", name="x.png")
    upload.size = 5_000_001
    with pytest.raises(ImageRefused, match="5 MB at most"):
        store_image(upload=upload, by=make_user("editor"), at=AT)


@pytest.mark.django_db
def test_link_images_of_both_texts_and_once() -> None:
    editor = make_user("editor")
    first, second = make_image(editor), make_image(editor)
    answer = make_answer(
        by=editor, details=showing(first) + showing(first), example=showing(second) + "![](/wiki/images/999/)"
    )
    assert set(RevisionImage.objects.values_list("revision", "image")) == {
        (answer.published_id, first.pk),
        (answer.published_id, second.pk),
    }


@pytest.mark.django_db
def test_link_images_forgets_what_an_emptied_text_no_longer_shows() -> None:
    editor = make_user("editor")
    revision = make_answer(by=editor, details=showing(make_image(editor))).published
    revision.details = ""
    link_images(revision=revision, on=AT.date())
    assert RevisionImage.objects.count() == 0


@pytest.mark.django_db
def test_link_images_does_not_open_the_draft_image_of_another() -> None:
    """A33: an owner who writes the number of an image they may not see still may not see it."""
    owner, other = make_user("reader"), make_user("reader")
    secret = make_image(other)
    make_answer(owner=owner, by=owner, details=showing(secret))
    assert RevisionImage.objects.count() == 0
    assert not AnswerImage.objects.visible_to(owner, on=AT.date()).exists()


@pytest.mark.django_db
def test_link_images_of_the_owners_own_upload() -> None:
    owner = make_user("reader")
    image = make_image(owner)
    make_answer(owner=owner, by=owner, details=showing(image))
    assert RevisionImage.objects.get().image == image


# --- Who sees an image (A31) ----------------------------------------------------------------------
def sees(user: User, image: AnswerImage) -> bool:
    return AnswerImage.objects.visible_to(user, on=AT.date()).filter(pk=image.pk).exists()


@pytest.fixture
def draft() -> tuple[Answer, AnswerImage]:
    """A draft that shows an image, both by the answer's owner."""
    owner = make_user("reader")
    image = make_image(owner)
    return make_answer(owner=owner, by=owner, published=False, details=showing(image)), image


@pytest.mark.django_db
def test_image_of_a_draft_is_for_those_who_may_edit_it(draft: tuple[Answer, AnswerImage]) -> None:
    answer, image = draft
    assert sees(answer.owner, image)
    assert sees(make_user("editor"), image)
    assert sees(make_user("lead"), image)
    for user in [make_user("reader"), make_user("recruiter"), make_user("administrator"), make_user()]:
        assert not sees(user, image)


@pytest.mark.django_db
def test_image_of_a_published_answer_is_for_every_reader(draft: tuple[Answer, AnswerImage]) -> None:
    answer, image = draft
    publish_revision(answer=answer, revision=answer.revisions.get(), by=answer.owner, at=AT)
    assert sees(make_user("reader"), image)
    assert sees(make_user("recruiter"), image)
    assert not sees(make_user("administrator"), image)
    assert not sees(make_user(), image)


@pytest.mark.django_db
def test_image_of_a_withdrawn_answer_is_no_longer_for_readers(draft: tuple[Answer, AnswerImage]) -> None:
    answer, image = draft
    publish_revision(answer=answer, revision=answer.revisions.get(), by=answer.owner, at=AT)
    withdraw_answer(answer=answer, by=answer.owner, at=AT, reason="Not true any more.")
    assert not sees(make_user("reader"), image)
    assert sees(answer.owner, image)


@pytest.mark.django_db
def test_image_of_a_newer_draft_is_not_yet_for_readers() -> None:
    editor = make_user("editor")
    answer = make_answer(by=editor)
    image = make_image(editor)
    make_revision(answer, by=editor, details=showing(image))
    assert not sees(make_user("reader"), image)


@pytest.mark.django_db
def test_image_is_not_for_a_keeper_who_lost_the_wiki(draft: tuple[Answer, AnswerImage]) -> None:
    answer, image = draft
    answer.owner.groups.clear()
    assert not sees(User.objects.get(pk=answer.owner_id), image)


# --- The view -------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_image_page(client_as) -> None:
    editor = make_user("editor")
    image = make_image(editor, pictures.picture("JPEG"))
    response = client_as(editor).get(reverse("wiki:image", args=[image.pk]))
    assert response.status_code == 200
    assert b"".join(response.streaming_content)[:2] == b"\xff\xd8"
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"] == "private, max-age=300"
    assert re.fullmatch(r'inline; filename="[0-9a-f]{32}\.jpg"', response["Content-Disposition"])


@pytest.mark.django_db
def test_image_out_of_sight_is_like_one_that_never_was(client_as) -> None:
    image = make_image()
    client = client_as(make_user("reader"))
    hidden, unknown = (client.get(f"/wiki/images/{pk}/") for pk in [image.pk, 99999])
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    pages = [
        re.sub(r"/wiki/images/\d+/|value=\"\w{64}\"", "", page.content.decode()) for page in [hidden, unknown]
    ]
    assert pages[0] == pages[1]


@pytest.mark.django_db
def test_image_without_its_file_is_not_found(client_as) -> None:
    editor = make_user("editor")
    image = make_image(editor)
    default_storage.delete(image.file.name)
    assert client_as(editor).get(f"/wiki/images/{image.pk}/").status_code == 404


@pytest.mark.django_db
def test_image_signed_out_goes_to_sign_in(client: Client) -> None:
    response = client.get(f"/wiki/images/{make_image().pk}/")
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


# --- Uploading ------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_image_upload(client_as) -> None:
    editor = make_user("editor")
    response = send(client_as(editor), pictures.picture())
    image = AnswerImage.objects.get()
    assert response.status_code == 200
    assert response.json() == {"image_code": f"![](/wiki/images/{image.pk}/)"}
    assert image.uploaded_by == editor


@pytest.mark.django_db
@pytest.mark.parametrize("name", pictures.NOT_IMAGES)
@pytest.mark.parametrize("content_type", ["image/png", "image/gif"])
def test_image_upload_of_no_image(client_as, name: str, content_type: str) -> None:
    response = send(client_as(make_user("editor")), pictures.NOT_IMAGES[name], "x.png", content_type)
    assert response.status_code == 400
    assert list(response.json()) == ["error"]
    assert AnswerImage.objects.count() == 0


@pytest.mark.django_db
def test_image_upload_of_a_page_named_as_one_stores_no_page(client_as) -> None:
    response = send(client_as(make_user("editor")), pictures.picture("GIF"), "evil.html", "text/html")
    assert response.status_code == 200
    assert AnswerImage.objects.get().file.name.endswith(".png")


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{}, {"image": "text"}, {"other": "x"}])
def test_image_upload_without_a_file(client_as, data: dict[str, str]) -> None:
    response = client_as(make_user("editor")).post(UPLOAD, data)
    assert response.status_code == 400
    assert response.json() == {"error": "Choose an image to send."}


@pytest.mark.django_db
def test_image_upload_by_those_who_write(client_as) -> None:
    owner, deputy = make_user("reader"), make_user("reader")
    make_answer(owner=owner, deputy=deputy)
    for user in [owner, deputy, make_user("editor"), make_user("lead")]:
        assert send(client_as(user), pictures.picture()).status_code == 200
    for user in [make_user("reader"), make_user("recruiter"), make_user("administrator"), make_user()]:
        response = send(client_as(user), pictures.picture())
        assert response.status_code == 403
        assert response.json() == {"error": "You may not do this."}


@pytest.mark.django_db
@pytest.mark.parametrize("address", [UPLOAD, PREVIEW])
def test_scripts_signed_out_are_told_so_without_a_redirect(client: Client, address: str) -> None:
    response = client.post(address, {"content": "x"})
    assert response.status_code == 401
    assert "You are signed out." in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", [UPLOAD, PREVIEW])
def test_scripts_without_the_token_are_refused(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("editor"))
    assert client.post(address, {"content": "x"}).status_code == 403
    assert AnswerImage.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("address", [UPLOAD, PREVIEW])
def test_scripts_only_post(client_as, address: str) -> None:
    assert client_as(make_user("editor")).get(address).status_code == 405


@pytest.mark.django_db
def test_image_upload_over_the_hourly_limit(client_as) -> None:
    client, other = client_as(make_user("editor")), client_as(make_user("editor"))
    for _number in range(UPLOADS_PER_HOUR):
        assert send(client, b"x").status_code == 400
    response = send(client, pictures.picture())
    assert response.status_code == 429
    assert "Wait an hour" in response.json()["error"]
    assert send(other, pictures.picture()).status_code == 200


# --- Preview (A6) ---------------------------------------------------------------------------------
@pytest.mark.django_db
def test_preview_shows_what_the_page_will_show(client_as) -> None:
    text = "# Pay\n\n[[pay]] <b>x</b> ![](https://evil.example/x.png)"
    response = client_as(make_user("reader")).post(PREVIEW, {"content": text})
    assert response.status_code == 200
    assert response.content.decode() == make_answer(details=text).published.details_html


@pytest.mark.django_db
def test_preview_of_nothing(client_as) -> None:
    response = client_as(make_user("reader")).post(PREVIEW, {"content": ""})
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{}, {"text": "x"}, {"content": "a" * 20_001}])
def test_preview_of_a_missing_or_too_long_text(client_as, data: dict[str, str]) -> None:
    response = client_as(make_user("reader")).post(PREVIEW, data)
    assert response.status_code == 400
    assert b"<" not in response.content


@pytest.mark.django_db
def test_preview_is_for_readers(client_as) -> None:
    for user in [make_user("administrator"), make_user()]:
        assert client_as(user).post(PREVIEW, {"content": "x"}).status_code == 403


# --- Removing -------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_remove_unused_images_keeps_what_is_shown_or_recent() -> None:
    editor = make_user("editor")
    shown, unused = make_image(editor), make_image(editor)
    make_answer(by=editor, published=False, details=showing(shown))
    recent = store_image(
        upload=ContentFile(pictures.picture(), name="x"), by=editor, at=LATER - timedelta(hours=23)
    )
    removed = remove_unused_images(at=LATER)
    assert unused.file.name in removed
    assert not {shown.file.name, recent.file.name} & set(removed)
    assert set(AnswerImage.objects.all()) == {shown, recent}
    assert default_storage.exists(shown.file.name)
    assert default_storage.exists(recent.file.name)
    assert not default_storage.exists(unused.file.name)
    assert remove_unused_images(at=LATER) == []


@pytest.mark.django_db(transaction=True)
def test_remove_unused_images_at_exactly_a_day_keeps() -> None:
    image = make_image()
    remove_unused_images(at=AT + timedelta(hours=24))
    assert AnswerImage.objects.get() == image


@pytest.mark.django_db(transaction=True)
def test_remove_unused_images_takes_files_left_without_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = make_image()
    make_answer(by=kept.uploaded_by, details=showing(kept))
    stray = default_storage.save("answers/stray.png", ContentFile(b"x"))
    assert stray not in unused_files(at=default_storage.get_modified_time(stray) + timedelta(hours=23))
    removed = remove_unused_images(at=default_storage.get_modified_time(stray) + timedelta(hours=25))
    assert stray in removed
    assert not default_storage.exists(stray)
    assert default_storage.exists(kept.file.name)


@pytest.mark.django_db(transaction=True)
def test_remove_unused_images_command(time_machine, capsys: pytest.CaptureFixture[str]) -> None:
    image = make_image()
    time_machine.move_to(LATER)
    call_command("remove_unused_images", dry_run=True)
    assert capsys.readouterr().out.splitlines()[0] == image.file.name
    assert AnswerImage.objects.count() == 1
    call_command("remove_unused_images")
    assert "unused images removed" in capsys.readouterr().out
    assert AnswerImage.objects.count() == 0
