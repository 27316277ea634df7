"""What reports say around the messages of the shapes, in the four languages of the interface."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Wording:
    """`counts` are (one, many) by severity, `checked` likewise for records."""

    title: str
    conforms: str
    violates: str
    checked: tuple[str, str]
    violation: tuple[str, str]
    warning: tuple[str, str]
    info: tuple[str, str]
    value: str
    clause: str
    node: str
    unnamed: str

    def counted(self, what: str, count: int) -> str:
        """A count in words, such as “3 warnings”; `what` is the name of a field with two forms."""
        one, many = getattr(self, what)
        return f"{count} {one if count == 1 else many}"


LANGUAGES: Final = ("en", "fr", "de", "lb")

WORDINGS: Final = MappingProxyType(
    {
        "en": Wording(
            title="Validation report",
            conforms="conforms",
            violates="does not conform",
            checked=("record checked", "records checked"),
            violation=("violation", "violations"),
            warning=("warning", "warnings"),
            info=("remark", "remarks"),
            value="value",
            clause="specification",
            node="on a part of the record",
            unnamed="a node without an IRI",
        ),
        "fr": Wording(
            title="Rapport de validation",
            conforms="conforme",
            violates="non conforme",
            checked=("fiche vérifiée", "fiches vérifiées"),
            violation=("erreur", "erreurs"),
            warning=("avertissement", "avertissements"),
            info=("remarque", "remarques"),
            value="valeur",
            clause="spécification",
            node="sur une partie de la fiche",
            unnamed="un nœud sans IRI",
        ),
        "de": Wording(
            title="Prüfbericht",
            conforms="konform",
            violates="nicht konform",
            checked=("Eintrag geprüft", "Einträge geprüft"),
            violation=("Fehler", "Fehler"),
            warning=("Warnung", "Warnungen"),
            info=("Hinweis", "Hinweise"),
            value="Wert",
            clause="Spezifikation",
            node="an einem Teil des Eintrags",
            unnamed="ein Knoten ohne IRI",
        ),
        "lb": Wording(
            title="Prüfbericht",
            conforms="konform",
            violates="net konform",
            checked=("Antrag gepréift", "Anträg gepréift"),
            violation=("Feeler", "Feeler"),
            warning=("Warnung", "Warnungen"),
            info=("Hiweis", "Hiweiser"),
            value="Wäert",
            clause="Spezifikatioun",
            node="un engem Deel vum Antrag",
            unnamed="e Knuet ouni IRI",
        ),
    }
)
