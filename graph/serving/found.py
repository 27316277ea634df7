"""What the search index finds for a query, as rows that an endpoint would send; and queries asked without workers."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode, Store

from graph.index import Match, Searcher
from graph.indexing.schema import OTHER
from graph.serving.messages import Foreign, Question, Search
from graph.serving.refusals import refuse_service
from graph.serving.searching import INDEX, MOST, UNDETERMINED
from graph.serving.services import Engine, Services
from vocabularies.namespaces import XSD

Index = Callable[[], Searcher]
"""The search index beside a store, opened when it is asked."""


def rows(searcher: Searcher, search: Search) -> bytes:
    """What is found, the best first, as SPARQL results in JSON."""
    language = OTHER if search.language == UNDETERMINED else search.language or None
    found = searcher.matches(search.words, kind=search.kind or None, language=language, limit=min(search.limit, MOST))
    bindings = [{name: _term(what, match) for what, name in search.columns.items()} for match in found]
    return json.dumps({"head": {"vars": [*search.columns.values()]}, "results": {"bindings": bindings}}).encode()


def _term(what: str, match: Match) -> dict[str, Any]:
    match what:
        case "thing":
            return {"type": "uri", "value": match.iri}
        case "score":
            return {"type": "literal", "value": f"{match.score:.4f}", "datatype": XSD.decimal.value}
        case "language":
            return {"type": "literal", "value": UNDETERMINED if match.language == OTHER else match.language}
        case _:
            return {"type": "literal", "value": match.kind}


def filled(text: str, bindings: Mapping[str, NamedNode | Literal], index: Index | None) -> str:
    """A query of the operator's own, with what the index finds in the place of its SERVICE blocks.

    Raises QueryRefused for any other SERVICE: the engine would call out for it.
    """
    if "service" not in text.lower():
        return text
    engine = Engine(Store(), None)
    bound = tuple((name, str(term)) for name, term in bindings.items())
    foreign = None if index is None else Foreign((), (INDEX.value,), MOST)
    services = Services.of(text, Question(b"", bindings=bound, foreign=foreign), engine)
    if services is None or index is None:
        refuse_service(text, engine.empty)
        return text
    return services.filled([rows(index(), need.search) for need in services.needs() if need.search])
