"""Crews measured: films made of a set of ideas, or scripts and films that there are, in figures."""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from filmagent.crew.bench import filmed, released
from filmagent.crew.bench.discussed import validity
from filmagent.crew.bench.figures import figures, violations
from filmagent.crew.bench.report import Bench, Row
from filmagent.crew.bench.script import Script
from filmagent.crew.checks import check_blocking, check_coverage
from filmagent.documents import Edit, write_text
from filmagent.documents.ids import safe_id
from filmagent.errors import FilmError, InputError
from filmagent.film.folder import MARK
from filmagent.film.making import make
from filmagent.film.production import Film, Listener

_TRANSCRIPT = "transcript.jsonl"
_MOST = 500


def ideas(path: Path | None = None) -> dict[str, str]:
    """Ideas by name: of a TOML file (``[[idea]]`` with ``name`` and ``text``), or one a line.

    Without a path, the fifteen that come with the package.

    Raises
    ------
    InputError
        If the file holds none.
    """
    if path is None:
        source = files("filmagent.crew.bench").joinpath("ideas.toml").read_text(encoding="utf-8")
        return _of_toml(source, "ideas.toml")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{path} cannot be read as UTF-8 text; give a file of ideas.") from None
    found = _of_toml(text, str(path)) if path.suffix == ".toml" else _of_lines(text)
    if not found or len(found) > _MOST:
        raise InputError(f"{path} has {len(found)} ideas; write one a line, {_MOST} at most.")
    return found


def _of_toml(text: str, name: str) -> dict[str, str]:
    try:
        rows = tomllib.loads(text).get("idea", [])
        return {str(row["name"]): str(row["text"]) for row in rows}
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError):
        raise InputError(
            f'{name} is not a list of ideas: write [[idea]] with name = "…" and text = "…".'
        ) from None


def _of_lines(text: str) -> dict[str, str]:
    lines = [line.strip() for line in text.splitlines()]
    known = [line for line in lines if line and not line.startswith("#")]
    return {" ".join(line.split()[:6]): line for line in known}


def bench(
    stories: Mapping[str, str],
    folder: str | Path,
    *,
    until: str = "edit",
    listener: Listener = lambda event: None,
    **options: Any,
) -> Bench:
    """Make a film of every idea, as far as its edit, and measure them.

    Parameters
    ----------
    stories
        Name → idea.
    folder
        One film folder a story is made in it, and ``bench.json`` and ``bench.md``. What is there
        already is gone on with.
    until
        The last stage: ``shotlist`` needs no cameras.
    options
        Of `filmagent.film.make`: ``model``, ``llm_url``, ``budget``, ``seed`` …
    """
    root = Path(folder)
    rows, scripts, taken = [], [], set[str]()
    for name, idea in stories.items():
        place = root / safe_id(name, taken)
        taken.add(place.name)
        began, error = time.monotonic(), ""
        try:
            make(None, place, idea=idea, crew="llm", until=until, listener=listener, **options)
        except FilmError as failure:
            error = str(failure)
        row, script = _row_of(Film(place), name, error)
        row.seconds = time.monotonic() - began
        rows.append(row)
        scripts += [script] if script is not None else []
    model = str(options.get("model") or "")
    made = Bench(
        crew="llm",
        model=model,
        seed=int(options.get("seed") or 0),
        rows=rows,
        together=figures(scripts),
    )
    keep(made, root)
    return made


def score(paths: Sequence[str | Path]) -> Bench:
    """Film folders and FilmAgent scripts that there are, measured by the same rules.

    Raises
    ------
    InputError
        For what is neither.
    """
    rows, scripts = [], []
    for path in map(Path, paths):
        if (path / MARK).exists():
            row, script = _row_of(Film(path), path.name, "")
            if script is None:
                raise InputError(f"{path} has no shot list yet; make it as far as that first.")
        else:
            script = released.read(path)
            row = Row(name=script.title, source="filmagent", violations=violations(script))
            row.figures = figures([script])
        rows.append(row)
        scripts.append(script)
    kinds = sorted({row.source for row in rows})
    return Bench(crew=" and ".join(kinds), rows=rows, together=figures(scripts))


