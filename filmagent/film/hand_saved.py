"""A .blend saved by hand comes back into the film: cameras as locked takes, markers as cuts.

At the start of a run each .blend that its builder did not leave as it is (`blender.seal`) is read
by a child process and held against what it was built from. A camera that was moved becomes a
locked take; markers that were moved, added, removed or given another camera become the edit's
cuts. The stages that follow then build a new .blend with them, and keep the hand-saved one beside.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from camera.pose import normalised
from filmagent.blender.seal import sealed
from filmagent.documents import SceneStage, TakeReport
from filmagent.errors import RenderError
from filmagent.film.production import Event, Film
from filmagent.film.recutting import marked, recut
from filmagent.film.shooting import reports_of
from filmagent.library import npz
from filmagent.render.supervise import Job, Pool, leashed

Track = dict[str, npz.Array]
_TOLERANCE = {"positions": 1e-4, "quaternions": 1e-4, "focal_mm": 1e-3, "focus_m": 1e-3}
"""Blender keeps single precision; less than this is nobody's hand."""
_SAID = {
    "positions": "position",
    "quaternions": "aim",
    "focal_mm": "lens",
    "focus_m": "focus",
    "sensor_mm": "filmback",
    "fstop": "aperture",
}


def adopt(film: Film) -> None:
    """Read back every .blend that was saved by hand since it was built."""
    for scene in film.scene_ids():
        blend = film.folder.blend(scene)
        if not blend.exists() or sealed(blend):
            continue
        content = film.digests.file(blend)
        if film.records.value(f"read/{scene}").get("blend") != content:
            film.listener(Event("stage", "hand", total=1.0))
            try:
                _read_back(film, scene, blend)
            except RenderError as error:
                film.note("hand", f"{blend.name} was saved by hand, but not read back: {error}")
            film.listener(Event("end", "hand"))
            film.records.keep(f"read/{scene}", {"blend": content})
        # whatever the takes now say, the film's own .blend must be built
        film.records.forget("blend", scene)


def remember(film: Film, scene: str) -> None:
    """Keep what a .blend is about to be built from, to tell later what a hand has changed."""
    folder = _memory(film, scene)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copyfile(film.folder.staged(scene), folder / "stage.json")
    for report in reports_of(film, scene):
        track = film.folder.take(report.take).with_suffix(".npz")
        shutil.copyfile(track, folder / track.name)


def keep_aside(film: Film, scene: str) -> Path | None:
    """Give a hand-saved .blend a name of its own; None if there is none."""
    blend = film.folder.blend(scene)
    if not blend.exists() or sealed(blend):
        return None
    number = 1
    while (kept := blend.with_name(f"{blend.stem}.hand-{number}{blend.suffix}")).exists():
        number += 1
    blend.replace(kept)
    return kept


def changed(film: Film) -> list[str]:
    """The .blend files saved by hand since they were built."""
    blends = [film.folder.blend(scene) for scene in film.scene_ids()]
    return [film.folder.relative(b) for b in blends if b.exists() and not sealed(b)]


def _memory(film: Film, scene: str) -> Path:
    return film.folder.hidden / "built" / film.folder.scene(scene)


def _read_back(film: Film, scene: str, blend: Path) -> None:
    folder = film.folder.hidden / "read" / film.folder.scene(scene)
    seen = _read(film, blend, folder)
    built = _memory(film, scene) / "stage.json"
    stage = SceneStage.read(built) if built.exists() else film.staged(scene)
    reports = {r.take: r for r in reports_of(film, scene)}
    cameras = {c["take"]: c for c in seen["cameras"]}
    for take, path in sorted(seen["files"].items()):
        if take in reports:
            _take(film, blend, reports[take], npz.load(Path(path)), cameras[take])
        else:
            film.note(
                "takes", f"{blend.name} has a camera of {take}, which the film no longer has."
            )
    for camera in stage.cameras:
        if camera.take not in cameras and camera.take in reports:
            film.note(
                "takes",
                f"{camera.setup}'s camera was deleted in {blend.name}; its take stays, and without "
                "a marker it is not cut to.",
            )
    for name in seen["strangers"]:
        film.note(
            "takes", f'"{name}" in {blend.name} is the camera of no setup; it stays in that file.'
        )
    markers = [(m["frame"], m["take"]) for m in seen["markers"]]
    if markers != marked(stage):
        edit, said = recut(film.edit, stage, markers)
        for sentence in said:
            film.note("edit", f"{blend.name}: {sentence}")
        if edit is not None:
            edit.write(film.folder.edit)
            film.note("edit", f"The cut follows the markers of {blend.name}.")
    shutil.rmtree(folder, ignore_errors=True)


def _read(film: Film, blend: Path, folder: Path) -> dict[str, Any]:
    heard: dict[str, Any] = {}

    def hear(job: Job, event: dict[str, Any]) -> None:
        if event["event"] == "cameras":
            heard.update(event)

    request = {"id": "read", "do": "cameras", "blend": str(blend), "folder": str(folder)}
    log = film.folder.hidden / "logs" / "read.log"
    Pool(leashed("-m", "filmagent.blender", "worker"), 1, log).run([Job(request)], hear)
    return heard


def _take(film: Film, blend: Path, report: TakeReport, seen: Track, camera: dict[str, Any]) -> None:
    """Lock a take whose camera was changed, as it was left."""
    path = film.folder.take(report.take)
    ours = npz.load(path.with_suffix(".npz"))
    built = _memory(film, report.scene) / path.with_suffix(".npz").name
    was = npz.load(built) if built.exists() else ours
    moved = [name for name in _TOLERANCE if _differs(name, seen, was)]
    optics = [k for k in ("sensor_mm", "fstop") if abs(camera[k] - getattr(report, k)) > 1e-3]
    if not moved and not optics:
        return
    track = {**ours, **{name: _over(ours["frames"], seen, name) for name in moved}}
    npz.save(path.with_suffix(".npz"), track)
    words = _listed([_SAID[name] for name in (*moved, *optics)])
    report.lens_mm = round(float(np.median(track["focal_mm"])), 3)
    report.static = all(bool((track[n] == track[n][:1]).all()) for n in _TOLERANCE)
    for name in optics:
        setattr(report, name, camera[name])
    report.reasons = [*report.reasons, f"The {words} set by hand in Blender, and kept."]
    report.given_up, report.locked = [], True
    report.write(path)
    film.note(
        "takes",
        f"{report.setup}: the {words} as left in {blend.name}; the take is locked "
        f"(`filmagent lock {film.root} {report.setup} --unlock` lets go).",
    )


def _differs(name: str, seen: Track, was: Track) -> bool:
    frames = np.intersect1d(seen["frames"], was["frames"])
    if not len(frames):
        return True
    now, then = (track[name][np.searchsorted(track["frames"], frames)] for track in (seen, was))
    gap = np.abs(now - then)
    if name == "quaternions":
        # q and −q are the same turn
        gap = np.minimum(gap.max(axis=1), np.abs(now + then).max(axis=1))
    return bool(gap.max() > _TOLERANCE[name])


def _over(frames: npz.Array, seen: Track, name: str) -> npz.Array:
    """A channel over the take's frames; beyond what was read its ends hold."""
    index = np.clip(np.searchsorted(seen["frames"], frames), 0, len(seen["frames"]) - 1)
    values = seen[name][index]
    if name == "quaternions":
        values = normalised(values)
    rounded: npz.Array = np.round(values, 6)
    return rounded


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
