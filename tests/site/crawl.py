"""The pages of a portal, found as a visitor finds them: from the first page, link by link, some of each kind."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

BROWSER: Final = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en"}
_LINKING: Final = {"a": "href", "link": "href", "script": "src", "img": "src", "form": "action"}


@dataclass(slots=True)
class Site:
    """What was found: pages by path, and what else was linked with the page that first did."""

    base: str
    pages: dict[str, "Page"] = field(default_factory=dict)
    linked: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Page:
    """A page as a visitor gets it."""

    path: str
    answer: Response
    head: "Head"

    @property
    def html(self) -> bytes:
        return self.answer.get_data()


class Head(HTMLParser):
    """What a page links to and what it says of itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, dict[str, str]]] = []
        self.ids: Counter[str] = Counter()
        self.language = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = told.get("lang", "")
        if "id" in told:
            self.ids[told["id"]] += 1
        if tag in _LINKING and _LINKING[tag] in told:
            self.links.append((tag, told))

    def addresses(self) -> Iterator[str]:
        """All that is linked or loaded, as it is written."""
        for tag, told in self.links:
            yield told[_LINKING[tag]]

    def related(self, relation: str) -> list[dict[str, str]]:
        """The links of the head of one relation."""
        return [told for tag, told in self.links if tag == "link" and relation in told.get("rel", "").split()]

    def loaded(self) -> list[str]:
        """What a browser fetches to show the page, pictures apart."""
        scripts = [told["src"] for tag, told in self.links if tag == "script"]
        return [told["href"] for told in self.related("stylesheet")] + scripts


def crawl(client: FlaskClient, base: str, most_of_a_kind: int, kind_of: Callable[[str], str]) -> Site:
    """Visit up to so many pages of each kind; `kind_of` tells it from a path. The answers to all are kept."""
    site = Site(base)
    waiting, visited = deque(["/"]), Counter[str]()
    site.linked["/"] = ""
    while waiting:
        path = waiting.popleft()
        kind = kind_of(path)
        if visited[kind] >= most_of_a_kind:
            continue
        answer = visit(client, path)
        if answer.mimetype != "text/html" or answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            continue  # no query workers run here
        visited[kind] += 1
        page = Page(path, answer, Head(answer.get_data(as_text=True)))
        site.pages[path] = page
        for address in page.head.addresses():
            found = inner(base, path, address)
            if found is not None and found not in site.linked:
                site.linked[found] = path
                waiting.append(found)
    return site


def visit(client: FlaskClient, path: str, method: str = "GET") -> Response:
    """What a browser gets at a path, after all redirects."""
    with client.open(path, method=method, headers=BROWSER, follow_redirects=True, buffered=True) as answer:
        return answer


def inner(base: str, path: str, address: str) -> str | None:
    """The path and query that an address on a page leads to on this site; None for other sites."""
    whole, _ = urldefrag(urljoin(base + path, address))
    if not whole.startswith(f"{base}/"):
        return None
    parts = urlsplit(whole)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def kinds(client: FlaskClient) -> Callable[[str], str]:
    """Tells the route of a path: pages of one route are of one kind."""
    adapter = client.application.url_map.bind("127.0.0.1")

    def kind_of(path: str) -> str:
        plain = path.partition("?")[0]
        try:
            endpoint, values = adapter.match(unquote(plain))
        except HTTPException:
            return "nowhere"
        return " ".join([endpoint, str(values.get("kind", "")), str("?" in path)])

    return kind_of
