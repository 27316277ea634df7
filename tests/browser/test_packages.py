"""What comes from npm is pinned by digest, names no registry, and is free."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FREE = re.compile(r"\(?(MIT|Apache-2\.0|MPL-2\.0|BSD-\d-Clause|ISC)( OR (MIT|Apache-2\.0|MPL-2\.0))?\)?")


def test_the_editor_and_what_it_stands_on_are_pinned_by_digest_and_free() -> None:
    asked = json.loads((ROOT / "package.json").read_text())["dependencies"]
    text = (ROOT / "package-lock.json").read_text()
    packages = {name: one for name, one in json.loads(text)["packages"].items() if name}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in asked.values())
    assert {f"node_modules/{name}" for name in asked} <= packages.keys()
    for name, one in packages.items():
        assert one["integrity"].startswith("sha512-"), name
        assert FREE.fullmatch(one["license"]), name
        assert not one.get("hasInstallScript"), name
    assert '"resolved"' not in text
