"""The last stage: sound, film, subtitles, timeline, contact sheet; and boards on the way there."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filmagent import render
from filmagent.documents import Cut, Scene, SceneTiming, Setup, TakeReport
from filmagent.documents.film_time import fps, starts
from filmagent.documents.naming import frame_path
from filmagent.documents.seeds import seed
from filmagent.film import grading
from filmagent.film.production import Event, Film
from filmagent.film.records import Item, digest
from filmagent.film.shooting import performances_of, reports_of

if TYPE_CHECKING:
    # departments load when something is made: to say how a film stands, none is needed
    from filmagent import cut
    from filmagent.cut.sheet import Still

STILL_BUDGET = 15.0
"""Seconds the contact sheet's stills may take together; shots beyond it show their own frames."""
BOARD_SIZE = (480, 270)


@dataclass
class CutStage:
    """``cut/``: the film and everything that goes with it."""

    name: str = "cut"
    VERSION = 2

    def items(self, film: Film) -> Sequence[Item]:
        """One item: the film."""
        scenes = film.scene_ids()
        folder, quality = film.folder, film.settings.quality
        made = ("film.mp4", "film.srt", "film.otio", "contact_sheet.html")
        return [
            Item(
                stage=self.name,
                id="",
                inputs={
                    "edit": film.digests.file(folder.edit),
                    "frames": grading.pictures_digest(film),
                    "lines": digest([_line_digests(film, film.timing(s)) for s in scenes]),
                    "performance": digest([film.digests.file(folder.staged(s)) for s in scenes]),
                    "shotlist": film.digests.file(folder.shotlist),
                    "takes": digest([r for s in scenes for r in reports_of(film, s)]),
                    "title": digest(film.breakdown.title, film.breakdown.characters),
                    "quality": quality,
                    "version": str(self.VERSION),
                },
                make=lambda: self.make(film),
                exists=lambda: all((folder.cut / name).exists() for name in made),
                seconds=30.0,
            )
        ]

    def make(self, film: Film) -> None:
        """Finish the film."""
        from filmagent import cut

        folder, breakdown, edit = film.folder, film.breakdown, film.edit
        timings = {s.id: film.timing(s.id) for s in breakdown.scenes}
        setups, reports = _setups(film), _reports(film)
        film.listener(Event("progress", self.name, "sound", done=1, total=30))
        mixed = cut.mix(
            film.root,
            edit,
            timings,
            setups,
            {s.id: _room(s, timings[s.id]) for s in breakdown.scenes},
            {s.id: _steps(film, timings[s.id]) for s in breakdown.scenes},
            seed(film.settings.seed, self.name, "sound"),
        )
        for name, stem in mixed.stems.items():
            cut.write_wav(folder.cut / "stems" / f"{name}.wav", stem)
        cut.write_wav(folder.cut / "film.wav", mixed.master)
        words = cut.subtitles(edit, timings, breakdown.characters)
        cut.write_srt(folder.cut / "film.srt", words)
        (pictures, part), size = grading.pictures(film), film.settings.size
        length = starts(edit)[-1]
        cut.encode(
            folder.cut / "film.mp4",
            edit,
            cut.pictures(edit, pictures, part, size),
            mixed.master,
            words,
            size,
            title=breakdown.title,
            on_frame=lambda frame: film.listener(
                Event("progress", self.name, "film", done=2 + 12 * frame / length, total=30)
            ),
        )
        source = f"../{folder.relative(pictures / part)}"
        line = cut.timeline(edit, breakdown.title, source, setups, reports, timings)
        cut.write_otio(folder.cut / "film.otio", line)
        self._sheet(film, setups, reports)

    def _sheet(self, film: Film, setups: dict[str, Setup], reports: dict[str, TakeReport]) -> None:
        from filmagent import cut

        painted = grading.painted(film)
        still = _still_of(_stills(film, set(painted)), *grading.pictures(film))
        sheet = cut.shots(
            film.edit, setups, reports, still, _rendered_of(film, painted), grading.said(film)
        )
        timings = {s: film.timing(s) for s in film.scene_ids()}
        cut.write_html(
            film.folder.cut / "contact_sheet.html",
            film.breakdown.title,
            sheet,
            film.settings.size,
            cut.talk(film.edit, timings, setups).sentence,
        )
        cut.write_png(film.folder.cut / "contact_sheet.png", sheet)


