"""IRIs cut into prefix and local name, and which prefixes a document came to use."""

import re
from typing import Final

from vocabularies.namespaces import PREFIXES

_NAMES: Final = {namespace: name for name, namespace in PREFIXES.items()}
_MOST: Final = 50_000
"""How many IRIs are remembered: an export meets millions, a predicate comes back in each record."""


class Prefixes:
    """Shortens IRIs for one document; `used` are the prefixes it has needed."""

    def __init__(self, local_name: re.Pattern[str]) -> None:
        self.used: set[str] = set()
        self._local_name = local_name
        self._known: dict[str, str] = {}

    def short(self, iri: str) -> str | None:
        """`dcat:Dataset`, for an IRI without brackets; None where no prefix fits."""
        found = self._known.get(iri)
        if found is None:
            if len(self._known) > _MOST:
                self._known.clear()
            found = self._known[iri] = self._cut(iri)
        return found or None

    def _cut(self, iri: str) -> str:
        end = max(iri.rfind("#"), iri.rfind("/")) + 1
        name, local = _NAMES.get(iri[:end]), iri[end:]
        if name is None or not self._local_name.fullmatch(local):
            return ""
        self.used.add(name)
        return f"{name}:{local}"

    def namespaces(self, *, every: bool) -> list[tuple[str, str]]:
        """Prefix and namespace, sorted: those used so far, or all that may come."""
        return sorted((name, namespace) for name, namespace in PREFIXES.items() if every or name in self.used)
