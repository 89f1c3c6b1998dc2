"""Every pair of text and ground that the stylesheets use is readable, in light and in dark."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = Path(settings.BASE_DIR) / "static" / "css" / "tokens.css"
DARK = "@media (prefers-color-scheme: dark)"

TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-soft", "accent", "danger") for ground in ("paper", "surface")],
    ("ink", "sunken"),
    ("ink-soft", "sunken"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("paper", "danger"),
    ("paper", "danger-strong"),
    ("accent-strong", "accent-soft"),
    ("accent", "accent-soft"),
    *[("ink", ground) for ground in ("added", "removed", "mark", "accent-soft", "danger-soft")],
    *[(name, f"{name}-soft") for name in ("fresh", "due-soon", "stale", "never", "challenged", "orphan")],
]
CONTROLS = [("line-strong", "surface"), ("line-strong", "paper"), ("focus", "paper"), ("focus", "surface")]


def _colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): #([0-9a-f]{6});", css))


def _scheme(name: str) -> dict[str, str]:
    light, dark = TOKENS.read_text().split(DARK)[:2]
    return _colours(light) | (_colours(dark) if name == "dark" else {})


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_contrast_reaches_aa(scheme, ink, ground):
    colours = _scheme(scheme)
    assert _contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), CONTROLS)
def test_control_contrast_reaches_aa(scheme, edge, ground):
    colours = _scheme(scheme)
    assert _contrast(colours[edge], colours[ground]) >= 3
