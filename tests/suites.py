"""Fetch the test suites of others: `python -m tests.suites` puts those of SHACL into .cache/suites.

The W3C's SHACL test suite, and DASH's, come in the source distribution of pySHACL, in the version that is installed;
no copy of them is kept here. Where the lock file knows the digest of that archive, it has to be right.
"""

import re
import shutil
import subprocess
import sys
import tarfile
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).parents[1]
SUITES: Final = ROOT / ".cache" / "suites"
NAMES: Final = ("sht_tests", "dash_tests")
_WHENCE: Final = "version.txt"


class Unfetched(Exception):
    """The suites could not be had."""


def main() -> None:
    wanted = version("pyshacl")
    stamp = SUITES / _WHENCE
    if stamp.is_file() and stamp.read_text() == wanted:
        print(f"the test suites of pySHACL {wanted} are in {SUITES.relative_to(ROOT)}")
        return
    with TemporaryDirectory() as folder:
        archive = _download(wanted, Path(folder))
        _check(archive, wanted)
        SUITES.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            shutil.rmtree(SUITES / name, ignore_errors=True)
        count = _unpack(archive, SUITES)
    stamp.write_text(wanted)
    print(f"{count} files of the test suites of pySHACL {wanted} are now in {SUITES.relative_to(ROOT)}")


def _download(wanted: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "pyshacl"]
    done = subprocess.run(
        [*command, "--dest", str(folder), f"pyshacl=={wanted}"], capture_output=True, text=True, check=False
    )
    found = list(folder.glob("*.tar.gz"))
    if done.returncode != 0 or [path.name for path in found] != [f"pyshacl-{wanted}.tar.gz"]:
        raise Unfetched(f"pip did not bring pyshacl-{wanted}.tar.gz: {done.stderr.strip() or 'no reason given'}")
    return found[0]


def _check(archive: Path, wanted: str) -> None:
    """Against the digests that the lock file has for this version; it may be another version that is installed."""
    lock = (ROOT / "requirements.lock").read_text()
    entry = re.search(rf"^pyshacl=={re.escape(wanted)} (?:\\\n +--hash=sha256:[0-9a-f]+ ?)+", lock, re.MULTILINE)
    digest = sha256(archive.read_bytes()).hexdigest()
    if entry is not None and digest not in entry.group():
        raise Unfetched(f"{archive.name} has the digest {digest}, which requirements.lock does not know")


def _unpack(archive: Path, target: Path) -> int:
    """Only the folders of the suites; returns how many files."""
    count = 0
    with tarfile.open(archive) as opened:
        for member in opened:
            parts = PurePosixPath(member.name).parts
            if member.isfile() and parts[1:3] == ("test", "resources") and parts[3:4] and parts[3] in NAMES:
                member.name = "/".join(parts[3:])
                opened.extract(member, target, filter="data")
                count += 1
    return count


if __name__ == "__main__":
    try:
        main()
    except Unfetched as error:
        sys.exit(str(error))
