"""Pictures as the portal has them fetched, and the process in which its server does so."""

import json
import sys
from dataclasses import replace

from api.settings import Settings
from graph.errors import NotFound, PortalError
from loaders.background import behind_readers
from loaders.fetch import Fetcher
from loaders.pictures.album import Album
from loaders.pictures.gathering import FETCHING, Bounds, Gathered, Gathering, Tell
from loaders.pictures.remaking import Remaking


def run(settings: Settings, tell: Tell = lambda _address, _reason: None) -> Gathered:
    """Fetch what is new or due of the published generation. Raises NotFound or StoreError."""
    return gathering(settings).run(tell)


def gathering(settings: Settings) -> Gathering:
    """What fetches, within the limits that the settings have."""
    album = Album(settings.data)
    fetcher = Fetcher(
        album.incoming,
        replace(FETCHING, raw_bytes=settings.picture_bytes),
        allow_private_addresses=settings.allow_private_addresses,
        compressed=False,
    )
    remaking = Remaking(isolation_required=settings.isolation_required)
    return Gathering(album, fetcher, remaking, Bounds(asked=settings.pictures_per_run))


def main() -> None:
    """Be the process that the server starts, with the settings as JSON. Exit 0: the run is over, or none can be."""
    behind_readers()
    try:
        done = run(Settings.from_environ(json.loads(sys.argv[1])))
    except NotFound:
        return
    except (PortalError, OSError) as error:
        sys.exit(f"catalograph: no pictures could be fetched: {error}")
    lost = done.unusable + done.failed
    if lost:
        sys.stderr.write(f"catalograph: {lost} pictures are left out; `catalograph pictures --left-out` says why\n")


if __name__ == "__main__":
    main()
