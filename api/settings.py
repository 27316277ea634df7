"""Every setting: name, kind, default and help in one table. The only module that reads the environment."""

# ruff: noqa: RUF009  _setting is dataclasses.field with less to write

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Final, Self, get_type_hints

from graph.errors import PortalError
from graph.iris import Iris
from loaders.terms import licence_iri

PREFIX: Final = "CATALOGRAPH_"

LANGUAGES: Final = ("fr", "de", "en", "lb")
"""The languages of the interface."""

_MEMORY: Final = {"": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_NONE: Final = "none"
"""An empty list, in the environment."""

_TIME: Final = {"": 1, "s": 1, "min": 60, "h": 3600, "d": 86400}


class SettingError(PortalError):
    """A setting with a value that cannot be used; says what would be right."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        super().__init__(f"the setting {name} is {value!r}, but it must be {wanted}")
        self.name = name
        self.value = value
        self.wanted = wanted


@dataclass(frozen=True, slots=True)
class Kind:
    """How a setting is read from text; `read` raises ValueError, `wanted` completes "it must be …"."""

    name: str
    wanted: str
    read: Callable[[str], object]


def _measured(text: str, units: Mapping[str, int]) -> float:
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)\s*", text.lower())
    if match is None or match.group(2) not in units:
        raise ValueError(text)
    return float(match.group(1)) * units[match.group(2)]


def _positive(value: float) -> float:
    if value <= 0:
        raise ValueError(value)
    return value


def _boolean(text: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.strip().lower() not in known:
        raise ValueError(text)
    return known[text.strip().lower()]


def _base(text: str) -> str:
    if re.match(r"https?://[^/?#\s]", text) is None or "?" in text:
        raise ValueError(text)
    return Iris(text).base


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise ValueError(text)
    return number


def _languages(text: str) -> tuple[str, ...]:
    codes = tuple(code.strip().lower() for code in text.split(",") if code.strip())
    if not codes or len(set(codes)) < len(codes) or not set(codes) <= set(LANGUAGES):
        raise ValueError(text)
    return codes


def _endpoints(text: str) -> tuple[str, ...]:
    found = () if text.strip().lower() == _NONE else tuple(dict.fromkeys(text.replace(",", " ").split()))
    if not all(re.fullmatch(r'https?://[^/?#@\s<>"{}|^`\\]+(/[^#\s<>"{}|^`\\]*)?', each) for each in found):
        raise ValueError(text)
    return found


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    names = [] if text.strip().lower() == _NONE else text.split(",")
    return tuple(ip_network(each.strip()) for each in names)


def _tiles(text: str) -> str:
    """Where the tiles of a map are, with a place for zoom, column and row; plain http only on this machine."""
    match = re.fullmatch(
        r"(https?)://([A-Za-z0-9.-]+)(:[0-9]{1,5})?(/[^\s?#<>\"'\\;,|^`]*(?:\?[^\s#<>\"'\\;,|^`]*)?)", text.strip()
    )
    if match is None or sorted(re.findall(r"\{[^}]*\}?|\}", match[4])) != ["{x}", "{y}", "{z}"]:
        raise ValueError(text)
    if match[1] == "http" and match[2] not in {"127.0.0.1", "localhost"}:
        raise ValueError(text)
    return text.strip()


def _mailbox(text: str) -> str:
    if re.fullmatch(r"[^\s@<>]+@[^\s@<>.]+(\.[^\s@<>.]+)+", text.strip()) is None:
        raise ValueError(text)
    return text.strip()


def _some(text: str) -> str:
    if not text.strip():
        raise ValueError(text)
    return text.strip()


def _none_or(read: Callable[[str], str]) -> Callable[[str], object]:
    """With a word for nothing."""
    return lambda text: "" if text.strip().lower() in {"", _NONE} else read(text)


FOLDER: Final = Kind("folder", "the path of a folder", lambda text: Path(_some(text)))
FILE: Final = Kind("file", "the path of a file", lambda text: Path(_some(text)))
LICENCE: Final = Kind(
    "licence", f"an IRI, a code of the Union's table such as CC0 or CC_BY_4_0, or {_NONE}", _none_or(licence_iri)
)
OPTIONAL: Final = Kind("text", f"a text, or {_NONE}", _none_or(str.strip))
TEXT: Final = Kind("text", "a text that is not empty", _some)
BASE: Final = Kind(
    "IRI",
    "an http or https address without a slash, query or fragment at its end, such as https://data.example.org",
    _base,
)
MAILBOX: Final = Kind("mailbox", "a mailbox such as opendata@portal.example", _mailbox)
PORT: Final = Kind("number", "a port number from 0 (any free one) to 65535", _port)
COUNT: Final = Kind("number", "a whole number of at least 1", lambda text: int(_positive(int(text))))
SECONDS: Final = Kind(
    "time",
    "a time above zero in seconds, or with a unit: 30 s, 5 min, 48 h, 2 d",
    lambda t: _positive(_measured(t, _TIME)),
)
BYTES: Final = Kind(
    "size", "a size above zero in bytes, or with a unit: 64 MiB, 2 GiB", lambda t: int(_positive(_measured(t, _MEMORY)))
)
SWITCH: Final = Kind("switch", "true or false", _boolean)
NETWORKS: Final = Kind("list", "addresses or networks with commas, such as 127.0.0.1, 10.0.0.0/8; or none", _networks)
LANGUAGE_LIST: Final = Kind("list", "some of fr, de, en, lb, with commas, each once, preferred first", _languages)

TILES: Final = Kind(
    "address",
    f"an https address with {{z}}, {{x}} and {{y}}, such as https://tile.example/{{z}}/{{x}}/{{y}}.png; or {_NONE}",
    _none_or(_tiles),
)

ENDPOINTS: Final = Kind("list", f"http or https addresses of SPARQL endpoints, with commas; or {_NONE}", _endpoints)


def _setting(default: Any, kind: Kind, text: str) -> Any:
    return field(default=default, metadata={"kind": kind, "help": text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The table. Each field is the setting CATALOGRAPH_<FIELD>; times are in seconds, sizes in bytes."""

    data: Path = _setting(Path("var"), FOLDER, "Where generations, archive and runs are kept.")
    base: str = _setting("http://127.0.0.1:8000", BASE, "The address readers see; all IRIs we mint begin with it.")
    sources: Path = _setting(Path("sources.toml"), FILE, "The configuration file that `catalograph harvest` reads.")
    host: str = _setting("127.0.0.1", TEXT, "The address the server listens on.")
    port: int = _setting(8000, PORT, "The port the server listens on.")
    workers: int = _setting(2, COUNT, "Web processes.")
    proxies: tuple[IPv4Network | IPv6Network, ...] = _setting(
        (), NETWORKS, "Reverse proxies whose X-Forwarded-For tells who the client is."
    )
    title: str = _setting("Catalograph", TEXT, "What the portal is called, on pages and in the catalogue's own record.")
    publisher: str = _setting("Catalograph", TEXT, "Who publishes the catalogue, as its own record says.")
    contact: str = _setting(
        "opendata@portal.example",
        MAILBOX,
        "The portal's mailbox: of pages whose publisher has none, of its accessibility, of harvesters (OAI-PMH).",
    )
    licence: str = _setting("", LICENCE, "Licence of the metadata, where its source states none (`sources.toml`).")
    attribution: str = _setting("", OPTIONAL, "Whom users of the metadata are to name, where its source states nobody.")
    languages: tuple[str, ...] = _setting(LANGUAGES, LANGUAGE_LIST, "Interface languages, preferred first.")
    page_size: int = _setting(20, COUNT, "Entries on a page of a list.")

    query_seconds: float = _setting(30.0, SECONDS, "How long a SPARQL query may take.")
    query_memory: int = _setting(2 << 30, BYTES, "How much memory one query worker may use.")
    query_bytes: int = _setting(512 * 10**6, BYTES, "How long the answer to a SPARQL query may be.")
    query_request_bytes: int = _setting(64 << 10, BYTES, "How long the text of a SPARQL query may be.")
    query_workers: int = _setting(4, COUNT, "SPARQL queries answered at the same time.")
    query_queue: int = _setting(64, COUNT, "SPARQL queries that may wait; more get 503.")
    query_client_running: int = _setting(3, COUNT, "SPARQL queries of one client that may run at the same time.")
    query_client_waiting: int = _setting(6, COUNT, "SPARQL queries of one client that may wait; more get 429.")
    query_client_seconds: float = _setting(60.0, SECONDS, "Query time one client may use per minute; more gets 429.")
    query_services: tuple[str, ...] = _setting((), ENDPOINTS, "SPARQL endpoints that queries may call by SERVICE.")
    query_service_seconds: float = _setting(10.0, SECONDS, "How long an endpoint called by SERVICE may take.")
    query_service_bytes: int = _setting(16 << 20, BYTES, "How long the answer to a SERVICE block may be.")
    query_service_rows: int = _setting(10_000, COUNT, "Rows that a SERVICE block may give.")
    page_cache_bytes: int = _setting(32 << 20, BYTES, "Pages that each web process keeps in memory.")
    query_cache_bytes: int = _setting(64 << 20, BYTES, "Answers to queries that each web process keeps in memory.")
    isolation_required: bool = _setting(
        default=True,
        kind=SWITCH,
        text="Whether `serve` refuses to start where the kernel cannot take sockets away from query workers.",
    )

    keep: float = _setting(48 * 3600.0, SECONDS, "How long a generation is kept after a newer one.")
    retained: int = _setting(3, COUNT, "How many of the newest generations are always kept.")
    archive_days: int = _setting(30, COUNT, "Days for which fetched bytes are kept as received.")

    dump_interval: float = _setting(
        24 * 3600.0, SECONDS, "How old the newest set of dumps is when `serve` makes the next."
    )
    dumps_kept: int = _setting(3, COUNT, "How many sets of dumps are kept.")

    pictures: bool = _setting(
        default=True,
        kind=SWITCH,
        text="Whether pictures of reuses and logos of organisations are fetched and shown.",
    )
    picture_bytes: int = _setting(10 << 20, BYTES, "How much one picture may weigh as sent.")
    pictures_per_run: int = _setting(1000, COUNT, "Pictures that are asked for at once; the rest is asked for later.")

    tiles: str = _setting("", TILES, "Where maps that can be moved have their tiles; without it none are fetched.")
    tiles_attribution: str = _setting("", OPTIONAL, "Whom such maps name, as the terms of the tiles ask.")

    crawl_client_seconds: float = _setting(
        60.0,
        SECONDS,
        "Seconds of a web process that one client may use per minute at /catalogue, /oai and /feed; more gets 429.",
    )
    crawl_delay: int = _setting(1, COUNT, "Seconds that crawlers of pages leave between requests, as robots.txt asks.")

    allow_private_addresses: bool = _setting(
        default=False,
        kind=SWITCH,
        text="Whether sources and SERVICE endpoints may be at private, loopback and link-local addresses.",
    )
    fetch_bytes: int = _setting(2 << 30, BYTES, "How much one fetched document may weigh as sent.")
    fetch_unpacked_bytes: int = _setting(8 << 30, BYTES, "How much one document may weigh after unpacking.")
    fetch_ratio: int = _setting(200, COUNT, "How many times larger a document may become by unpacking.")
    fetch_seconds: float = _setting(600.0, SECONDS, "How long fetching one document may take.")
    fetch_redirects: int = _setting(5, COUNT, "Redirects followed for one document.")
    fetch_pages: int = _setting(10_000, COUNT, "Pages followed in one paged catalogue.")
    parse_memory: int = _setting(2 << 30, BYTES, "How much memory parsing one document may use.")
    parse_seconds: int = _setting(600, COUNT, "Seconds of CPU time that parsing one document may use.")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Settings as the environment says, defaults for the rest; raises SettingError for what cannot be used."""
        known = {name_of(each.name): each for each in dataclasses.fields(cls)}
        given: dict[str, Any] = {each.name: _read(n, environ[n], each) for n, each in known.items() if n in environ}
        return cls(**given)


def unknown(environ: Mapping[str, str]) -> list[str]:
    """Names that look like settings and are none: worth a warning, since a typing mistake would otherwise go unseen."""
    known = {name_of(each.name) for each in dataclasses.fields(Settings)}
    return sorted(name for name in environ if name.startswith(PREFIX) and name not in known)


def name_of(attribute: str) -> str:
    """The environment's name of a setting: `page_size` is CATALOGRAPH_PAGE_SIZE."""
    return PREFIX + attribute.upper()


def _read(name: str, text: str, setting: dataclasses.Field[Any]) -> object:
    kind: Kind = setting.metadata["kind"]
    try:
        return kind.read(text)
    except ValueError:
        raise SettingError(name, text, kind.wanted) from None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of settings, as the README prints it."""

    name: str
    kind: str
    default: str
    help: str


def table() -> list[Row]:
    """All settings, for the README and `--help`."""
    return [
        Row(name_of(each.name), each.metadata["kind"].name, as_text(each.default), each.metadata["help"])
        for each in dataclasses.fields(Settings)
    ]


def as_environ(settings: Settings) -> dict[str, str]:
    """The environment that gives these settings: how they reach a spawned process."""
    return {name_of(name): as_text(getattr(settings, name)) for name in get_type_hints(Settings)}


def as_text(value: object) -> str:
    """A value as it would be written in the environment."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or _NONE
    return f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value) or _NONE
