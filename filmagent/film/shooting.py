"""The camera department's stages: takes and the edit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filmagent.documents import (
    Edit,
    SceneCoverage,
    SceneTiming,
    Setup,
    TakeReport,
    write_text,
)
from filmagent.documents.seeds import seed
from filmagent.errors import DocumentError
from filmagent.film import noted, shelves
from filmagent.film.production import Film
from filmagent.film.records import Item, digest, read_json
from filmagent.film.writing import coverage_of
from filmagent.library import npz, policy

if TYPE_CHECKING:
    # departments load when something is made: to say how a film stands, none is needed
    from filmagent import shoot


@dataclass
class TakesStage:
    """A camera track for every setup, a scene an item."""

    name: str = "takes"
    VERSION = 11

    def items(self, film: Film) -> Sequence[Item]:
        """One item a scene."""
        settings = film.settings
        items = []
        camera = self._camera(film)
        for scene in film.scene_ids():
            coverage = coverage_of(film, scene)
            timing = film.timing(scene)
            moving = coverage is not None and any(_goes(s) for s in coverage.setups)
            items.append(
                Item(
                    stage=self.name,
                    id=scene,
                    inputs={
                        # who flies is no matter to a scene in which nothing moves
                        **({"camera": camera} if moving else {}),
                        "shotlist": digest(coverage),
                        "timing": film.digests.file(film.folder.timing(scene)),
                        "performance": digest(
                            [
                                film.digests.file(film.folder.performance(scene) / f"{a.actor}.npz")
                                for a in timing.actors
                            ]
                        ),
                        "set": film.digests.file(shelves.bake("sets", timing.set)),
                        "settings": digest(settings.fps, settings.size, settings.sensor_mm),
                        "seed": str(settings.seed),
                        "version": str(self.VERSION),
                    },
                    make=lambda scene=scene: self.make(film, scene),  # type: ignore[misc]
                    exists=lambda scene=scene: self._there(film, scene),  # type: ignore[misc]
                    seconds=0.3 * len(coverage.setups if coverage else []),
                )
            )
        return items

    def make(self, film: Film, scene: str) -> None:
        """Shoot one scene's setups; locked takes are left alone."""
        from filmagent import shoot

        coverage = coverage_of(film, scene)
        assert coverage is not None, "the shot list stage runs first"
        settings = film.settings
        locked = {r.setup: r for r in reports_of(film, scene) if r.locked}
        kept = self._standing(film, scene, coverage)
        flown = settings.camera != "planner" and policy.path().is_file()
        takes = shoot.shoot(
            coverage,
            film.timing(scene),
            performances_of(film, film.timing(scene)),
            fps=settings.fps,
            size=settings.size,
            sensor_mm=settings.sensor_mm,
            seed=seed(settings.seed, self.name, scene),
            keep={*locked, *kept},
            camera=settings.camera,
            pilot=policy.weights() if flown or settings.camera == "policy" else None,
        )
        made = {take.report.take for take in takes}
        made |= {r.take for r in (*locked.values(), *kept.values())}
        for take in takes:
            npz.save(film.folder.take(take.report.take).with_suffix(".npz"), take.arrays)
            film.put(film.folder.take(take.report.take), take.report)
            for wish in take.report.given_up:
                film.note(self.name, f"{take.report.setup}: {wish}")
        for report in reports_of(film, scene):
            if report.take not in made:
                # its setup is no longer in the shot list
                film.folder.take(report.take).unlink()
                film.folder.take(report.take).with_suffix(".npz").unlink(missing_ok=True)

    def _camera(self, film: Film) -> str:
        """Who flies moving shots, and with which weights."""
        choice = film.settings.camera
        pilot = film.digests.file(policy.path()) if choice != "planner" else ""
        return digest(choice, pilot)

    def _standing(self, film: Film, scene: str, coverage: SceneCoverage) -> dict[str, TakeReport]:
        """The takes of still setups, where only who flies has changed: they stay as they are."""
        item = next(i for i in self.items(film) if i.id == scene)
        if film.records.standing(item).because != ["camera"]:
            return {}
        still = {s.id for s in coverage.setups if not _goes(s)}
        return {r.setup: r for r in reports_of(film, scene) if r.setup in still}

    def _there(self, film: Film, scene: str) -> bool:
        coverage = coverage_of(film, scene)
        reports = {r.setup: r for r in reports_of(film, scene)}
        return coverage is not None and all(
            s.id in reports and film.folder.take(reports[s.id].take).with_suffix(".npz").exists()
            for s in coverage.setups
        )


