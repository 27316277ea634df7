"""The words that synthetic titles and texts are made of, per language: plain nouns, places of no country."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    topics: Sequence[str]
    filling: Sequence[str]


def _words(topics: str, filling: str) -> Words:
    return Words(tuple(topics.split()), tuple(filling.split()))


WORDS: Final[Mapping[str, Words]] = {
    "fr": _words(
        "eau air routes recensement écoles forêts énergie autobus rivières sols impôts bruit parcelles prix emplois "
        "déchets tourisme budget élections santé logements vélo stations biodiversité musées crèches accidents",
        "les données sont mises à jour chaque mois par le service compétent et décrivent pour toute commune la valeur "
        "mesurée selon une méthode stable depuis plusieurs années avec leur unité ainsi que la qualité de mesure",
    ),
    "de": _words(
        "Wasser Luft Straßen Volkszählung Schulen Wälder Energie Busse Flüsse Böden Steuern Lärm Flurstücke Preise "
        "Abfall Tourismus Haushalt Wahlen Gesundheit Wohnungen Fahrrad Messstellen Artenvielfalt Museen Unfälle",
        "die Daten werden jeden Monat von der zuständigen Stelle erneuert und beschreiben für jede Gemeinde den Wert "
        "nach einem seit mehreren Jahren gleichen Verfahren mit ihrer Einheit sowie der Güte jeder Messung",
    ),
    "en": _words(
        "water air roads census schools forests energy buses rivers soil taxes noise parcels prices jobs waste "
        "tourism budget elections health housing cycling stations biodiversity museums nurseries accidents",
        "the data are renewed every month by the office in charge and describe for each municipality the value "
        "measured with a method that has been stable for several years with its unit and the quality of the measure",
    ),
    "lb": _words(
        "Waasser Loft Stroossen Vollekszielung Schoulen Bëscher Energie Bussen Flëss Buedem Steieren Kaméidi Präisser "
        "Offall Tourismus Budget Walen Gesondheet Wunnengen Vëlo Statiounen Muséeën Crèchen Accidenter",
        "d'Donnéeë ginn all Mount vum zoustännege Service erneiert a beschreiwe fir all Gemeng de Wäert no enger "
        "Method déi zënter e puer Joer d'selwecht ass mat hirer Eenheet an der Qualitéit vun der Miessung",
    ),
}

PLACES: Final = _words(
    "Ostdorf Westheim Nordtal Südberg Altweiler Neuhof Obermühl Unterfeld Grandpré Petitbourg Hautmont Bellefontaine "
    "Longchamp Vertbois Rocheville Claireau Brückental Steinheim Lindenau Eschfeld Birkenhof Wiesental Ackerbach",
    "",
).topics
