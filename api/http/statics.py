"""Style sheets and scripts of ours, kept by browsers as long as they are the same, and packed for their way."""

import hashlib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from flask import Response, request

from api.http.compression import ENCODINGS, SMALLEST, negotiate

FOLDER: Final = "/static/"
_PACKED: Final = {each.name: lru_cache(maxsize=64)(each.whole) for each in ENCODINGS}
"""What was packed once: the editor weighs 668 kB as it is."""


@cache
def version(name: str) -> str:
    """A digest of the file: what may be kept for ever is never another file. Empty where there is no such file."""
    file = files("api").joinpath("static", *name.split("/"))
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else ""


def finished(response: Response) -> Response:
    """What an answer with a file of ours says besides: how long it may be kept, and in which coding it comes.

    An address with a version names the same bytes for ever. The others are asked for again, and mostly answered by 304:
    their tags are weak, the same for all codings.
    """
    kept = "v" in request.args
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
    response.vary.add("Accept-Encoding")
    tag, _ = response.get_etag()
    if tag is not None:
        response.set_etag(tag, weak=True)
    encoding = negotiate(request.headers.get("Accept-Encoding"))
    if encoding is not None and response.status_code == 200 and (response.content_length or 0) >= SMALLEST:
        response.direct_passthrough = False
        response.set_data(_PACKED[encoding.name](response.get_data()))
        response.headers["Content-Encoding"] = encoding.name
    return response
