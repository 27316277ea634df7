"""The process that the server starts: its arguments are the data directory and how many sets to keep."""

import sys
from pathlib import Path

from graph.errors import NotFound, PortalError
from loaders.background import behind_readers
from loaders.dumps.making import dump


def main() -> None:
    """Exit 0: the set is there, or nothing is published."""
    behind_readers()
    try:
        dump(Path(sys.argv[1]), int(sys.argv[2]))
    except NotFound:
        return
    except (PortalError, OSError) as error:
        sys.exit(f"catalograph: no dumps could be made: {error}")


if __name__ == "__main__":
    main()
