"""Reading responses as an attacker would: what in them could run, and which forms they offer."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

RUNNING_SCHEMES = {"javascript", "vbscript", "data"}
URL_ATTRIBUTES = {"href", "src", "action", "formaction", "xlink:href", "poster", "data", "srcdoc"}


class _Reader(HTMLParser):
    """Notes what the page's policy would have to stop; nothing of it should be there to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_data = given.get("type") == "application/json"
        inline = tag == "script" and "src" not in given and not is_data
        if inline or tag in {"style", "base", "object", "embed", "applet"}:
            self.active.append(f"<{tag}>")
        if tag == "meta" and (given.get("http-equiv") or "").lower() == "refresh":
            self.active.append("<meta refresh>")
        for name, value in attrs:
            runs = name.startswith("on") or name in {"style", "srcdoc"}
            if runs or (name in URL_ATTRIBUTES and _runs(value or "")):
                self.active.append(f"{tag} {name}={value!r}")

    handle_startendtag = handle_starttag


def _runs(address: str) -> bool:
    plain = "".join(character for character in address if character > " ")
    return plain.partition(":")[0].lower() in RUNNING_SCHEMES


def active_content(html: str) -> list[str]:
    """Everything in the page that is or could become code of its own: exactly nothing is right."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.active


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)  # names of the fields that people type in

    def filled(self, value: str, *, only: str = "") -> dict[str, list[str]]:
        """What a browser would send with `value` in every field that is typed, or in one."""
        return self.fields | {name: [value] for name in self.texts if name == (only or name)}


TYPED = {"text", "search", "email", "url", "password", "tel", "number", "date", "datetime-local", "hidden"}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is None:
            return
        elif tag == "input" and name:
            self._input(given, name)
        elif tag == "textarea" and name:
            self._textarea = name
            self._open.fields[name] = [""]
            self._open.texts.append(name)
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select:
            self._option(given)

    def _option(self, given: dict[str, str]) -> None:
        """The one selected, else the first that is a choice."""
        first = bool(given.get("value")) and self._select not in self._open.fields
        if "selected" in given or first:
            self._open.fields[self._select] = [given.get("value", "")]

    def _input(self, given: dict[str, str], name: str) -> None:
        kind = given.get("type", "text")
        value = given.get("value", "on" if kind in {"checkbox", "radio"} else "")
        if kind in {"checkbox", "radio"}:
            if "checked" in given or (kind == "radio" and name not in self._open.fields):
                self._open.fields.setdefault(name, []).append(value)
                if kind == "radio":
                    self._open.fields[name] = [value]
        elif kind in TYPED and name != "csrfmiddlewaretoken":
            self._open.fields[name] = [value]
            if name != "seen":  # says what was read: with anything else in it, nothing else is looked at
                self._open.texts.append(name)

    def handle_data(self, data: str) -> None:
        if self._textarea and self._open:
            self._open.fields[self._textarea][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._textarea and self._open:
            # A browser leaves the line break after the opening tag out, and sends CR LF.
            text = self._open.fields[self._textarea][0].removeprefix("\n").removeprefix("\r\n")
            self._open.fields[self._textarea] = [text]
            self._textarea = ""


def forms_in(html: str, *, path: str) -> list[Form]:
    """The forms of a page that change something, each with the address it goes to."""
    reader = _Forms()
    reader.feed(html)
    found = [form for form in reader.forms if form.method == "post"]
    for form in found:
        form.action = urlsplit(form.action).path or path
    return found
