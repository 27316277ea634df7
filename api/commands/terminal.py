"""What all commands share: how they end, what they say, and in which language."""

import errno
import os
import sys
import traceback
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from api.settings import LANGUAGES, Settings
from graph.errors import PortalError

if TYPE_CHECKING:
    from loaders.pipeline import Pipeline
    from loaders.soundness import Finding

SYNTAXES: Final = ("turtle", "ntriples", "nquads", "trig", "n3", "rdfxml", "jsonld")
VIOLATIONS: Final = 1
FAILURE: Final = 2
_UNREAD: Final = 128 + 13
"""What the shell makes of a command that SIGPIPE ended, as most do."""

_NO_ROOM: Final = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))


class Group(click.Group):
    """Commands in the order they are met, and our own errors as one line instead of a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            close_output()
            ctx.exit(_UNREAD)
        except PortalError as error:
            tell(str(error))
            ctx.exit(FAILURE)
        except Exception as error:  # noqa: BLE001  a fault of ours: said whole, and never with the exit status of "violations"
            if isinstance(error, OSError) and error.errno in _NO_ROOM:
                close_output()  # Python would try once more on its way out, and change the exit status
                tell(f"the output could not be written whole: {error.strerror}")
                ctx.exit(FAILURE)
            traceback.print_exc()
            click.echo("catalograph: this is a fault of the program; please report it with the lines above", err=True)
            ctx.exit(FAILURE)


def close_output() -> None:
    """What is left of our output goes nowhere: its reader has read enough, or there is no room for it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def tell(text: str) -> None:
    """One line; what it quotes of a file may be meant for the terminal."""
    from shapes.reporting.forms.notation import harmless

    click.echo(f"catalograph: {harmless(text)}", err=True)


def tell_findings(findings: Iterable["Finding"]) -> None:
    """As they are found; exits where one is not sound."""
    sound = True
    for finding in findings:
        click.echo(f"{'ok   ' if finding.sound else 'WRONG'} {finding.text}")
        sound &= finding.sound
    if not sound:
        sys.exit(FAILURE)


def pipeline(settings: Settings) -> "Pipeline":
    from api.wiring import pipeline

    return pipeline(settings)


def environment() -> Mapping[str, str]:
    """What the terminal is set to."""
    return os.environ


def language() -> str:
    """The language of reports: what the terminal is set to, if it is one of ours."""
    spoken = next((environment()[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment().get(name)), "")
    return spoken[:2] if spoken[:2] in LANGUAGES else "en"
