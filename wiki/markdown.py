"""The only place that turns a person's text into HTML, and so the only one that makes HTML safe.

Three walls, each enough by itself against scripts: the Markdown reader shows raw HTML as text and
refuses addresses outside our list; the sanitiser keeps only the elements and attributes named here;
and stored HTML goes through the sanitiser again whenever it is shown.
"""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

import nh3
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.linkify import SCHEME_RE
from markdown_it.token import Token

# Stored with what it rendered: change it whenever the same source would give other HTML.
VERSION = "3"
LONGEST = 20_000  # characters
MOST_REPEATED = 100_000  # characters that links may repeat of what they refer to

_IMAGE = re.compile(r"/wiki/images/([1-9][0-9]{0,17})/")
# No space or control character: browsers drop some of them, which would turn "/\t/host" into "//host".
_ADDRESS = re.compile(
    r"(?:https?://[^\s\x00-\x1f\\]+|mailto:[^\s\x00-\x1f\\]+|/(?![/\\])[^\s\x00-\x1f\\]*)", re.IGNORECASE
)
_WIKI_LINK = re.compile(r"\[\[([-a-zA-Z0-9_]{1,80})(?:\|([^\[\]|\n]{1,200}))?\]\]")
# How a text cites a figure, in Markdown and in the plain short answer.
FIGURE = re.compile(r"\[\[figure:([-a-zA-Z0-9_]{1,80})\]\]")
# What stands for it in stored HTML: its value changes without the text, so it is filled in when shown.
_FIGURE_PLACE = re.compile(r'<data value="([-a-zA-Z0-9_]{1,80})"></data>')
_ALIGNMENT = {"text-align:center": "align-center", "text-align:right": "align-right"}

# The reader fills short rows with empty cells: at its own limit of 65,536, a 20 kB text takes over a second.
import_module("markdown_it.rules_block.table").MAX_AUTOCOMPLETED_CELLS = 4096  # type: ignore[attr-defined]


class _Scheme:
    """The reader's expression for the scheme before "://", which it looks for in all that stands before."""

    longest = 20

    def search(self, pending: str) -> re.Match[str] | None:
        return SCHEME_RE.search(pending[-self.longest :])


# Over a whole paragraph of "http://", each look went through all of it: a second for a 20 kB text.
import_module("markdown_it.rules_inline.linkify").SCHEME_RE = _Scheme()  # type: ignore[attr-defined]

