"""An independent reading of HTML, to judge what the renderer lets through."""

import re
from html.parser import HTMLParser

ELEMENTS = {
    *("a", "blockquote", "br", "code", "data", "em", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p"),
    *("pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ADDRESS = re.compile(r"(https?://|mailto:|/(?!/))[^\s\\\x00-\x1f]*", re.IGNORECASE)
VALUES = {
    ("a", "href"): ADDRESS,
    ("a", "title"): re.compile(r".*", re.DOTALL),
    ("a", "rel"): re.compile(r"noopener nofollow noreferrer"),
    ("data", "value"): re.compile(r"[-a-zA-Z0-9_.]+"),
    ("img", "src"): re.compile(r"/wiki/images/[1-9][0-9]*/"),
    ("img", "alt"): re.compile(r".*", re.DOTALL),
    ("img", "title"): re.compile(r".*", re.DOTALL),
    ("ol", "start"): re.compile(r"[0-9]+"),
    ("td", "class"): re.compile(r"align-(center|right)"),
    ("th", "class"): re.compile(r"align-(center|right)"),
}


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.foreign: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self.foreign.append(f"<{tag}>")
        for name, value in attrs:
            allowed = VALUES.get((tag, name))
            if allowed is None or not allowed.fullmatch(value or ""):
                self.foreign.append(f"<{tag} {name}={value!r}>")
        if tag == "a" and dict(attrs).get("rel") is None:
            self.foreign.append("<a> without rel")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.foreign.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.foreign.append(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self.foreign.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self.foreign.append(f"<?{data}>")


def _read(html: str) -> _Reading:
    reading = _Reading()
    reading.feed(html)
    reading.close()
    return reading


def foreign_markup(html: str) -> list[str]:
    """Every element, attribute or address that an answer may not hold."""
    return _read(html).foreign


def words(html: str) -> str:
    return "".join(_read(html).text)
