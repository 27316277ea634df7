"""Whatever is published and rolled back, those who follow the catalogue end with what is published."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import Phase, example, given, note, settings
from hypothesis import strategies as st

from graph.generations import Generations
from queries.selections import LISTED
from tests.support.followed import PIECES as COMMON
from tests.support.followed import Followed
from tests.support.follower import Follower, entities
from tests.support.harvester import Harvester
from tests.support.portal import portal

PIECES = COMMON | {
    "record": """
<http://a.example/record> a dcat:CatalogRecord ; dct:title "Record"@en ; foaf:primaryTopic <http://a.example/air> .
""",
    "moved": """
<http://a.example/record> foaf:primaryTopic <http://a.example/water> .
""",
    "town": """
<http://a.example/office> <http://www.w3.org/ns/org#subOrganizationOf> <http://a.example/town> .
<http://a.example/town> a foaf:Agent ; foaf:name "Town"@en .
""",
    "desk": """
<http://a.example/water> dcat:contactPoint [ a <http://www.w3.org/2006/vcard/ns#Kind> ;
  <http://www.w3.org/2006/vcard/ns#fn> "Desk" ] .
""",
    "dataset": """
<http://a.example/air.csv> a dcat:Dataset .
""",
}

STEPS = st.lists(
    st.tuples(st.lists(st.sampled_from(sorted(PIECES)), max_size=3, unique=True), st.none() | st.integers(1, 6)),
    min_size=1,
    max_size=5,
)
"""In each step some pieces come or go, or an older generation comes back."""

_ALL_BUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""An example takes seconds: a smaller one is not worth minutes."""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    """The first generation, from which each example goes on: most of a load is what does not change."""
    followed = Followed(tmp_path_factory.mktemp("begun"), validated=False)
    followed.publish()
    return followed


Steps = list[tuple[list[str], int | None]]


@given(STEPS)
@example([(["town", "office"], None), ([], 1)])
@example([(["moved"], None), (["moved"], None)])
@settings(max_examples=3, deadline=None, phases=_ALL_BUT_SHRINKING)
def test_whatever_happens_followers_have_what_is_published(
    begun: Followed, tmp_path_factory: pytest.TempPathFactory, steps: Steps
) -> None:
    _go_through(begun.copied(tmp_path_factory.mktemp("followed")), steps)


@pytest.mark.prove
@given(STEPS)
@settings(max_examples=25, deadline=None, phases=_ALL_BUT_SHRINKING)
def test_whatever_happens_often_followers_have_what_is_published(
    begun: Followed, tmp_path_factory: pytest.TempPathFactory, steps: Steps
) -> None:
    _go_through(begun.copied(tmp_path_factory.mktemp("followed")), steps)


@pytest.mark.prove
@given(STEPS)
@settings(max_examples=5, deadline=None, phases=_ALL_BUT_SHRINKING)
def test_what_validation_says_of_records_is_followed_as_well(
    tmp_path_factory: pytest.TempPathFactory, steps: Steps
) -> None:
    followed = Followed(tmp_path_factory.mktemp("followed"))
    followed.publish()
    _go_through(followed, steps)


def _go_through(followed: Followed, steps: Steps) -> None:
    """One follower of each kind looks in after each step, one only at the end; some never knew what is gone."""
    eager, patient = _Followers(), _Followers()
    for each in (eager, patient):
        each.look_in(followed)
    for number, (names, back) in enumerate(steps):
        if back is not None:
            note(f"back to {followed.rollback(min(back, 1 + number))}")
        else:
            there = {name: None if name in followed.pieces else PIECES[name] for name in names}
            followed.publish(**there, mark=f"<http://a.example/mark> a dct:Standard ; dct:title '{number}' .")
            note(f"published {sorted(followed.pieces)}")
        eager.look_in(followed)
    patient.look_in(followed)
    newcomer = _Followers()
    newcomer.look_in(followed)
    for each in (eager, patient, newcomer):
        each.has_what_is_published(followed, newcomer)


class _Followers:
    """One of the event stream, and one of OAI-PMH in each of its formats."""

    def __init__(self) -> None:
        self.stream = Follower()
        self.harvesters = [Harvester(prefix) for prefix in ("dcat_ap", "dcat_ap_hvd", "oai_dc")]

    def look_in(self, followed: Followed) -> None:
        with portal(followed.data) as client:
            self._follow(client)

    def _follow(self, client: FlaskClient) -> None:
        self.stream.follow(client)
        for harvester in self.harvesters:
            harvester.harvest(client)

    def has_what_is_published(self, followed: Followed, newcomer: "_Followers") -> None:
        """What the store has, and, of records, what is told to who comes now."""
        assert self.stream.copy == entities(followed.data)
        assert self.harvesters[0].copy.keys() == listed(followed.data)
        for own, new in zip(self.harvesters, newcomer.harvesters, strict=True):
            assert own.copy == new.copy, own.prefix


def listed(data: Path) -> set[str]:
    with Generations(data).current() as generation:
        return {entry.iri for kind in LISTED for entry in generation.ledger.of_kind(kind)}
