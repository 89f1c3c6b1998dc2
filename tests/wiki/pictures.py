"""Pictures, and files that only claim to be one."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image


def picture(
    kind: str = "PNG", *, mode: str = "RGB", size: tuple[int, int] = (40, 30), **options: Any
) -> bytes:
    content = BytesIO()
    image = Image.new(mode, size)
    # Not symmetric, so that turning it can be seen.
    image.paste(Image.new(mode, (size[0] // 2 or 1, size[1]), 1 if mode in {"1", "P", "L"} else None), (0, 0))
    image.save(content, kind, **options)
    return content.getvalue()


def animation(kind: str, *, frames: int, size: tuple[int, int] = (20, 20)) -> bytes:
    content = BytesIO()
    shots = [Image.new("RGB", size, (number % 256, 0, 0)) for number in range(frames)]
    shots[0].save(content, kind, save_all=True, append_images=shots[1:], duration=10)
    return content.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header announces any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + _chunk(b"IEND", b"")
    )


def gif_that_claims(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + picture("GIF")[10:]


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def jpeg_with_secrets() -> bytes:
    """A JPEG with a place, an author, XMP and a comment, marked as lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x013B] = "SECRET author"
    exif[0x8825] = {1: "N", 2: (48.0, 51.0, 29.0), 29: "SECRET date"}
    image = Image.new("RGB", (40, 20), "red")
    image.paste("blue", (0, 0, 20, 20))
    content = BytesIO()
    image.save(content, "JPEG", exif=exif, comment=b"SECRET comment", xmp=b"<x>SECRET xmp</x>", quality=95)
    return content.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n(x) run\n%%EOF\n"
PPM = b"P6 2 2 255\n" + b"\0" * 12

NOT_IMAGES = {
    "empty": b"",
    "one byte": b"\x89",
    "text": b"just words",
    "svg": SVG,
    "svg with a declaration": b'<?xml version="1.0"?>' + SVG,
    "svg with foreignObject": b'<svg xmlns="http://www.w3.org/2000/svg"><foreignObject>x</foreignObject></svg>',
    "html": HTML,
    "html that begins like a gif": b"GIF89a" + HTML,
    "javascript that begins like a gif": b"GIF89a=1;alert(1)//",
    "eps": EPS,
    "ppm": PPM,
    "tiff": picture("TIFF"),
    "ico": picture("ICO", size=(32, 32)),
    "bmp": picture("BMP"),
    "tga": picture("TGA"),
    "pcx": picture("PCX"),
    "pdf": b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n",
    "zip": b"PK\x03\x04" + b"\0" * 40,
    "png header alone": picture()[:8],
    "png without its data": picture()[:40],
    "truncated png": picture("PNG", size=(200, 200))[:-40],
    "truncated jpeg": picture("JPEG", size=(400, 400))[:500],
    "truncated webp": picture("WEBP")[:-10],
    "truncated gif": picture("GIF", size=(200, 200))[:60],
    "png with a wrong checksum": picture().replace(b"IDAT", b"IDAX"),
    "png without width": png_that_claims(0, 10),
    "png that claims 169 million pixels": png_that_claims(13_000, 13_000),
    "png that claims four thousand million pixels": png_that_claims(65_000, 65_000),
    "png that claims 21 million pixels": png_that_claims(21_000, 1000),
    "gif that claims all it can": gif_that_claims(65_535, 65_535),
}
