"""What the security policy and the icon sprite ask of every template."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts)
ICON = re.compile(r"""{% icon "([a-z0-9-]+)" %}""")
INLINE = re.compile(r"""\sstyle=|\son[a-z]+=["']|\shx-on|<style|<script(?![^>]*\ssrc=)|javascript:""")
# Browsers never run a script element of this type, so the policy lets it stand: allauth's passkey
# script, a file, reads its options there. Whatever else is inline stays refused.
DATA = re.compile(r"""<script\b[^>]*\stype="application/json"[^>]*>[^<]*</script>""")


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=_named)
def test_template_has_no_inline_style_or_script(path):
    assert INLINE.findall(DATA.sub("", path.read_text())) == []


def test_only_json_passes_for_data():
    data = '<script data-for="x" type="application/json">{"a": 1}</script>'
    assert INLINE.findall(DATA.sub("", data)) == []
    for script in ("<script>run()</script>", '<script type="module">run()</script>', f"{data}<script>x"):
        assert INLINE.findall(DATA.sub("", script)) == ["<script"]


@pytest.mark.parametrize("path", TEMPLATES, ids=_named)
def test_template_marks_nothing_safe(path):
    assert not re.search(r"\|\s*safe\b|autoescape off", path.read_text())


def test_every_icon_used_is_in_the_sprite():
    sprite = (ROOT / "static" / "icons" / "lucide.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    used = {name for path in TEMPLATES for name in ICON.findall(path.read_text())}
    assert used
    assert used - drawn == set()


def test_our_stylesheets_ask_for_no_data_address():
    for path in (ROOT / "static" / "css").glob("*.css"):
        assert 'url("data:' not in path.read_text()


@pytest.mark.parametrize("path", TEMPLATES, ids=_named)
def test_template_shows_a_revisions_words_through_the_one_door(path):
    """Its filters tell the figures that the text cites; the fields hold how it cites them."""
    raw = re.findall(r"[\w.]+\.(?:short_answer|details|example)(?:_html)?\b(?=[^%]*}})", path.read_text())
    assert [name for name in raw if not name.startswith("form.")] == []