def make_boards(film: Film) -> Path:
    """One lit frame a shot and a page of them, before any full render; the page's path."""
    from filmagent import cut

    shots, paths = [], {}
    for number, event in enumerate(film.edit.cuts):
        if event.kind != "shot":
            continue
        path = film.folder.cut / "boards" / f"{number:03d}-{event.setup}.png"
        paths[event.id] = path
        shots.append(render.StillShot(event.scene, event.setup, event.take, middle(event), path))
    film.listener(Event("stage", "boards", total=len(shots)))
    render.stills(
        film.root,
        shots,
        quality="preview",
        size=BOARD_SIZE,
        on_progress=lambda n, total: film.listener(
            Event("progress", "boards", done=n, total=total)
        ),
    )
    film.listener(Event("end", "boards"))
    sheet = cut.shots(film.edit, _setups(film), _reports(film), lambda c: paths.get(c.id))
    page = film.folder.cut / "boards.html"
    cut.write_html(page, film.breakdown.title, sheet, BOARD_SIZE)
    return page


def middle(event: Cut) -> int:
    """The frame that stands for a shot."""
    return (event.source_in + event.source_out) // 2


def _stills(film: Film, without: Container[str] = ()) -> dict[str, Path]:
    """Small final stills, one a setup at the middle of its longest cut, within a fixed time.

    Setups ``without`` one show their own frames: a video model painted those.
    """
    longest: dict[str, Cut] = {}
    for event in film.edit.cuts:
        if (
            event.kind == "shot"
            and event.setup not in without
            and event.frames > (longest[event.setup].frames if event.setup in longest else 0)
        ):
            longest[event.setup] = event
    folder = film.folder.cut / "stills"
    shots = [
        render.StillShot(e.scene, e.setup, e.take, middle(e), folder / f"{e.setup}.png")
        for e in longest.values()
    ]
    done = render.stills(
        film.root,
        shots,
        quality="final",
        size=BOARD_SIZE,
        budget=STILL_BUDGET,
        on_progress=lambda n, total: film.listener(
            Event("progress", "cut", "stills", done=14 + 16 * n / max(1, total), total=30)
        ),
    )
    grading.grade_stills(film, done)
    return {s.setup: s.path for s in shots if s.path in set(done)}


def _still_of(stills: dict[str, Path], pictures: Path, part: str) -> Still:
    shown: set[str] = set()

    def still(event: Cut) -> Path | None:
        # a setup that comes back shows the frame of this cut, not the same still again
        if event.setup in stills and event.setup not in shown:
            shown.add(event.setup)
            return stills[event.setup]
        return frame_path(pictures, part, event.setup, "rgb", middle(event), "png")

    return still


def _rendered_of(film: Film, painted: Container[str]) -> Still:
    """The frames that a video model began from, where one did."""
    quality = film.settings.quality

    def rendered(event: Cut) -> Path | None:
        if event.setup not in painted:
            return None
        return frame_path(film.folder.frames, quality, event.setup, "rgb", middle(event), "png")

    return rendered


def _setups(film: Film) -> dict[str, Setup]:
    return {s.id: s for scene in film.shotlist.scenes for s in scene.setups}


def _reports(film: Film) -> dict[str, TakeReport]:
    return {r.setup: r for s in film.scene_ids() for r in reports_of(film, s)}


def _room(scene: Scene, timing: SceneTiming) -> cut.Room:
    """What the set does to sound: reverberation by Sabine's formula from its floor and height."""
    from filmagent import cut
    from filmagent.library import sets

    piece = sets.load(timing.set)
    outdoors = piece.spec.setting == "ext"
    extras = sum(a.extra for a in timing.actors)
    if outdoors:
        return cut.Room(True, scene.time == "night", 0.35, "asphalt", extras)
    area = float(piece.floor.convex_hull.area)
    height, absorption = 2.9, 0.24
    walls = float(piece.floor.convex_hull.length) * height
    seconds = 0.161 * area * height / (absorption * (2 * area + walls))
    return cut.Room(False, scene.time == "night", min(1.2, seconds), "wood", extras)


def _steps(film: Film, timing: SceneTiming) -> list[cut.Step]:
    from filmagent import cut

    steps = []
    for actor, arrays in performances_of(film, timing).items():
        for second, _, _, strength in arrays["steps"]:
            steps.append(cut.Step(float(second), float(strength), actor))
    for body in timing.actors:
        for segment in body.segments:
            if segment.kind in ("sit_down", "stand_up"):
                length = segment.end - segment.start
                steps.append(cut.Step(segment.start + 0.2, length * 0.7, body.actor, "cloth"))
    return sorted(steps, key=lambda s: (s.seconds, s.actor))


def _line_digests(film: Film, timing: SceneTiming) -> list[str]:
    return [film.digests.file(film.root / line.wav) for line in timing.lines if line.wav]


def film_seconds(film: Film) -> float:
    """The film's length."""
    return starts(film.edit)[-1] / fps(film.edit)
