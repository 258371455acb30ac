"""``filmagent …``: one verb a stage, ``make`` for all.

Exit codes: 0 done, 1 failed, 2 input or options, 3 a document, 4 something not installed,
5 another process has the film, 6 a renderer or encoder, 130 stopped with Ctrl-C.

With ``--json``, commands that make something print an event a line, each a JSON object; the last
has ``"event": "made"`` and says where the results are. Commands that answer a question (status,
list, cast, set, doctor) print one JSON document. A failure is one line with ``"event": "failed"``.
What is meant for eyes, progress bars and notes, goes to stderr; a bar only where there is a
terminal.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TextIO

import cyclopts
from cyclopts import Group, Parameter
from rich.console import Console
from rich.markup import escape

from filmagent import __version__
from filmagent.errors import FilmError, InputError

if TYPE_CHECKING:
    # departments load when a command needs them: --help and status answer at once
    from filmagent.film import Film
    from filmagent.film.progress import JsonListener, ProgressListener

_FILM = Group("Make a film", sort_key=1)
_LOOK = Group("Look", sort_key=2)
_DIRECT = Group("Direct", sort_key=3)
_STAGE = Group("One stage, and every stage before it", sort_key=4)
app = cyclopts.App(
    name="filmagent",
    version=__version__,
    help="A virtual film studio: a screenplay in, a finished, cut film out.",
    suppress_keyboard_interrupt=False,  # main() says what a stop means
)
app["--help"].group = app["--version"].group = Group("Options", sort_key=9)
console = Console(stderr=True, highlight=False)
Json = Annotated[bool, Parameter(name="--json", help="Print JSON instead of words.")]
Redo = Annotated[
    list[str] | None,
    Parameter(name="--redo", help="A stage, or stage/item, to decide again; may be repeated."),
]
Quality = Literal["preview", "draft", "final"]


@app.command(name="make", group=_FILM)
def make_command(
    screenplay: Path,
    *,
    output: Annotated[Path | None, Parameter(name=["-o", "--output"])] = None,
    quality: Quality | None = None,
    crew: Literal["house", "llm"] | None = None,
    seed: int | None = None,
    fps: str | None = None,
    size: str | None = None,
    aspect: str | None = None,
    filmback: str | None = None,
    strict: bool | None = None,
    redo: Redo = None,
    json: Json = False,
) -> None:
    """Make a film of a screenplay, or bring its folder up to date.

    Parameters
    ----------
    screenplay
        A Fountain file.
    output
        The film folder; default films/<screenplay's stem>.
    quality
        preview (pyrender), draft (EEVEE, wants a GPU) or final (Cycles).
    crew
        house (rules, offline) or llm.
    seed
        The film's seed; the same screenplay and seed give the same film.
    fps
        24, 25, 23.976, 24000/1001 …
    size
        Width x height in pixels: 640x360.
    aspect
        16:9, 2.39:1 …: keeps the width and sets the height.
    filmback
        A named filmback: "full frame", "super 35" …
    strict
        Refuse a place the library lacks instead of taking the nearest set.
    """
    from filmagent.film import make

    with _listener(json) as listener:
        film = make(
            screenplay,
            output,
            quality=quality,
            crew=crew,
            seed=seed,
            fps=parse_fps(fps) if fps else None,
            size=parse_size(size, aspect),
            filmback=filmback,
            strict=strict,
            redo=redo or (),
            listener=listener,
        )
    _status(film.root)
    _say_results(film, json)


def _add_verb(verb: str, stage: str, text: str) -> None:
    @app.command(name=verb, help=text, group=_STAGE)
    def run(film: Path, *, redo: Redo = None, json: Json = False) -> None:
        from filmagent.film import Film

        with _listener(json) as listener:
            production = Film(film, listener)
            _bring(production, stage, redo)
        _made(production, json, stage=stage)


def _bring(film: Film, stage: str, names: list[str] | None = None) -> None:
    from filmagent.film import redo_stages, stages_to

    film.folder.require()
    redo_stages(film, names or ())
    film.run(stages_to(stage))
    _status(film.root)


_VERBS = {
    "breakdown": ("breakdown", "Read the screenplay: people, places, beats, casting."),
    "block": ("blocking", "Decide who stands where and who does what."),
    "voices": ("voices", "Record every line."),
    "time": ("timing", "Put the scenes into time and space."),
    "perform": ("performance", "Move bodies, faces and eyes."),
    "cover": ("shotlist", "Write the shot list."),
    "shoot": ("takes", "Solve and fly the cameras."),
    "edit": ("edit", "Cut the picture."),
    "stage": ("stage", "Resolve everything for the renderers, lights included."),
    "blend": ("blend", "Build a .blend a scene."),
    "cut": ("cut", "Mix the sound and write film, subtitles, timeline, contact sheet."),
}
for _verb, (_stage, _text) in _VERBS.items():
    _add_verb(_verb, _stage, _text)


@app.command(group=_FILM)
def render(
    film: Path,
    *,
    quality: Quality | None = None,
    shots: str | None = None,
    json: Json = False,
) -> None:
    """Render what is missing or stale.

    Parameters
    ----------
    film
        The film folder.
    quality
        Other than the film's own.
    shots
        Only these setups: 1B,1C.
    """
    from filmagent.film import Film
    from filmagent.film.picturing import FramesStage

    only = [s.strip() for s in shots.split(",") if s.strip()] if shots else None
    with _listener(json) as listener:
        production = Film(film, listener)
        blender = (quality or production.settings.quality) != "preview"
        _bring(production, "blend" if blender else "stage")
        production.run([FramesStage(quality=quality, only=only)])
    _status(film)
    folder = production.folder.frames / (quality or production.settings.quality)
    _made(production, json, f"Frames: {folder}", frames=str(folder))


@app.command(group=_LOOK)
def boards(film: Path, *, json: Json = False) -> None:
    """One lit frame a shot, before any full render: cut/boards/ and cut/boards.html."""
    from filmagent.film import Film
    from filmagent.film.finishing import make_boards

    with _listener(json) as listener:
        production = Film(film, listener)
        _bring(production, "stage")
        path = make_boards(production)
    _made(production, json, f"Boards: {path}", boards=str(path))


@app.command(group=_LOOK)
def status(film: Path, *, json: Json = False) -> None:
    """Show what is done, stale (because …) and missing."""
    from filmagent.film import snapshot
    from filmagent.film.folder import Folder

    Folder(film).require()
    known = snapshot.read(film) or _status(film)
    if json:
        _out({"film": str(film), **known})
        return
    colours = {"done": "green", "stale": "yellow", "missing": "red"}
    _table(
        [
            {
                "item": escape(s["item"]),
                "state": f"[{colours[s['state']]}]{s['state']}[/]",
                "because": escape(", ".join(s["because"])),
            }
            for s in known["items"]
        ]
    )
    if known["changed_by_hand"]:
        _say("changed by hand: " + ", ".join(known["changed_by_hand"]))


def _status(folder: Path) -> dict[str, Any]:
    """Work out how a film stands, and keep it for whoever asks next."""
    from filmagent.film import STAGES, Film, directing, snapshot

    film = Film(folder)
    found = {
        "items": [
            {"item": s.item, "state": s.state, "because": s.because} for s in film.status(STAGES)
        ],
        "changed_by_hand": directing.changed_by_hand(film),
    }
    snapshot.keep(folder, found)
    return found


@app.command(name="cast", group=_DIRECT)
def cast_command(film: Path, *choices: str, json: Json = False) -> None:
    """Have a cast member play a character: filmagent cast FILM MARA=ines."""
    from filmagent.film import directing

    production = _read(film, json)
    for choice in choices:
        character, member = _pair(choice, "MARA=ines")
        directing.cast(production, character, member)
    _out_cast(production, json)


@app.command(name="set", group=_DIRECT)
def set_command(film: Path, *choices: str, json: Json = False) -> None:
    """Shoot a scene on another set: filmagent set FILM 1=cafe."""
    from filmagent.film import directing

    production = _read(film, json)
    for choice in choices:
        scene, name = _pair(choice, "1=cafe")
        directing.place(production, scene, name)
    _print(
        json,
        {s.id: s.set for s in production.breakdown.scenes},
        "\n".join(f"{s.id}: {s.set}  ({s.slugline})" for s in production.breakdown.scenes),
    )


@app.command(group=_DIRECT)
def lock(film: Path, *setups: str, unlock: bool = False, json: Json = False) -> None:
    """Keep setups (1B) and their takes as they are, whatever else changes; --unlock lets go."""
    from filmagent.film import Film, directing

    production = Film(film)
    production.folder.require()
    for setup in setups:
        directing.lock(production, setup, not unlock)
    held = sorted(s.id for scene in production.shotlist.scenes for s in scene.setups if s.locked)
    _print(json, {"locked": held}, f"locked: {', '.join(held) or 'nothing'}")


@app.command(name="list", group=_LOOK)
def list_command(
    shelf: Literal["sets", "cast", "actions", "props", "voices", "stages"],
    *,
    pictures: bool = True,
    json: Json = False,
) -> None:
    """Show what is on the shelf; sets, cast and actions with pictures."""
    from filmagent.film import shelf_views

    rows, sheet = shelf_views.rows(shelf), None
    if pictures and shelf in ("sets", "cast", "actions"):
        with _listener(json, sys.stderr) as listener:
            sheet = shelf_views.picture_sheet(shelf, listener)
    if json:
        _out({shelf: rows, "pictures": str(sheet) if sheet else None})
        return
    _table(
        [
            {k: escape(", ".join(v) if isinstance(v, list) else str(v)) for k, v in row.items()}
            for row in rows
        ]
    )
    if sheet:
        _say(f"pictures: {sheet}")


@app.command(group=_LOOK)
def doctor(*, json: Json = False) -> None:
    """Say what is installed, what is missing, and what that costs."""
    from filmagent.film.doctor import examine

    findings = examine()
    if json:
        _out([vars(f) for f in findings])
    else:
        for f in findings:
            mark = "✓" if f.present else "–" if f.optional else "✗"
            _say(f"{mark} {f.name}: {f.found if f.present else f.costs}")
    if not all(f.present or f.optional for f in findings):
        raise SystemExit(4)


def parse_fps(text: str) -> tuple[int, int]:
    """``24``, ``23.976`` or ``24000/1001`` as a fraction.

    Raises
    ------
    InputError
        If it is not between 1 and 240.
    """
    ntsc = {
        "23.976": (24000, 1001),
        "23.98": (24000, 1001),
        "29.97": (30000, 1001),
        "59.94": (60000, 1001),
    }
    if text in ntsc:
        return ntsc[text]
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise InputError(f"--fps {text} is not a frame rate; write 24, 25, 23.976 …") from None
    if not 1 <= rate <= 240 or rate.denominator > 1001:
        raise InputError(f"--fps {text} is out of range; write one between 1 and 240.")
    return rate.numerator, rate.denominator


def parse_size(size: str | None, aspect: str | None) -> tuple[int, int] | None:
    """Pixels from ``640x360`` and ``16:9``; both sides even, as H.264 wants.

    Raises
    ------
    InputError
        If either cannot be read.
    """
    if size is None and aspect is None:
        return None
    found = re.fullmatch(r"(\d{2,5})[xX×](\d{2,5})", size or "640x360")
    if not found:
        raise InputError(f"--size {size} is not width x height; write 640x360.")
    width, height = int(found[1]), int(found[2])
    if aspect is not None:
        parts = re.fullmatch(r"(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)", aspect)
        if not parts or not float(parts[1]) or not float(parts[2]):
            raise InputError(f"--aspect {aspect} is not an aspect ratio; write 16:9 or 2.39:1.")
        height = round(width * float(parts[2]) / float(parts[1]))
    width, height = width - width % 2, height - height % 2
    if not (64 <= width <= 8192 and 64 <= height <= 8192):
        raise InputError(f"A picture of {width}x{height} is out of range: 64 to 8192 each way.")
    return width, height


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


def _listener(as_json: bool, stream: TextIO | None = None) -> JsonListener | ProgressListener:
    from filmagent.film.progress import JsonListener, ProgressListener

    return JsonListener(stream or sys.stdout) if as_json else ProgressListener(console)


def _read(folder: Path, as_json: bool) -> Film:
    """A film with its breakdown up to date."""
    from filmagent.film import Film

    with _listener(as_json, sys.stderr) as listener:
        film = Film(folder, listener)
        _bring(film, "breakdown")
    return film


def _made(film: Film, as_json: bool, words: str = "", **results: str) -> None:
    """Say where results are; under ``--json``, as the last event."""
    if as_json:
        made = {"event": "made", "film": str(film.root), **results}
        print(json.dumps(made, ensure_ascii=False))
    elif words:
        _say(words)


def _pair(text: str, example: str) -> tuple[str, str]:
    left, equals, right = text.partition("=")
    if not equals or not left.strip() or not right.strip():
        raise InputError(f'"{text}" is not a choice; write it as {example}.')
    return left.strip(), right.strip()


def _out(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


def _print(as_json: bool, value: object, words: str) -> None:
    if as_json:
        _out(value)
    else:
        _say(words)


def _say(words: str) -> None:
    # paths stay whole, and brackets are brackets
    Console(highlight=False).print(words, markup=False, soft_wrap=True)


def _table(rows: list[dict[str, str]]) -> None:
    """Rows of marked-up cells."""
    from rich.table import Table

    table = Table(*rows[0], box=None) if rows else Table(box=None)
    for row in rows:
        table.add_row(*row.values())
    Console(highlight=False).print(table)


def _out_cast(film: Film, as_json: bool) -> None:
    people = film.breakdown.characters
    _print(
        as_json,
        {c.name: c.member for c in people},
        "\n".join(f"{c.name}: {c.member}" for c in people),
    )


def _say_results(film: Film, as_json: bool) -> None:
    folder = film.folder
    blends = [str(folder.blend(s)) for s in film.scene_ids()]
    results = {
        "film": str(folder.cut / "film.mp4"),
        "contact_sheet": str(folder.cut / "contact_sheet.html"),
        "blend": blends,
    }
    if as_json:
        print(json.dumps({"event": "made", **results}, ensure_ascii=False))
    else:
        _say(
            f"Film:          {results['film']}\nContact sheet: {results['contact_sheet']}\n"
            "Blender:       " + "\n               ".join(blends)
        )


__all__: list[str] = ["app", "main", "parse_fps", "parse_size"]
