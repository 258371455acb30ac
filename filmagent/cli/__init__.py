"""``filmagent …``: one verb a stage, ``make`` for all.

Exit codes: 0 done, 1 failed, 2 input or options, 3 a document, 4 something not installed,
5 another process has the film, 6 a renderer or encoder, 20–29 a language model
(`filmagent.crew.model.errors`), 130 stopped with Ctrl-C.

With ``--json``, commands that make something print an event a line, each a JSON object; the last
has ``"event": "made"`` and says where the results are. Commands that answer a question (status,
list, cast, set, doctor) print one JSON document. A failure is one line with ``"event": "failed"``.
What is meant for eyes, progress bars and notes, goes to stderr; a bar only where there is a
terminal.

================  ====================================================
`cli.making`      make, render, and a verb a stage
`cli.refining`    refine: the look, and video models
`cli.looking`     boards, status, list, doctor
`cli.casting`     cast, cast new, cast list, cast sheet
`cli.importing`   cast import, motion import, motion list
`cli.directing`   set, lock, note, review
`cli.benching`    bench crew, bench judge, import-filmagent
`cli.options`     options that are more than a word
`cli.running`     films brought up to date as far as a command needs
`cli.words`       what commands say
`cli.app`         the application and shared options
================  ====================================================
"""

from __future__ import annotations

import json
import logging
import os
import sys

# cameras and bodies are many small matrices: threads cost more than they give, and planning a film
# takes a sixth longer with them. numpy reads this when it is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cyclopts

# commands come into being when their modules are read, in the order in which help lists them
from filmagent.cli import benching as benching
from filmagent.cli import casting as casting
from filmagent.cli import directing as directing
from filmagent.cli import importing as importing
from filmagent.cli import looking as looking
from filmagent.cli import making as making
from filmagent.cli import refining as refining
from filmagent.cli.app import app, console
from filmagent.cli.options import parse_fps, parse_size
from filmagent.errors import FilmError, InputError

__all__ = ["app", "main", "parse_fps", "parse_size"]


def main() -> None:
    """Run the command line; every error the user can mend is one sentence."""
    logging.basicConfig(
        level=os.environ.get("FILMAGENT_LOG", "WARNING").upper(),
        format="%(levelname)s %(name)s: %(message)s",
    )
    try:
        app(exit_on_error=False, print_error=True, error_console=console)
    except cyclopts.CycloptsError:
        raise SystemExit(InputError.exit_code) from None
    except FilmError as error:
        if "--json" in sys.argv:
            print(json.dumps({"event": "failed", "error": str(error), "code": error.exit_code}))
        console.print("error: ", style="red", end="")
        console.print(str(error), markup=False, soft_wrap=True)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        console.print("Stopped. What is finished is kept; the same command goes on from there.")
        raise SystemExit(130) from None
