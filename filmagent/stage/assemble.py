"""Gathers what all departments made of a scene into the one document that renderers read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from filmagent.documents import (
    Character,
    Edit,
    Scene,
    SceneCoverage,
    SceneStage,
    SceneTiming,
    StageActor,
    StageCamera,
    StageCut,
    StageProp,
    StageSound,
    TakeReport,
)
from filmagent.documents.film_time import heard
from filmagent.library.sets import SetPiece
from filmagent.stage.light import Tracks, light, plan_for

FIRST_ID = 2
"""Value in the id pass of the scene's first actor; 0 is the sky, 1 the set."""


def assemble(
    scene: Scene,
    timing: SceneTiming,
    coverage: SceneCoverage,
    reports: Sequence[TakeReport],
    edit: Edit,
    characters: Sequence[Character],
    *,
    fps: tuple[int, int],
    size: tuple[int, int],
    set_piece: SetPiece,
    bake_paths: Mapping[str, str],
    performance_paths: Mapping[str, str],
    prop_motion_paths: Mapping[str, str],
    seed: int,
    light_plan: str = "",
    tracks: Tracks | None = None,
) -> SceneStage:
    """Resolve a scene for the renderers.

    Parameters
    ----------
    scene, timing, coverage, reports, edit, characters
        What the departments decided. Takes that the edit does not use still get a camera, so
        that an editor can recut in Blender.
    fps, size
        Frames a second (rational) and pixels.
    set_piece
        The set it is played on.
    bake_paths
        Paths by the library's name: of the set, of each cast member, of each prop's model.
    performance_paths, prop_motion_paths
        Paths by actor and by prop. All paths are relative to the film folder.
    seed
        Of this scene; varies the lamps a little.
    light_plan
        The set's light plan that the blocking chose; "" goes by the scene's time of day.
    tracks
        Camera tracks by setup, to light from the side away from the camera.
    """
    rate = fps[0] / fps[1]
    plan_name, plan = plan_for(set_piece, light_plan, scene.time)
    time = plan_name if plan_name in ("day", "dawn", "dusk", "night") else scene.time
    lighting = light(set_piece, plan, time, timing, coverage, tracks or {}, seed)
    names = {character.id: character.name for character in characters}
    people = sorted(timing.actors, key=lambda a: (a.extra, a.actor))
    ids = iter(range(FIRST_ID, 256))
    actors = [
        StageActor(
            id=a.actor,
            name=names.get(a.actor, a.actor),
            bake=bake_paths[a.member],
            performance=performance_paths[a.actor],
            object_id=next(ids),
            extra=a.extra,
        )
        for a in people
    ]
    props = [
        StageProp(
            id=p.prop,
            bake=bake_paths[p.model],
            motion=prop_motion_paths[p.prop],
            object_id=next(ids),
        )
        for p in sorted(timing.props, key=lambda p: p.prop)
        if p.prop in prop_motion_paths
    ]
    return SceneStage(
        scene=scene.id,
        title=scene.slugline,
        fps=fps,
        first=math.floor(-timing.handle * rate),
        end=math.ceil((timing.duration + timing.handle) * rate),
        size=size,
        set_name=set_piece.spec.name,
        set_bake=bake_paths[set_piece.spec.name],
        light_plan=plan_name,
        lights=lighting.lights,
        world=lighting.world,
        exposure=lighting.exposure,
        look=lighting.look,
        actors=actors,
        props=props,
        cameras=_cameras(scene.id, coverage, reports),
        cuts=_cuts(scene.id, edit),
        sounds=_sounds(timing, edit),
    )


def _cameras(
    scene: str, coverage: SceneCoverage, reports: Sequence[TakeReport]
) -> list[StageCamera]:
    sizes = {setup.id: setup.size for setup in coverage.setups}
    return [
        StageCamera(
            setup=r.setup,
            take=r.take,
            track=f"takes/{r.take}.npz",
            static=r.static,
            sensor_mm=r.sensor_mm,
            fstop=r.fstop,
            label=" ".join(filter(None, (r.setup, sizes.get(r.setup, ""), f"{r.lens_mm:g}mm"))),
        )
        for r in sorted(reports, key=lambda r: (r.setup, r.take))
        if r.scene == scene
    ]


def _cuts(scene: str, edit: Edit) -> list[StageCut]:
    cuts = []
    at = 0
    for cut in edit.cuts:
        if cut.kind == "shot" and cut.scene == scene:
            cuts.append(
                StageCut(
                    id=cut.id,
                    setup=cut.setup,
                    source_in=cut.source_in,
                    source_out=cut.source_out,
                    film_in=at,
                )
            )
        at += cut.frames
    return cuts


def _sounds(timing: SceneTiming, edit: Edit) -> list[StageSound]:
    film = {h.beat: h.film_seconds for h in heard(edit) if h.scene == timing.scene}
    return [
        StageSound(
            beat=line.beat,
            actor=line.actor,
            wav=line.wav,
            start=line.start,
            film_start=film.get(line.beat),
        )
        for line in timing.lines
        if line.wav
    ]
