import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import api
from api.harvest import catalogue, invitation
from api.languages import Languages
from api.pages import about, accessibility, conditions, courses, figures, graphs, home, hvd, mapping, understanding
from api.pages.axes import declared, regions, standards, values, words
from api.pages.finding import asked, facets
from api.pages.kinds import dataset, grouping, neighbourhood, neighbours, organisation
from api.presenting import citations, properties
from api.settings import LANGUAGES

FOLDER = Path(api.__file__).parent
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def texts() -> set[str | tuple[str, ...]]:
    """Every text of the interface: in templates and code, and in the tables whose entries are looked up."""
    found = extract_from_dir(
        FOLDER,
        method_map=[("**.py", "python"), ("**/templates/**.html", "jinja2")],
        keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
    )
    return {message if isinstance(message, str) else tuple(message) for _, _, message, _, _ in found} | set(tabled())


def tabled() -> Iterator[str | tuple[str, str]]:
    yield from (section.name for section in properties.INBOUND)
    for heading, paths in properties.FURTHER.items():
        yield from (heading, *paths.values())
    yield from properties.OBLIGATIONS.values()
    yield from (*properties.KIND_NAMES.values(), *properties.ONE_OF.values(), properties.ANY)
    yield from properties.LEADS.values()
    yield from (one.label for one in asked.FACETS.values())
    yield from (*asked.SORTS.values(), facets.ALL_OF_HIGH_VALUE)
    yield citations.VERSION
    yield from understanding.CHANGES.values()
    yield from (*grouping.headings(), neighbours.RELATED, neighbours.ALIKE, dataset.SERIES)
    yield from (relation.name for relation in (*neighbourhood.FROM, *neighbourhood.TO))
    yield from (*neighbourhood.SIDES, neighbourhood.LISTED)
    yield from (*mapping.UNREAD.values(), mapping.PART, mapping.SWAPPED, mapping.TITLE, regions.WHERE, regions.INCLUDED)
    yield from invitation.DOORS
    for condition in conditions.CONDITIONS:
        yield from (condition.title, condition.about, *filter(None, [condition.advice]))
    yield from (text for _, title, told in home.WAYS for text in (title, told))
    yield from (
        *home.AXES.values(),
        organisation.TOGETHER,
        *about.texts(),
        *accessibility.texts(),
        "Accessibility",
        "Profiles",
    )
    yield from graphs.TITLES.values()
    for axis in declared.AXES:
        yield from (axis.name, axis.one, *filter(None, [axis.about]))
    yield from (*declared.OTHERS.values(), *(heading for _, heading in values.BESIDE), words.ABOUT, standards.ABOUT)
    yield from (*courses.texts(), *figures.texts(), *hvd.texts())
    yield from (catalogue.DESCRIPTION, catalogue.HIGH_VALUE, catalogue.OF_HIGH_VALUE, catalogue.OF_ORGANISATION)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_nothing_else(language: str) -> None:
    with (FOLDER / "translations" / f"{language}.po").open("rb") as file:
        translated = {message.id: message for message in read_po(file, locale=language) if message.id}
    assert set(translated) == texts()
    for message in translated.values():
        strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        assert all(strings), message.id
        assert not message.fuzzy, message.id
        wanted = set(re.findall(r"%\(\w+\)s", str(message.id)))
        assert all(set(re.findall(r"%\(\w+\)s", text)) == wanted for text in strings), message.id


def test_readers_get_the_language_they_ask_for_or_the_portals_first() -> None:
    languages = Languages.load(("lb", "fr", "en"))
    assert languages.preferred("fr-LU,fr;q=0.9,en;q=0.5") == "fr"
    assert languages.preferred("nl") == "lb"
    assert languages.preferred("de, en;q=0.1") == "en"
    assert languages.preferred(None) == "lb"


def test_each_language_is_called_by_its_own_name() -> None:
    languages = Languages.load(LANGUAGES)
    assert [languages.own_name(each) for each in ("fr", "de", "en", "lb")] == [
        "Français", "Deutsch", "English", "Lëtzebuergesch",
    ]  # fmt: skip


def test_plurals_follow_the_language() -> None:
    french = Languages.load(("fr",)).catalogues["fr"]
    assert french.ngettext("%(num)s dataset", "%(num)s datasets", 0) == "%(num)s jeu de données"
    assert french.ngettext("%(num)s dataset", "%(num)s datasets", 2) == "%(num)s jeux de données"