def refine(models: Sequence[str] = (), **options: Any) -> tuple[dict[str, Any], str]:
    """Video models of full size with weights at random, measured; figures and a table.

    Parameters
    ----------
    models
        Names; all when empty.
    options
        Of `filmagent.refine.video.bench.bench`: ``tiny``, ``device``, ``steps``, ``told``.
    """
    # torch and diffusers take seconds to load, and the other benches need neither
    from dataclasses import asdict

    from filmagent.refine.video import bench as measuring

    found = measuring.bench(models, **options)
    where = measuring.device_name(options.get("device", "auto"))
    figures = [asdict(one) | {"rate": one.rate, "ratio": one.ratio} for one in found]
    return {"device": where, "models": figures}, measuring.table(found, where)


def keep(made: Bench, folder: Path) -> Path:
    """Write ``bench.json`` and ``bench.md``; the page's path."""
    made.write(folder / "bench.json")
    write_text(folder / "bench.md", made.markdown())
    return folder / "bench.md"


def script_of(film: Film) -> Script | None:
    """A film as a script; None before it has a shot list."""
    if not (film.folder.shotlist.exists() and film.folder.blocking.exists()):
        return None
    scenes = [s for s in film.scene_ids() if film.folder.timing(s).exists()]
    edit: Edit | None = film.edit if film.folder.edit.exists() else None
    timings = {s: film.timing(s) for s in scenes}
    return filmed.script_of(film.breakdown, film.blocking, film.shotlist, edit, timings)


def scripts_in(folder: str | Path) -> dict[str, Script]:
    """The stories of a folder by name: film folders in it, and FilmAgent scripts.

    FilmAgent's ``1/script.json`` is called ``1``, a ``storm.json`` ``storm``.

    Raises
    ------
    InputError
        If there is none.
    """
    root, found = Path(folder), {}
    for path in sorted(root.iterdir()) if root.is_dir() else []:
        if (path / MARK).exists():
            script = script_of(Film(path))
            if script is not None:
                found[path.name] = script
        elif (path / "script.json").exists():
            found[path.name] = released.read(path / "script.json")
        elif path.suffix == ".json" and path.name not in ("bench.json", "sheet.json"):
            found[path.stem] = released.read(path)
    if not found:
        raise InputError(f"{root} holds neither films with a shot list nor FilmAgent scripts.")
    return found


def _row_of(film: Film, name: str, error: str) -> tuple[Row, Script | None]:
    row = Row(name=name, error=error)
    try:
        script = script_of(film)
    except FilmError as failure:
        script, row.error = None, row.error or str(failure)
    row.whole = not row.error and script is not None and _all_covered(film)
    row.validity = (
        validity(film.folder.crew / _TRANSCRIPT)
        if (film.folder.crew / _TRANSCRIPT).exists()
        else None
    )
    if script is not None:
        row.figures = figures([script])
        row.violations = _violations(film)
    _receipt(film, row)
    return row, script


def _all_covered(film: Film) -> bool:
    covered = {c.scene for c in film.shotlist.scenes if c.setups}
    return bool(film.scene_ids()) and covered >= set(film.scene_ids())


def _violations(film: Film) -> list[str]:
    """What the mechanical checks have against a film's documents, and its cuts."""
    found = []
    scenes = {s.id: s for s in film.breakdown.scenes}
    blockings = {b.scene: b for b in film.blocking.scenes}
    for name, blocking in blockings.items():
        found += [
            f"scene {name}: {p}" for p in check_blocking(blocking, film.breakdown, film.catalogue)
        ]
    for coverage in film.shotlist.scenes:
        name = coverage.scene
        timing = film.timing(name) if film.folder.timing(name).exists() else None
        wrong = check_coverage(
            coverage, scenes[name], blockings[name], film.catalogue, timing=timing
        )
        found += [f"scene {name}: {p}" for p in wrong]
    if film.folder.edit.exists():
        found += [
            f"cut {cut.id}: the line of action is crossed"
            for cut in film.edit.cuts
            if cut.joins.get("line", 0.0) > 0
        ]
    return found


def _receipt(film: Film, row: Row) -> None:
    """What the film's last run took of the model."""
    try:
        receipt = json.loads((film.folder.crew / "receipt.json").read_text(encoding="utf-8"))
        for name in ("calls", "tokens_in", "tokens_out", "usd"):
            setattr(row, name, receipt[name])
    except (OSError, ValueError, KeyError):
        return