@dataclass
class EditStage:
    """The only cut: one item, since scenes intercut."""

    name: str = "edit"
    VERSION = 5

    def items(self, film: Film) -> Sequence[Item]:
        """One item: the whole film."""
        scenes = film.scene_ids()
        return [
            Item(
                stage=self.name,
                id="",
                inputs={
                    "breakdown": film.digests.file(film.folder.breakdown),
                    "timing": digest([film.digests.file(film.folder.timing(s)) for s in scenes]),
                    "shotlist": film.digests.file(film.folder.shotlist),
                    "takes": digest([r for s in scenes for r in reports_of(film, s)]),
                    "fps": digest(film.settings.fps, film.settings.size),
                    "version": str(self.VERSION),
                    **noted.inputs(film, self.name),
                },
                make=lambda: self.make(film),
                exists=film.folder.edit.exists,
                seconds=0.5,
            )
        ]

    def make(self, film: Film) -> None:
        """Cut the film; away from what has changed the last machine's cuts are kept."""
        from filmagent import shoot

        scenes = film.scene_ids()
        inputs = self.items(film)[0].inputs
        reports = {r.setup: r for s in scenes for r in reports_of(film, s)}
        before, basis = self._before(film)
        if before is None or basis != inputs or film.records.value(self.name) == inputs:
            edit = shoot.cut(
                film.breakdown,
                {s: film.timing(s) for s in scenes},
                {c.scene: c for c in film.shotlist.scenes},
                reports,
                {
                    setup: npz.load(film.folder.take(r.take).with_suffix(".npz"))
                    for setup, r in reports.items()
                },
                fps=film.settings.fps,
                size=film.settings.size,
                before=before,
            )
        else:
            # stopped after it was cut, before that was on record
            edit = before.edit
        # the next edit is decided against this one, to which its notes are carried out anew
        film.put(film.folder.edit, noted.cut(film, edit, reports))
        timings = {s: film.timing(s).model_dump(mode="json") for s in scenes}
        kept = {"inputs": inputs, "edit": edit.model_dump(mode="json"), "timings": timings}
        write_text(_basis(film), json.dumps(kept, ensure_ascii=False) + "\n")

    def _before(self, film: Film) -> tuple[shoot.Before | None, dict[str, str]]:
        """The last machine's edit, and the inputs it was cut from; None to decide anew."""
        from filmagent import shoot

        if film.records.value(self.name).get("version") != str(self.VERSION):
            return None, {}
        try:
            kept = read_json(_basis(film))
            timings = {s: SceneTiming.from_raw(t, s) for s, t in kept["timings"].items()}
            return shoot.Before(Edit.from_raw(kept["edit"], "edit"), timings), kept["inputs"]
        except (DocumentError, AttributeError, KeyError, TypeError):
            # derived data: without it the edit is only decided anew
            return None, {}


def _goes(setup: Setup) -> bool:
    """Whether a setup's camera moves."""
    return setup.move != "static" or setup.kind == "follow"


def _basis(film: Film) -> Path:
    """The last machine's edit with the timings it was cut for, in one file."""
    return film.folder.hidden / "edit_basis.json"


def reports_of(film: Film, scene: str) -> list[TakeReport]:
    """The reports of a scene's takes, by name."""
    reports = [
        film.report(path.stem)
        for path in sorted(film.folder.takes.glob("*.json"))
        if _scene(film, path.stem) == scene
    ]
    return sorted(reports, key=lambda r: r.take)


def performances_of(film: Film, timing: SceneTiming) -> dict[str, dict[str, npz.Array]]:
    """The bodies of a scene."""
    folder = film.folder.performance(timing.scene)
    return {a.actor: npz.load(folder / f"{a.actor}.npz") for a in timing.actors}


def _scene(film: Film, take: str) -> str:
    raw = read_json(film.folder.take(take))
    return str(raw.get("scene", "")) if isinstance(raw, dict) else ""
