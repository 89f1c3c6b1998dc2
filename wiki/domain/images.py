"""The verbs of uploaded images: store, link to the revisions that show them, remove."""

import secrets
from datetime import date, datetime, timedelta

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import User
from wiki import markdown
from wiki.domain.pixels import LARGEST_FILE, clean_image, too_heavy
from wiki.models import AnswerImage, AnswerRevision, RevisionImage

# An upload is shown by no revision until its writer saves, which may be the next morning.
KEPT_UNUSED = timedelta(hours=24)
_FOLDER = "answers"  # as AnswerImage.file says


def store_image(*, upload: File, by: User, at: datetime) -> AnswerImage:
    """Keep a new picture made from the pixels of an upload, under a name of ours.

    Raises ImageRefused. The upload itself, its name and its claimed type are never kept.
    """
    if (upload.size or 0) > LARGEST_FILE * 1_000_000:
        raise too_heavy()
    clean = clean_image(upload.read())
    file = ContentFile(clean.content, name=secrets.token_hex(16) + clean.suffix)
    return AnswerImage.objects.create(file=file, uploaded_by=by, created_at=at)


def link_images(*, revision: AnswerRevision, on: date) -> None:
    """Record which uploaded images the revision shows, and forget those it no longer does.

    Only images that its author may see on the day `on`: naming the number of another's draft image must not
    open it.
    """
    ids = markdown.image_ids(revision.details) | markdown.image_ids(revision.example)
    images = AnswerImage.objects.filter(pk__in=ids)
    if revision.author:
        images = images.visible_to(revision.author, on=on)
    shown = list(images) if ids else []
    RevisionImage.objects.filter(revision=revision).exclude(image__in=shown).delete()
    RevisionImage.objects.bulk_create(
        [RevisionImage(revision=revision, image=image) for image in shown], ignore_conflicts=True
    )


def unused_files(*, at: datetime) -> list[str]:
    """The names that `remove_unused_images` would remove, without removing any."""
    before = at - KEPT_UNUSED
    return [str(image.file) for image in AnswerImage.objects.unused(before=before)] + _strays(before)


def remove_unused_images(*, at: datetime) -> list[str]:
    """Remove the images older than a day that no revision shows, and files left by a killed upload.

    Returns the names of the files removed. Safe to stop at any point and to run twice at once.
    """
    before = at - KEPT_UNUSED
    unused = AnswerImage.objects.unused(before=before).values_list("pk", flat=True)
    removed = [name for pk in unused if (name := _remove_if_still_unused(pk, before))]
    strays = _strays(before)
    for name in strays:
        default_storage.delete(name)
    return removed + strays


@transaction.atomic
def _remove_if_still_unused(pk: int, before: datetime) -> str | None:
    """The row goes before its file, so that a crash between leaves a stray file and no broken row."""
    image = AnswerImage.objects.unused(before=before).select_for_update().filter(pk=pk).first()
    if image is None:
        return None
    name = str(image.file)
    image.delete()
    transaction.on_commit(lambda: default_storage.delete(name))
    return name


def _strays(before: datetime) -> list[str]:
    """Files without a row: the process died between writing the one and the other."""
    try:
        _folders, files = default_storage.listdir(_FOLDER)
    except FileNotFoundError:
        return []
    known = set(AnswerImage.objects.values_list("file", flat=True))
    names = sorted({f"{_FOLDER}/{file}" for file in files} - known)
    return [name for name in names if default_storage.get_modified_time(name) < before]
