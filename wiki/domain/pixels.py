"""Decoding a file that claims to be an image, and making a clean one with its pixels alone."""

from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_FILE = 5  # megabytes
# Megapixels, by what decoding them costs: under 256 MiB at worst, beside what Python itself holds.
LARGEST_SURFACES = {"PNG": 20, "GIF": 20, "JPEG": 25, "WEBP": 12}
LONGEST_SIDE = 2000  # pixels; a wider picture only makes the page slower

# What is read, and what is written for it: an animation keeps its first frame only.
_WRITTEN_AS = {"PNG": "PNG", "GIF": "PNG", "JPEG": "JPEG", "WEBP": "WEBP"}
# Several JPEGs in one file, as many phones take photographs: Pillow finds out by itself.
_FIRST_OF = {"MPO": "JPEG"}
_SUFFIXES = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}


class ImageRefused(Exception):
    """The file is not an image that the wiki takes; the message is for the person who sent it."""


@dataclass(frozen=True, kw_only=True)
class CleanImage:
    content: bytes
    suffix: str


def clean_image(content: bytes) -> CleanImage:
    """The picture in `content`, turned upright, within LONGEST_SIDE, without any metadata.

    Raises ImageRefused. Only the header is read of a picture over its largest surface, and never more than
    the first frame, so that no file costs more than its own decoding.
    """
    if len(content) > LARGEST_FILE * 1_000_000:
        raise too_heavy()
    try:
        # Naming the formats keeps every other decoder shut, Ghostscript for one.
        with Image.open(BytesIO(content), formats=tuple(_WRITTEN_AS)) as image:
            read_as = _FIRST_OF.get(image.format or "", image.format or "")
            _refuse_too_large(image, LARGEST_SURFACES[read_as])
            return _written(_pixels_only(image), _WRITTEN_AS[read_as])
    except ImageRefused:
        raise
    except UnidentifiedImageError as error:
        raise ImageRefused(_("The file is not an image of type PNG, JPEG, WebP or GIF.")) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(max(LARGEST_SURFACES.values())) from error
    except Exception as error:  # Pillow lets out whatever the broken bytes provoke
        raise ImageRefused(_("The image is damaged and cannot be read.")) from error


def too_heavy() -> ImageRefused:
    return ImageRefused(
        _("The image file is too big. It can be %(limit)d MB at most.") % {"limit": LARGEST_FILE}
    )


def _too_large(limit: int) -> ImageRefused:
    return ImageRefused(
        _("The image is too large. It can have %(limit)d million pixels at most.") % {"limit": limit}
    )


def _refuse_too_large(image: Image.Image, limit: int) -> None:
    if image.width * image.height > limit * 1_000_000:
        raise _too_large(limit)


def _pixels_only(image: Image.Image) -> Image.Image:
    """A new image with the pixels as they are meant to be seen, and nothing that came beside them."""
    # Made small before all else: turning and converting millions of pixels would hold three copies of them.
    # A palette cannot be resized smoothly, so those convert first.
    small = image.convert(_mode(image)) if image.mode in {"1", "P", "PA"} else image
    # The gap of 1 lets a JPEG be decoded at a fraction of its size already.
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=1.0)
    upright = ImageOps.exif_transpose(small).convert(_mode(small))
    clean = Image.new(upright.mode, upright.size)
    clean.paste(upright)
    return clean


def _mode(image: Image.Image) -> str:
    return "RGBA" if image.has_transparency_data else "RGB"


def _written(image: Image.Image, written_as: str) -> CleanImage:
    if written_as == "JPEG":
        image = image.convert("RGB")
    content = BytesIO()
    image.save(content, written_as, quality=85, optimize=written_as == "JPEG")
    return CleanImage(content=content.getvalue(), suffix=_SUFFIXES[written_as])