TAGS = frozenset(
    {"a", "blockquote", "br", "code", "data", "em", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p"}
    | {"pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
ATTRIBUTES = {
    "*": set[str](),  # else nh3 lets attributes of its own, lang and title, stand on every element
    "a": {"href", "title"},
    "data": {"value"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
}
CLASSES = {"td": set(_ALIGNMENT.values()), "th": set(_ALIGNMENT.values())}
SCHEMES = frozenset({"http", "https", "mailto"})
REL = "noopener nofollow noreferrer"


class CitedFigure(Protocol):
    """What a text says of a figure: the plain number, empty where there is none, and the words."""

    @property
    def number(self) -> str: ...

    @property
    def words(self) -> str: ...


class TextTooLong(ValueError):
    """The text is over the cap; the message is for the person who wrote it."""

    def __init__(self) -> None:
        super().__init__(
            _("The text is too long. It can have %(limit)d characters at most.") % {"limit": LONGEST}
        )


def render(text: str) -> str:
    """The safe HTML of a Markdown text. Raises TextTooLong over LONGEST characters."""
    return _sanitised(_reader().render(_readable(text)))


def image_ids(text: str) -> set[int]:
    """The ids of the uploaded images that a Markdown text shows. Raises TextTooLong."""
    tokens = _reader().parse(_readable(text))
    sources = (str(token.attrs["src"]) for token in _inline(tokens) if token.type == "image")
    return {int(found[1]) for source in sources if (found := _IMAGE.fullmatch(source))}


def figure_slugs(text: str) -> set[str]:
    """The short names of the figures that a Markdown text cites. Raises TextTooLong."""
    if not FIGURE.search(text):
        return set()
    return {token.content for token in _inline(_reader().parse(_readable(text))) if token.type == "figure"}


def html_of(
    revision_html: str, version: str, source: str, figures: Mapping[str, CitedFigure] | None = None
) -> SafeString:
    """What to show of stored HTML: itself, or its source rendered again if another renderer made it.

    Stored HTML is sanitised once more, since an import or a repair by hand may have written the row.
    """
    current = version == VERSION
    html = _sanitised(revision_html) if current else render(source.replace("\r\n", "\n")[:LONGEST])
    return with_figures(html, figures or {})


def with_figures(html: str, figures: Mapping[str, CitedFigure]) -> SafeString:
    """What this module rendered, with the figures by short name in their places.

    One that is not among them stays as it was written.
    """

    def told(place: re.Match[str]) -> str:
        figure = figures.get(place[1])
        if figure is None:
            return f"[[figure:{place[1]}]]"
        if not figure.number:
            return format_html("<strong>{}</strong>", figure.words)
        return format_html('<data value="{}">{}</data>', figure.number, figure.words)

    return trusted(_FIGURE_PLACE.sub(told, html))


def trusted(html: str) -> SafeString:
    """Tell templates not to escape `html`: only for what this module made, or escaped piece by piece."""
    return mark_safe(html)  # noqa: S308 - the one door


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
        return _ADDRESS.fullmatch(url) is not None


_readers = threading.local()


def _reader() -> MarkdownIt:
    """This thread's reader: linkify keeps its last match on itself, so threads must not share one."""
    reader: MarkdownIt | None = getattr(_readers, "reader", None)
    if reader is None:
        reader = _Reader("commonmark", {"html": False, "linkify": True})
        reader.enable(["table", "linkify"])
        # Without a scheme, words such as "booking.com" would become links.
        reader.linkify = LinkifyIt(options={"fuzzy_link": False})
        reader.inline.ruler.before("link", "wiki_link", _wiki_link)
        reader.inline.ruler.before("wiki_link", "figure", _figure)
        reader.add_render_rule("figure", _figure_place)
        reader.core.ruler.after("block", "bounded_references", _bounded_references)
        reader.core.ruler.push("house_style", _house_style)
        _readers.reader = reader
    return reader


def _readable(text: str) -> str:
    """The text with one kind of line end and no lone surrogate, which the sanitiser cannot take."""
    text = text.replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8")
    if len(text) > LONGEST:
        raise TextTooLong
    return text


def _bounded_references(state: StateCore) -> None:
    """Forget a definition that is too long for the number of links there can be to it.

    Each link repeats the whole of it: 20 kB of text could make 12 MB of page.
    """
    references = state.env.get("references", {})
    longest = MOST_REPEATED // max(state.src.count("["), 1)
    for label, found in list(references.items()):
        if len(found["href"]) + len(found["title"]) > longest:
            del references[label]


def _wiki_link(state: StateInline, silent: bool) -> bool:
    """`[[question-slug]]` or `[[question-slug|words]]`: a link to the question's page."""
    found = _WIKI_LINK.match(state.src, state.pos, state.posMax)
    if not found or state.linkLevel:
        return False
    if not silent:
        slug, words = found[1], found[2]
        _push_link(state, reverse("wiki:question", args=[slug]), (words or slug.replace("-", " ")).strip())
    state.pos = found.end()
    return True


def _figure(state: StateInline, silent: bool) -> bool:
    """`[[figure:short-name]]`: the place of a figure."""
    found = FIGURE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.push("figure", "", 0).content = found[1]
    state.pos = found.end()
    return True


def _figure_place(_reader: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    return f'<data value="{tokens[index].content}"></data>'


def _push_link(state: StateInline, href: str, words: str) -> None:
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = words
    state.push("link_close", "a", -1)


def _house_style(state: StateCore) -> None:
    """Headings below the page's own, alignment as a class, and no image from elsewhere."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
        elif token.type in {"td_open", "th_open"} and (style := token.attrs.pop("style", None)):
            if name := _ALIGNMENT.get(str(style)):
                token.attrs["class"] = name
        elif token.type == "inline" and token.children:
            token.children = list(_without_remote_images(token.children))


def _without_remote_images(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens with every image that is not ours turned into a link, or into words inside a link."""
    depth = 0
    for token in tokens:
        depth += token.nesting if token.tag == "a" else 0
        source = str(token.attrs.get("src", ""))
        if token.type != "image" or _IMAGE.fullmatch(source):
            yield token
            continue
        words = Token("text", "", 0, content=_alternative(token) or source)
        if depth:
            yield words
        else:
            yield Token("link_open", "a", 1, attrs={"href": source})
            yield words
            yield Token("link_close", "a", -1)


def _alternative(image: Token) -> str:
    return "".join(token.content for token in image.children or () if token.type in {"text", "code_inline"})


def _inline(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """The sanitiser's last word on addresses, which it knows by their scheme only."""
    match tag, attribute:
        case "a", "href":
            return value if _ADDRESS.fullmatch(value) else None
        case "img", "src":
            return value if _IMAGE.fullmatch(value) else None
        case "data", "value":
            return value if re.fullmatch(r"[-a-zA-Z0-9_]{1,80}", value) else None
        case "ol", "start":
            return value if re.fullmatch(r"[0-9]{1,9}", value) else None
    return value


def _sanitised(html: str) -> str:
    return _cleaner.clean(html)


_cleaner = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={"script", "style"},
    attributes=ATTRIBUTES,
    attribute_filter=_kept,
    allowed_classes=CLASSES,
    generic_attribute_prefixes=set(),
    url_schemes=SCHEMES,
    link_rel=REL,
)
