"""Negotiation by profile (https://www.w3.org/TR/dx-prof-conneg/): by parameter, by Accept-Profile, or inside Accept."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from flask import Response, request

from api.portal import urls, view
from api.problems.handling import ProfileNotAcceptable
from api.sparql.request import accepted
from graph.errors import HarvestParameterError
from graph.formats import Format
from graph.serialise import Row
from queries import luxembourg
from queries.becoming.nodes import becomes
from queries.becoming.tables import table
from shapes.profiles import PROFILES, Profile

MADE: Final = (
    Profile("dcat-ap-2.1.1", "DCAT-AP 2.1.1", "https://semiceu.github.io/DCAT-AP/releases/2.1.1"),
    Profile("geodcat-ap", "GeoDCAT-AP 3.1.0", "https://semiceu.github.io/GeoDCAT-AP/releases/3.1.0"),
    Profile("schema.org", "schema.org", "https://schema.org/"),
)
"""Those that are made of the first by their tables: queries.becoming."""

OFFERED: Final = (*(PROFILES[name] for name in ("dcat-ap", "dcat-ap-hvd", "dcat-ap-lu")), *MADE)
"""What the catalogue is offered in, our preference first."""

HVD: Final = PROFILES["dcat-ap-hvd"]

PARAMETERS: Final = ("profile", "_profile")
"""Ours, and the one that the specification proposes."""

_ALSO: Final = {"data.europa.eu/r5r": "dcat-ap", "data.europa.eu/930": "geodcat-ap"}
"""Other IRIs by which a profile is known, without scheme and end."""

_TOKEN: Final = "http://www.w3.org/ns/dx/prof/Profile"  # noqa: S105  an IRI
_WISH: Final = re.compile(r"""<([^<>]*)>|"([^"]*)"|([^\s,;"<>]+)""")
_QUALITY: Final = re.compile(r";\s*q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)(?![0-9.])", re.IGNORECASE)
_IN_ACCEPT: Final = re.compile(r""";\s*profile\s*=\s*(?:"([^"]*)"|([^\s,;"]+))""", re.IGNORECASE)


def chosen(default: Profile) -> Profile:
    """The profile that the request asks for. Raises ProfileNotAcceptable for one that is not offered."""
    return wished() or default


def wished() -> Profile | None:
    """The profile that the request asks for, if it asks for one. Raises ProfileNotAcceptable.

    A parameter counts before a header. The `profile` of a media type in Accept has other uses too: what is none of
    ours there asks for nothing.
    """
    given = [_known(request.args[name]) or _refuse(request.args[name]) for name in PARAMETERS if name in request.args]
    if given:
        if given[0] != given[-1]:
            raise HarvestParameterError(f"{' and '.join(PARAMETERS)} name different profiles; give one of them")
        return given[0]
    header = accepted(request.environ, "HTTP_ACCEPT_PROFILE")
    if header:
        return _negotiated(header)
    asked = (_known(iri) for text in _in_accept() for iri in text.split())
    return next((profile for profile in asked if profile is not None), None)


def _known(text: str) -> Profile | None:
    wanted = _bare(text)
    found = (one for one in OFFERED if wanted in (one.name, _bare(one.specification)) or _ALSO.get(wanted) == one.name)
    return next(found, None)


def _bare(iri: str) -> str:
    """Without what the same profile is written with or without."""
    return re.sub(r"^https?://", "", iri.strip().strip("<>")).rstrip("/#")


def _refuse(asked: str) -> Profile:
    raise ProfileNotAcceptable(asked, [(one.name, one.specification) for one in OFFERED])


def _negotiated(header: str) -> Profile | None:
    """The best of those that are offered; `*` asks for none."""
    wishes = sorted(_wishes(header), key=lambda wish: -wish[0])
    for quality, text in wishes:
        profile = _known(text)
        if quality and (profile is not None or text == "*"):
            return profile
    return _refuse(header)


def _wishes(header: str) -> Iterator[tuple[float, str]]:
    """Quality and profile of each part, in the order of the header; an IRI may have commas in it."""
    masked = re.sub(r"<[^<>]*>|\"[^\"]*\"", lambda match: match[0].replace(",", "\0"), header)
    for part in masked.split(","):
        wish = _WISH.match(part.strip().replace("\0", ","))
        if wish:
            quality = _QUALITY.search(part[len(wish[0]) :])
            yield float(quality[1]) if quality else 1.0, wish[1] or wish[2] or wish[3] or ""


def _in_accept() -> Sequence[str]:
    return [quoted or bare for quoted, bare in _IN_ACCEPT.findall(accepted(request.environ) or "")]


def model_of(profile: Profile) -> str:
    """The profile of the model by which statements are collected before they become those of this one."""
    return OFFERED[0].name if profile in MADE else profile.name


def as_given(profile: Profile | None) -> frozenset[str]:
    """The predicates whose values the profile types otherwise than our model does."""
    return table(profile.name).typed if profile in MADE else frozenset()


def becoming(profile: Profile, told: Iterable[Row], about: Iterable[str] = ()) -> Iterable[Row]:
    """Statements that were collected by `model_of` the profile, about some nodes above all, as the profile has them."""
    if profile.name == luxembourg.PROFILE:
        return list(luxembourg.adapted(told, _page))
    if profile not in MADE:
        return told
    return becomes(list(told), table(profile.name), _described, about)


def _page(iri: str) -> str | None:
    """Where a resource is found here."""
    entry = view().entry(iri)
    return None if entry is None or entry.key is None else urls().absolute(urls().record_path(entry))


def _described(node: str) -> list[Row]:
    """What is told of a code that only the table names, and of the list it is from."""
    found = view().stub(node, OFFERED[0].name)
    return [*found.rows, *(row for one in found.leads_to for row in view().stub(one, OFFERED[0].name).rows)]


def addresses(path: str, form: Format) -> list[tuple[Profile, str]]:
    """Where a resource is found in each profile, in that form."""
    return [
        (one, urls().absolute(urls().resource(f"{path}.{form.extension}", [("profile", one.name)]))) for one in OFFERED
    ]


def tell(response: Response, profile: Profile, others: Sequence[tuple[Profile, str]], media_type: str) -> None:
    """Say which profile an answer follows, and at which addresses the same is found in the others."""
    links = (f'<{_TOKEN}>; rel="type"; token="{one.name}"; anchor="{one.specification}"' for one in OFFERED)
    response.headers["Link"] = ", ".join([response.headers["Link"], *links])
    tell_others(response, profile, others, media_type)


def tell_others(
    response: Response, profile: Profile | None, others: Sequence[tuple[Profile, str]], media_type: str
) -> None:
    """Say the same of an answer that follows a profile only where one was asked for, without naming the tokens."""
    response.vary.add("Accept-Profile")
    links = []
    if profile is not None:
        response.headers["Content-Profile"] = f"<{profile.specification}>"
        links.append(f'<{profile.specification}>; rel="profile"')
    links += (
        f'<{address}>; rel="{"self" if one == profile else "alternate"}"; type="{media_type}"; '
        f'profile="{one.specification}"'
        for one, address in others
    )
    response.headers["Link"] = ", ".join([response.headers["Link"], *links])
