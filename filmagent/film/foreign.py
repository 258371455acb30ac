"""Bodies and motion from elsewhere come onto the user's shelves: files → bakes and clips.

>>> from filmagent.film import foreign
>>> made = foreign.body(Path("hero.fbx"), foreign.Person("hero"))        # doctest: +SKIP
>>> clip = foreign.motion(Path("waltz.bvh"), "waltz")                    # doctest: +SKIP
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from filmagent.cast import imported
from filmagent.cast.imported import amass, captured
from filmagent.cast.imported.clip import Clip
from filmagent.errors import InputError, RenderError
from filmagent.library import actions, shelf
from filmagent.library.bodies import exchange, member, names, smplx
from filmagent.library.bodies.member import Person
from filmagent.library.bodies.names import BoneMap
from filmagent.render.supervise import leashed

__all__ = ["Brought", "Person", "body", "motion"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,40}")
_BLENDER = (".bvh", ".fbx", ".glb", ".gltf", ".blend")
_PATIENCE = 600.0
"""Seconds that Blender has for a file."""
_FAR = 0.5
"""Leg lengths that a clip may end from where it began without a word."""


@dataclass(frozen=True)
class Brought:
    """What came of a file."""

    name: str
    path: Path
    bones: BoneMap
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    """Of a clip."""


def body(
    file: Path,
    person: Person,
    *,
    bone_map: Path | None = None,
    betas: Sequence[float] = (),
    into: Path | None = None,
) -> Brought:
    """A cast member from SMPL-X weights (.npz) or a rigged character (.fbx, .glb, .gltf, .blend).

    Parameters
    ----------
    file
        What to read.
    person
        Who it is.
    bone_map
        A TOML that overrides the bone map that was guessed (and says what expressions mean).
    betas
        Shape coefficients of SMPL-X.
    into
        The folder; by default that of the user's own cast.

    Raises
    ------
    InputError
        If it is no body: a sentence says what it lacks.
    """
    _named(person.name, "member")
    if (shelf.data("assets") / "cast" / f"{person.name}.npz").exists():
        raise InputError(f"{person.name} comes with filmagent; give yours another --name.")
    override = names.read(bone_map) if bone_map else None
    if file.suffix.casefold() in _BLENDER:
        handed = _handed(file, motion=False)
        found = names.guess(handed.rig, override)
        made = member.of_meshes(handed.rig, handed.meshes, person, found, str(file))
    else:
        said = smplx.meanings(bone_map) if bone_map else None
        made = member.of_smplx(smplx.read(file), person, betas, said)
    path = (into or shelf.own("cast")) / f"{person.name}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    made.bake.save(path)
    return Brought(person.name, path, made.bone_map, made.notes)


def motion(
    file: Path,
    name: str,
    *,
    words: Sequence[str] = (),
    bone_map: Path | None = None,
    model: Path | None = None,
    up: str = "",
    start: float = 0.0,
    end: float | None = None,
    into: Path | None = None,
) -> Brought:
    """A clip from a BVH, FBX, glTF or .blend take, or an AMASS ``.npz``.

    Parameters
    ----------
    file
        What to read.
    name
        Of the action that it becomes.
    words
        Verbs and phrases of a screenplay that mean it; its name when there are none.
    bone_map
        A TOML that overrides the bone map that was guessed.
    model
        SMPL-X weights that an AMASS take was fitted to.
    up
        The axis of the file that is up; found when empty.
    start, end
        The stretch wanted, in its own seconds.
    into
        The folder; by default that of the user's own motion.

    Raises
    ------
    InputError
        If it is no motion of a body, or the name is that of a move.
    """
    _named(name, "motion")
    known = {entry.name: entry for entry in actions.load()}
    if name in known and known[name].kind != "gesture":
        raise InputError(f"{name} is a way to go about that no clip can stand for; name it anew.")
    override = names.read(bone_map) if bone_map else None
    if up not in ("", "x", "y", "z"):
        raise InputError(f"--up {up} is no axis; write x, y or z.")
    if file.suffix.casefold() in _BLENDER:
        clip, found = captured.clip_of(_handed(file, motion=True), name, override, up)
    else:
        fitted = smplx.read(model) if model else None
        clip, found = amass.read(file, name, fitted, override)
    clip = replace(clip.cut(start, end), source=file.name, words=tuple(words) or (name,))
    path = (into or shelf.own("motion")) / f"{name}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    imported.save(clip, path)
    return Brought(name, path, found, _told(clip), clip.seconds)


def _told(clip: Clip) -> list[str]:
    notes = []
    if clip.travel > _FAR:
        metres = 0.8 * clip.travel
        notes.append(
            f"It ends about {metres:.1f} m from where it began: the actor comes back to the mark "
            "when it is over; cut it (--start, --end) where it stays."
        )
    if not clip.planted.any():
        notes.append("No foot ever stands in it, so feet are left as they are.")
    if not np.isin(["wrist.L", "wrist.R"], clip.slots).all():
        notes.append("It moves no hands.")
    return notes


def _named(name: str, what: str) -> None:
    if not _NAME.fullmatch(name):
        raise InputError(
            f'"{name}" cannot be the name of a {what}; use small letters, digits and _ (--name).'
        )


def _handed(file: Path, *, motion: bool) -> exchange.Handed:
    """Have Blender read a file, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "handed.npz"
        words = ["-m", "filmagent.blender", "import", str(file.resolve()), str(out)]
        try:
            done = subprocess.run(
                leashed(*words, *(["--motion"] if motion else [])),
                capture_output=True,
                text=True,
                timeout=_PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RenderError(f"Blender was {_PATIENCE:.0f} s over {file}; cut it down.") from None
        events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        failed = next((e for e in events if e.get("event") == "failed"), None)
        if failed is not None:
            raise InputError(str(failed["error"]))
        if not out.exists():
            raise RenderError(
                f"Blender stopped over {file} (exit code {done.returncode}); open it in Blender "
                "and export it anew."
            )
        return exchange.read(out)
