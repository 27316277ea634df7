"""Where the shared material is, if it is: a folder beside the repository with real catalogues and oracles."""

from pathlib import Path
from typing import Final

SHARED: Final = Path(__file__).parents[3] / "shared"
