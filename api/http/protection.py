"""What every answer tells browsers to refuse, whoever made it and whatever its status.

The outermost layer, so that no answer of ours goes without. What other sites' scripts may read is data: it loads
nothing, and may be shown elsewhere. All else is a page of ours or belongs to one: it loads from here alone.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from api.presenting.maps.tiles import origin_of
from api.settings import Settings
from graph.formats import HTML

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = tuple[tuple[str, str], ...]

PROTECTED: Final = "catalograph.protected"
"""Set in the environment of a request whose answer has these headers from a layer further out."""

SHARED: Final = ("Access-Control-Allow-Origin", "*")
"""The header of what other sites' scripts may read."""

_PAGE: Final = ("Content-Type", HTML.content_type)

_OF_DATA: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""A browser takes some RDF/XML and Atom for a page, and what is in it comes from anybody."""

_UNUSED: Final = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
"""What no page of ours asks a browser for: https://www.w3.org/TR/permissions-policy/."""

_EVERYWHERE: Final[Headers] = (
    ("Server", "Catalograph"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", ", ".join(f"{name}=()" for name in _UNUSED)),
)

_TWO_YEARS: Final = 2 * 365 * 24 * 3600


def policy(settings: Settings) -> str:
    """What a page may load, and where its forms may lead: https://www.w3.org/TR/CSP3/."""
    told = (
        "default-src 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        f"img-src 'self' {origin_of(settings.tiles)}" if settings.tiles else "img-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        *(("upgrade-insecure-requests",) if _is_secure(settings) else ()),
    )
    return "; ".join(told)


def of_pages(settings: Settings) -> Headers:
    """The headers of pages, and of what belongs to them."""
    return (
        ("Content-Security-Policy", policy(settings)),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        *_EVERYWHERE,
        *_transport(settings),
    )


def of_data(settings: Settings) -> Headers:
    """The headers of what other sites may read."""
    return (
        ("Content-Security-Policy", _OF_DATA),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
        ("Referrer-Policy", "no-referrer"),
        *_EVERYWHERE,
        *_transport(settings),
    )


def _transport(settings: Settings) -> Headers:
    """RFC 6797. Of hosts below this one we know nothing: only who runs them can speak for them."""
    return (("Strict-Transport-Security", f"max-age={_TWO_YEARS}"),) if _is_secure(settings) else ()


def _is_secure(settings: Settings) -> bool:
    return settings.base.startswith("https:")


class Protection:
    """Adds the headers to what `served` answers."""

    def __init__(self, served: "WSGIApplication", settings: Settings) -> None:
        self._served = served
        self._of_pages = of_pages(settings)
        self._of_data = of_data(settings)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if PROTECTED in environ:
            return self._served(environ, start_response)
        environ[PROTECTED] = True

        def starting(status: str, headers: list[tuple[str, str]], *failure: Any) -> Any:
            told = self._of_data if SHARED in headers and _PAGE not in headers else self._of_pages
            return start_response(status, [*headers, *told], *failure)

        return self._served(environ, starting)
