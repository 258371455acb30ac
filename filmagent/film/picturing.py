"""The picture's stages: everything resolved, a .blend a scene, frames."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from filmagent import render
from filmagent.documents import SceneTiming
from filmagent.documents.film_time import needed
from filmagent.documents.seeds import seed
from filmagent.documents.settings import Quality
from filmagent.errors import InputError
from filmagent.film import hand_saved, shelves
from filmagent.film.production import Event, Film
from filmagent.film.records import Item, digest
from filmagent.film.shooting import reports_of
from filmagent.film.writing import coverage_of, words
from filmagent.library import npz


@dataclass
class AssembleStage:
    """``stage/scene_NN.json``: set, bodies, cameras, lights, edit and sound resolved."""

    name: str = "stage"
    VERSION = 1

    def items(self, film: Film) -> Sequence[Item]:
        """One item a scene."""
        settings = film.settings
        items = []
        for scene in film.breakdown.scenes:
            timing = film.timing(scene.id)
            cuts = [c for c in film.edit.cuts if c.scene == scene.id]
            items.append(
                Item(
                    stage=self.name,
                    id=scene.id,
                    inputs={
                        "scene": digest(words(scene)),
                        "timing": film.digests.file(film.folder.timing(scene.id)),
                        "performance": digest(_performance_digests(film, timing)),
                        "shotlist": digest(coverage_of(film, scene.id)),
                        "takes": digest(reports_of(film, scene.id)),
                        "edit": digest(cuts),
                        "light": _light(film, scene.id),
                        "bakes": digest(
                            {k: film.digests.file(p) for k, p in _bakes(timing).items()}
                        ),
                        "characters": digest([(c.id, c.name) for c in film.breakdown.characters]),
                        "settings": digest(settings.fps, settings.size, settings.sensor_mm),
                        "seed": str(settings.seed),
                        "version": str(self.VERSION),
                    },
                    make=lambda scene=scene: self.make(film, scene.id),  # type: ignore[misc]
                    exists=film.folder.staged(scene.id).exists,
                )
            )
        return items

    def make(self, film: Film, scene_id: str) -> None:
        """Resolve one scene."""
        # departments load when something is made: to say how a film stands, none is needed
        from filmagent import stage
        from filmagent.library import sets

        settings, folder = film.settings, film.folder
        scene = next(s for s in film.breakdown.scenes if s.id == scene_id)
        timing = film.timing(scene_id)
        coverage = coverage_of(film, scene_id)
        assert coverage is not None, "the shot list stage runs first"
        performance = folder.performance(scene_id)
        staged = stage.assemble(
            scene,
            timing,
            coverage,
            reports_of(film, scene_id),
            film.edit,
            film.breakdown.characters,
            fps=settings.fps,
            size=settings.size,
            set_piece=sets.load(timing.set),
            bake_paths={name: _shelve(film, path) for name, path in _bakes(timing).items()},
            performance_paths={
                a.actor: folder.relative(performance / f"{a.actor}.npz") for a in timing.actors
            },
            prop_motion_paths={
                p.prop: folder.relative(performance / "props" / f"{p.prop}.npz")
                for p in timing.props
            },
            seed=seed(settings.seed, self.name, scene_id),
            light_plan=_light(film, scene_id),
            tracks={
                r.setup: npz.load(folder.take(r.take).with_suffix(".npz"))
                for r in reports_of(film, scene_id)
            },
        )
        film.put(folder.staged(scene_id), staged)


@dataclass
class BlendStage:
    """A .blend a scene: stands alone, opens in Blender, plays."""

    name: str = "blend"
    VERSION = 1

    def items(self, film: Film) -> Sequence[Item]:
        """One item a scene."""
        return [
            Item(
                stage=self.name,
                id=scene,
                inputs={
                    "stage": film.digests.file(film.folder.staged(scene)),
                    "files": digest(_files(film, scene)),
                    "version": f"{self.VERSION} {render.blender_version()}",
                },
                make=lambda scene=scene: self.make(film, scene),  # type: ignore[misc]
                exists=film.folder.blend(scene).exists,
                seconds=4.0,
            )
            for scene in film.scene_ids()
        ]

    def make(self, film: Film, scene: str) -> None:
        """Build one scene; a .blend saved by hand is kept beside the new one."""
        blend = film.folder.blend(scene)
        kept = hand_saved.keep_aside(film, scene)
        if kept is not None:
            film.note(
                self.name,
                f"{blend.name} was saved by hand; it is kept as {kept.name}, beside a new one.",
            )
        hand_saved.remember(film, scene)
        render.build_blend(film.folder.staged(scene), blend, film.root)


@dataclass
class FramesStage:
    """Frames of every shot the edit shows; only what is missing or stale is rendered."""

    quality: Quality | None = None
    only: list[str] | None = None
    name: str = field(default="frames", init=False)
    VERSION = 1

    def items(self, film: Film) -> Sequence[Item]:
        """One item a quality: inside it, each frame has its own key."""
        quality = self.quality or film.settings.quality
        wanted = self._wanted(film)
        label = quality if self.only is None else f"{quality}/{','.join(self.only)}"
        return [
            Item(
                stage=self.name,
                id=label,
                inputs={
                    "edit": digest(wanted),
                    **{
                        f"scene {s}": digest(
                            film.digests.file(film.folder.staged(s)), _files(film, s)
                        )
                        for s in film.scene_ids()
                    },
                    "version": f"{self.VERSION} {render.VERSION}",
                },
                make=lambda: self.make(film, quality),
                exists=lambda: render.complete(film.folder.frames, quality, wanted),
                seconds=sum(map(len, wanted.values())) / 12,
            )
        ]

    def make(self, film: Film, quality: Quality) -> None:
        """Render."""
        wanted = self._wanted(film)
        cuts = {c.setup: c for c in film.edit.cuts if c.kind == "shot"}
        shots = [
            render.Shot(scene=cuts[setup].scene, setup=setup, take=cuts[setup].take, frames=frames)
            for setup, frames in wanted.items()
        ]
        render.render(
            film.root,
            shots,
            quality=quality,
            size=film.settings.size,
            workers=film.workers,
            on_progress=lambda done, total: film.listener(
                Event("progress", self.name, done=done, total=total)
            ),
        )

    def _wanted(self, film: Film) -> dict[str, list[int]]:
        wanted = needed(film.edit)
        if self.only is None:
            return wanted
        unknown = [s for s in self.only if s not in wanted]
        if unknown:
            raise InputError(
                f"The film shows no setup {', '.join(unknown)}; it shows {', '.join(wanted)}."
            )
        return {setup: frames for setup, frames in wanted.items() if setup in self.only}


def _light(film: Film, scene: str) -> str:
    """The light plan that the blocking chose."""
    return next((b.light for b in film.blocking.scenes if b.scene == scene), "")


def _bakes(timing: SceneTiming) -> dict[str, Path]:
    """Every bake a scene needs, by the library's names."""
    found = {a.member: shelves.bake("cast", a.member) for a in timing.actors}
    found |= {p.model: shelves.bake("props", p.model) for p in timing.props}
    return {timing.set: shelves.bake("sets", timing.set), **found}


def _shelve(film: Film, bake: Path) -> str:
    """Bring a bake into the film, so that the folder stands alone; its name holds its content."""
    content = film.digests.file(bake)
    path = film.folder.bakes / f"{bake.stem.split('-')[0]}-{content[:10]}.npz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        shutil.copyfile(bake, temporary)
        temporary.replace(path)
    return film.folder.relative(path)


def _performance_digests(film: Film, timing: SceneTiming) -> list[str]:
    folder = film.folder.performance(timing.scene)
    files = [folder / f"{a.actor}.npz" for a in timing.actors]
    files += [folder / "props" / f"{p.prop}.npz" for p in timing.props]
    return [film.digests.file(path) for path in files]


def _files(film: Film, scene: str) -> list[str]:
    tracks = [film.folder.take(r.take).with_suffix(".npz") for r in reports_of(film, scene)]
    return [*_performance_digests(film, film.timing(scene)), *map(film.digests.file, tracks)]
