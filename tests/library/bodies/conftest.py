"""Bodies as users bring them, made of our own cast on the spot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from filmagent.library import cast
from filmagent.library.bake import ARKIT
from filmagent.library.bodies import smplx
from filmagent.library.bodies.slots import SLOTS, parents

sys.path.insert(0, str(Path(__file__).parent))
import double
from spelling import spelt

FLIP = np.array([-1.0, -1.0, 1.0])
"""Figures in Blender face −Y."""


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> smplx.Model:
    """The double of SMPL-X weights, read."""
    return smplx.read(double.write(tmp_path_factory.mktemp("smplx") / "DOUBLE.npz"))


def arrays(path: Path) -> Path:
    """A small body with Mixamo's, Rigify's and numbered bones, as plain arrays."""
    body = cast.load("ines")
    spellings = {key: spelt(name) for key, name in (("mixamo", "Mixamo"), ("rigify", "Rigify"))}
    both = [s for s in SLOTS if all(s in table for table in spellings.values())]
    heads = np.array([body.rest[body.bone(s.replace("toes", "toe2-1")), :3, 3] for s in both])
    above = [next((both.index(p) for p in parents(s) if p in both), -1) for s in both]
    order = sorted(range(len(both)), key=lambda i: _depth(above, i))
    place = {old: new for new, old in enumerate(order)}
    kept = [p for p in body.parts("preview") if p.kind in ("skin", "cloth", "shoe")]
    owner = np.array([_owner(body, bone, both) for bone in range(len(body.bones))])
    starts = np.cumsum([0, *(len(p.vertices) for p in kept)])
    jaw = np.zeros((starts[-1], 3))
    for part, start in zip(kept, starts, strict=False):
        if part.shape_index is not None:
            shape = ARKIT.index("jawOpen")
            span = slice(part.shape_index[shape], part.shape_index[shape + 1])
            jaw[start + part.shape_vertices[span]] = part.shape_deltas[span]
    np.savez(
        path,
        heads=heads[order] * FLIP,
        parents=np.array([place[above[i]] if above[i] >= 0 else -1 for i in order]),
        vertices=np.concatenate([p.vertices for p in kept]) * FLIP,
        faces=np.concatenate([p.faces + s for p, s in zip(kept, starts, strict=False)]),
        ids=np.array([place[b] for b in range(len(both))])[
            owner[np.concatenate([p.bone_ids for p in kept])]
        ],
        weights=np.concatenate([p.bone_weights for p in kept]),
        jaw=jaw * FLIP,
        slots=np.array([both[i] for i in order]),
        **{f"{k}/names": np.array([t[both[i]] for i in order]) for k, t in spellings.items()},
        **{"numbered/names": np.array([f"Bone.{i:03d}" for i in range(len(both))])},
    )
    return path


def _depth(above: list[int], i: int) -> int:
    return 0 if above[i] < 0 else 1 + _depth(above, above[i])


def _owner(body: cast.Member, bone: int, both: list[str]) -> int:
    while bone >= 0:
        name = body.bones[bone].replace("toe2-1", "toes")
        if name in both:
            return both.index(name)
        bone = int(body.parents[bone])
    return 0


@pytest.fixture(scope="session")
def rigged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of rigged characters in every kind of file."""
    folder = tmp_path_factory.mktemp("rigged")
    source = arrays(folder / "body.npz")
    script = Path(__file__).with_name("rigged.py")
    subprocess.run([sys.executable, str(script), str(source), str(folder)], check=True,
                   capture_output=True)  # fmt: skip
    return folder
