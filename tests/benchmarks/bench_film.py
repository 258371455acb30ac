"""What a finished film shows, measured on its own passes: ``bench_film.py FILM_DIR``.

For every shot (each sixth frame): whose head the frame cuts, who speaks behind something, how
faces are exposed. Heads are projected from the bodies' own skeletons; what hides them is read
from the id pass, so walls, furniture and other people count alike.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from PIL import Image

from camera import pose
from filmagent.documents.naming import frame_path
from filmagent.film import Film
from filmagent.library import cast, npz, skin

STEP = 6
CLOSE_ENOUGH = {"CU", "ECU"}
"""Sizes that may crop the top of a head."""


def main(root: Path) -> dict[str, float]:
    film = Film(root)
    quality = film.settings.quality
    width, height = film.settings.size
    heads = cut_heads = spoken = hidden = 0
    stops: list[float] = []
    worst: dict[str, float] = defaultdict(float)
    sizes = {s.id: s.size for scene in film.shotlist.scenes for s in scene.setups}
    for scene in film.scene_ids():
        staged, timing = film.staged(scene), film.timing(scene)
        bodies = {a.id: _body(film, a) for a in staged.actors}
        rate = staged.fps[0] / staged.fps[1]
        for cut in (c for c in film.edit.cuts if c.scene == scene and c.kind == "shot"):
            track = npz.load(film.folder.take(cut.take).with_suffix(".npz"))
            sensor = film.report(cut.take).sensor_mm
            setup = next(s for c in film.shotlist.scenes for s in c.setups if s.id == cut.setup)
            for frame in range(cut.source_in, cut.source_out, STEP):
                speaking = {
                    line.actor
                    for line in timing.lines
                    if line.delivery == "on" and line.start <= frame / rate < line.end
                }
                ids = np.asarray(
                    Image.open(
                        frame_path(film.folder.frames, quality, cut.setup, "ids", frame, "png")
                    )
                )
                rgb = np.asarray(
                    Image.open(
                        frame_path(film.folder.frames, quality, cut.setup, "rgb", frame, "png")
                    ).convert("RGB")
                )
                for actor in staged.actors:
                    if actor.id not in setup.subjects:
                        continue
                    found = bodies[actor.id](frame)
                    if found is None:
                        continue
                    hull, ahead = found
                    pixels, depth = _project(hull, track, frame, sensor, width, height)
                    if (depth <= 0.1).any():
                        continue
                    inside = ((pixels >= 0) & (pixels < [width, height])).all(1)
                    if inside.mean() < 0.2:
                        continue  # out of the picture, not cut by it
                    heads += 1
                    if inside.mean() < 0.9 and sizes[cut.setup] not in CLOSE_ENOUGH:
                        cut_heads += 1
                        worst[f"{cut.id} cuts {actor.id}"] += 1
                    at = np.clip(pixels.round().astype(int), 0, [width - 1, height - 1])
                    seen = (ids[at[:, 1], at[:, 0]] == actor.object_id)[inside].mean()
                    if actor.id in speaking and setup.over != actor.id:
                        spoken += 1
                        if seen < 0.5:
                            hidden += 1
                            worst[f"{cut.id} hides {actor.id}"] += 1
                    lens = track["positions"][frame - int(track["frames"][0])] - hull.mean(0)
                    turned = float(ahead @ lens / np.linalg.norm(lens))
                    face = _face(rgb, ids, at, actor.object_id) if turned > 0.35 else None
                    if face is not None:
                        stops.append(face)
                        if abs(face) > 2:
                            worst[f"{cut.id} exposes {actor.id} at {face:+.1f} stops"] += 1
    result = {
        "heads": heads,
        "heads cut": cut_heads,
        "speakers in frame": spoken,
        "speakers hidden": hidden,
        "faces too dark or too bright": float(np.mean(np.abs(stops) > 2.0)) if stops else 0.0,
        "face exposure, stops from mid-grey (median)": float(np.median(stops)) if stops else 0.0,
    }
    print(json.dumps(result, indent=1))
    for what, count in sorted(worst.items(), key=lambda kv: -kv[1])[:12]:
        print(f"  {what}: {count} of the frames looked at")
    return result


def _body(film: Film, actor):  # type: ignore[no-untyped-def]
    arrays = npz.load(film.root / actor.performance)
    member = cast.load(actor.bake.split("/")[-1].split("-")[0])
    first = int(arrays["first_frame"])
    head = member.bone("head")

    def hull(frame: int) -> tuple[np.ndarray, np.ndarray] | None:
        row = frame - first
        if not arrays["visible"][row]:
            return None
        world = skin.pose(
            member,
            arrays["rotations"][row : row + 1],
            arrays["root"][row : row + 1],
            arrays["root_rotation"][row : row + 1],
        )[0, head]
        moved = world @ np.linalg.inv(member.rest[head])
        return member.head_hull @ moved[:3, :3].T + moved[:3, 3], moved[:3, 1]

    return hull


def _project(points, track, frame, sensor, width, height):  # type: ignore[no-untyped-def]
    row = frame - int(track["frames"][0])
    rotation = pose.matrix(track["quaternions"][row])
    local = (points - track["positions"][row]) @ rotation
    depth = -local[:, 2]
    focal = track["focal_mm"][row] / sensor * width
    x = width / 2 + focal * local[:, 0] / depth
    y = height / 2 - focal * local[:, 1] / depth
    return np.stack([x, y], 1), depth


def _face(rgb, ids, at, object_id):  # type: ignore[no-untyped-def]
    (left, top), (right, bottom) = at.min(0), at.max(0)
    if right - left < 24 or bottom - top < 24:
        return None
    # the middle of the head, below the hair
    y0, y1 = int(top + 0.4 * (bottom - top)), int(top + 0.8 * (bottom - top))
    x0, x1 = int(left + 0.3 * (right - left)), int(left + 0.7 * (right - left))
    box, mask = rgb[y0:y1, x0:x1] / 255.0, ids[y0:y1, x0:x1] == object_id
    if mask.sum() < 50:
        return None
    linear = np.where(box <= 0.04045, box / 12.92, ((box + 0.055) / 1.055) ** 2.4)
    luminance = (linear @ [0.2126, 0.7152, 0.0722])[mask]
    return float(np.log2(max(np.mean(luminance), 1e-4) / 0.18))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "films/the_spare_key"))
