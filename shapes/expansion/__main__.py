"""`python -m shapes.expansion` writes the shapes files; with `--check` it only says which are not as they should be."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from shapes.expansion.files import MARK, Expansion


def main(arguments: list[str]) -> int:
    """Exit status: 0 done, 1 files differ (`--check`), 2 misuse."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    folder = Path(__file__).parents[1]
    found = list(differences(folder, Expansion.load().expanded()))
    for path, text in found:
        sys.stdout.write(f"{path.relative_to(folder.parent)}\n")
        if not arguments:
            _put(path, text)
    return 1 if found and arguments else 0


def differences(folder: Path, expected: Mapping[str, str]) -> Iterator[tuple[Path, str | None]]:
    """The files that are not as expected, with the text they should have; None where there should be none."""
    for relative, text in sorted(expected.items()):
        path = folder / relative
        if not path.is_file() or path.read_text("utf-8") != text:
            yield path, text
    for path in sorted(folder.glob("*/*.ttl")):
        if str(path.relative_to(folder)) not in expected and MARK in path.read_text("utf-8"):
            yield path, None


def _put(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
