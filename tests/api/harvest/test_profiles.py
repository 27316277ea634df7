import re

import pytest
from flask.testing import FlaskClient

from api.harvest.profiles import OFFERED

BASE = "http://127.0.0.1:8000"
DCAT_AP, HVD, LU, *MADE = (profile.specification for profile in OFFERED)


def asked(client: FlaskClient, path: str = "/catalogue", **headers: str) -> str:
    """The profile of the answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.get(path, headers={"Accept": "text/turtle", **named})
    assert answer.status_code == 200, answer.text
    return answer.headers["Content-Profile"].strip("<>")


def test_without_a_wish_it_is_dcat_ap(client: FlaskClient) -> None:
    assert asked(client) == DCAT_AP
    assert asked(client, "/catalogue/hvd") == HVD


@pytest.mark.parametrize("name", ["profile", "_profile"])
@pytest.mark.parametrize("value", ["dcat-ap-hvd", HVD, HVD + "/", HVD.replace("https:", "http:")])
def test_a_parameter_names_a_profile_by_token_or_iri(client: FlaskClient, name: str, value: str) -> None:
    assert asked(client, f"/catalogue?{name}={value}") == HVD


@pytest.mark.parametrize(
    ("header", "profile"),
    [
        (f"<{HVD}>", HVD),
        (f"<{HVD}>;q=0.5, <{LU}>;q=0.9", LU),
        (f"<https://example.org/other,with comma>, <{LU}> ; q=0.1", LU),
        ("dcat-ap-lu", LU),
        (f'"{HVD}"', HVD),
        (f"<{HVD}>;q=0, *", DCAT_AP),
        ("*", DCAT_AP),
    ],
)
def test_accept_profile_is_weighed_as_accept_is(client: FlaskClient, header: str, profile: str) -> None:
    assert asked(client, Accept_Profile=header) == profile


def test_a_media_type_may_carry_the_profile_and_other_uses_of_that_ask_for_nothing(client: FlaskClient) -> None:
    assert asked(client, Accept=f'text/turtle;profile="{HVD}"') == HVD
    assert asked(client, Accept='application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"') == DCAT_AP


def test_a_parameter_counts_before_a_header(client: FlaskClient) -> None:
    assert asked(client, "/catalogue?profile=dcat-ap-lu", Accept_Profile=f"<{HVD}>") == LU


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/catalogue?profile=dcat-ap-no", {}),
        ("/catalogue.ttl?profile=", {}),
        ("/catalogue", {"Accept-Profile": "<https://example.org/p>"}),
        ("/catalogue", {"Accept-Profile": f"<{HVD}>;q=0"}),
        ("/catalogue", {"Accept-Profile": ",;,"}),
        ("/catalogue", {"Accept-Profile": "x," * 30_000 + f"<{HVD}>"}),
    ],
)
def test_an_unknown_profile_is_refused_with_the_names_of_those_there_are(
    client: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    answer = client.get(path, headers={"Accept": "text/turtle", **headers})
    assert answer.status_code == 406
    told = answer.get_json(force=True)
    assert told["offered"] == [DCAT_AP, HVD, LU, *MADE]
    assert all(profile.name in told["detail"] for profile in OFFERED)


def test_an_answer_says_its_profile_and_where_the_others_are(client: FlaskClient) -> None:
    answer = client.get("/catalogue.ttl?theme=ENVI")
    link = answer.headers["Link"]
    assert f'<{DCAT_AP}>; rel="profile"' in link
    assert f'rel="type"; token="dcat-ap-hvd"; anchor="{HVD}"' in link
    other = "http://127.0.0.1:8000/catalogue.ttl?theme=ENVI&profile=dcat-ap-hvd"
    assert f'<{other}>; rel="alternate"; type="text/turtle"; profile="{HVD}"' in link
    assert asked(client, other.removeprefix("http://127.0.0.1:8000")) == HVD
    assert "Accept-Profile" in answer.headers["Vary"]


def test_scripts_of_other_origins_may_read_what_an_answer_says_of_itself(client: FlaskClient) -> None:
    answer = client.get("/catalogue.ttl")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"Catalograph-Generation", "Content-Profile", "ETag", "Link"} <= set(exposed)
    assert set(exposed) - {"Retry-After"} <= set(answer.headers.keys())  # which refusals have
    refused = client.get("/catalogue.ttl?page=0")
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


def test_scripts_of_other_origins_may_ask_by_profile(client: FlaskClient) -> None:
    asked_first = {"Origin": "https://other.example", "Access-Control-Request-Headers": "accept-profile"}
    answer = client.options("/catalogue", headers=asked_first)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Accept-Profile" in answer.headers["Access-Control-Allow-Headers"].split(", ")


def test_two_parameters_that_name_different_profiles_are_refused(client: FlaskClient) -> None:
    assert client.get("/catalogue.ttl?profile=dcat-ap-lu&_profile=dcat-ap-hvd").status_code == 400
    assert asked(client, f"/catalogue?profile=dcat-ap-lu&_profile={LU}") == LU


def test_a_page_leads_to_itself_and_to_the_same_page_by_other_profiles(client: FlaskClient) -> None:
    path = "/catalogue.ttl?limit=20&generation=1&page=2"
    answer = client.get(path)
    links = re.findall(
        r'<([^>]*)>; rel="(?:self|alternate)"; type="text/turtle"; profile="([^"]*)"', answer.headers["Link"]
    )
    told = {profile: address for address, profile in links}
    itself, narrower, other = (told[each].removeprefix(BASE) for each in (DCAT_AP, HVD, LU))
    assert client.get(itself).data.replace(b"profile=dcat-ap&", b"") == answer.data
    assert "page=2" in other
    assert "page" not in narrower, "there may be no second one"
    assert client.get(narrower).status_code == client.get(other).status_code == 200
    assert f'<{BASE}{path.replace(".ttl", "")}>; rel="canonical"' in answer.headers["Link"]
