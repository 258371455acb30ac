"""How the singles, over-the-shoulders and moving shots of films keep the camera library's promises.

``python tests/benchmarks/bench_coverage.py [FILM or SCREENPLAY …]``; without any, all example
screenplays are planned in a fresh folder. A film folder is measured as it stands, from its
documents and performances alone. Per setup, over the frames its take is for:

======  ============================================================================================
used    share of the frames of its beats that the take is offered for
face    share of that time both eyes and the mouth are in the frame, clear, within 60° of the lens
        (of who is followed from behind: that head and body are in the frame and clear)
cut     the same over the frames that are in the edit
hidden  share of the time something is before the face
turned  median degrees between the face and the lens
over    share of the frame's width that the foreground's head and shoulders take (median)
high    metres of the camera above the subject's eyes (median)
lens    mm, and metres to the subject's eyes
line    degrees off the eyeline to the partner
======  ============================================================================================
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from camera.framing import Camera
from camera.metrics.faces import Faced, shoulder_share
from camera.pose import heading_of
from filmagent.documents import Setup, TakeReport
from filmagent.film.making import make
from filmagent.film.production import Film
from filmagent.film.shooting import performances_of, reports_of
from filmagent.film.writing import coverage_of
from filmagent.library import npz
from filmagent.shoot import place as places
from filmagent.shoot.arrangement import Company
from filmagent.shoot.candidates import Frame
from filmagent.shoot.faces import faces, filmed
from filmagent.shoot.people import Figure
from filmagent.shoot.usable import shown

EXAMPLES = Path(__file__).parents[2] / "examples"
CLOSE = ("ECU", "CU", "MCU")
ASIDE = ("profile", "back")


@dataclass
class Row:
    """One setup's figures; NaN where they mean nothing."""

    film: str
    setup: Setup
    report: TakeReport
    used: float
    face: float
    cut: float
    hidden: float
    turned: float
    over: float
    high: float
    distance: float
    line: float
    look: float
    aside: float
    """Degrees between the face and the eyeline: from 60 on they do not look at each other."""

    @property
    def solo(self) -> bool:
        """Whether the promises for faces hold for it."""
        return self.setup.kind in ("single", "reaction", "ots")


def main() -> None:
    """Measure films; print a row a setup and what is kept."""
    named = [Path(a) for a in sys.argv[1:]] or sorted(EXAMPLES.glob("*.fountain"))
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as fresh:
        for path in named:
            folder = path
            if path.is_file():
                folder = Path(fresh) / path.stem
                make(path, folder, until="edit")
            rows += list(measured(Film(folder)))
    print(
        "film           setup  kind     size     used  face   cut  hid. turned   over   high"
        "   lens      m   line"
    )
    for row in rows:
        _print(row)
    _summary(rows)


def measured(film: Film) -> Iterator[Row]:
    """The rows of a film."""
    cuts: dict[str, list[tuple[int, int]]] = {}
    for cut in film.edit.cuts:
        if cut.kind == "shot":
            cuts.setdefault(cut.setup, []).append((cut.source_in, cut.source_out))
    settings = film.settings
    frame = Frame(settings.sensor_mm, settings.size[0] / settings.size[1])
    for scene in film.scene_ids():
        timing = film.timing(scene)
        company = Company(timing, settings.fps)
        every = np.arange(company.first, company.end)
        acted = company.acted(performances_of(film, timing), every)
        place = places.of_set(timing.set)
        coverage = coverage_of(film, scene)
        setups = {s.id: s for s in (coverage.setups if coverage else [])}
        for report in reports_of(film, scene):
            setup = setups[report.setup]
            if not setup.subjects or setup.subjects[0] not in [f.actor for f in acted]:
                continue
            if setup.kind not in ("single", "reaction", "ots", "follow") and setup.move == "static":
                continue
            arrays = npz.load(film.folder.take(report.take).with_suffix(".npz"))
            look = _Look(company, acted, setup, report, arrays, frame, place)
            yield look.row(film.root.name, cuts.get(setup.id, []))


@dataclass
class _Look:
    company: Company
    acted: list[Figure]
    setup: Setup
    report: TakeReport
    arrays: dict[str, npz.Array]
    frame: Frame
    place: places.Place

    def row(self, film: str, cuts: list[tuple[int, int]]) -> Row:
        """All figures of the take."""
        used = _frames(self.report.ranges or [(self.report.first, self.report.end)])
        seen, figures, whose, camera = self._seen(used)
        there = seen.there
        eyes = figures[whose].eyes
        away = camera.positions - eyes
        over = line = look = aside = np.nan
        partner = self.setup.over or next((a for a in self.setup.line if a != self._subject), "")
        names = [f.actor for f in figures]
        if partner in names:
            other = figures[names.index(partner)]
            both = there & np.isfinite(other.eyes).all(axis=1)
            if both.any():
                off = heading_of(away[both]) - heading_of((other.eyes - eyes)[both])
                signed = np.degrees(np.angle(np.exp(1j * off)))
                faced = (
                    heading_of((other.eyes - eyes)[both]) - np.asarray(figures[whose].look)[both]
                )
                aside = float(np.median(np.abs(np.degrees(np.angle(np.exp(1j * faced))))))
                line, look = float(np.median(np.abs(signed))), float(np.sign(np.median(signed)))
            if self.setup.kind == "ots" and both.any():
                shares = shoulder_share(camera, other.body)
                over = float(np.median(shares[both]))
        return Row(
            film,
            self.setup,
            self.report,
            self._used(),
            self._shown(used),
            self._shown(_frames(cuts, 2)) if cuts else np.nan,
            float(1 - seen.clear[there].mean()) if there.any() else np.nan,
            float(np.median(np.degrees(seen.turned[there]))) if there.any() else np.nan,
            over,
            float(np.median(away[there, 2])) if there.any() else np.nan,
            float(np.median(np.linalg.norm(away[there], axis=1))) if there.any() else np.nan,
            line,
            look,
            aside,
        )

    def _shown(self, frames: npz.Array) -> float:
        """Share of frames, of those with anybody, in which the take shows what it is for."""
        people = {f.actor: f for f in self.acted}
        good = shown(self.setup, self.arrays, frames, self.company, people, self.frame, self.place)
        seen, *_ = self._seen(frames)
        return float(good[seen.there].mean()) if seen.there.any() else np.nan

    def _used(self) -> float:
        """Share of the beats' frames that the take's ranges cover."""
        spans = self.company.spans(self.setup.beats)
        covered = sum(
            max(min(b, end) - max(a, start), 0)
            for a, b in self.report.ranges
            for start, end in spans
        )
        return covered / max(sum(end - start for start, end in spans), 1)

    @property
    def _subject(self) -> str:
        return self.setup.subjects[0]

    def _seen(self, frames: npz.Array) -> tuple[Faced, list[Figure], int, Camera]:
        first = int(self.arrays["frames"][0])
        rows = np.clip(frames - first, 0, len(self.arrays["frames"]) - 1)
        camera = filmed(self.arrays, rows, self.frame)
        at = np.clip(frames - self.company.first, 0, self.company.end - self.company.first - 1)
        figures = [Figure(f.actor, {k: v[at] for k, v in f.points.items()}) for f in self.acted]
        whose = [f.actor for f in figures].index(self._subject)
        return faces(camera, figures, whose, self.place), figures, whose, camera


def _frames(ranges: list[tuple[int, int]], step: int = 3) -> npz.Array:
    each = [np.arange(a, max(b, a + 1), step) for a, b in ranges]
    return np.asarray(np.unique(np.concatenate(each)))


def _print(row: Row) -> None:
    def text(value: float, form: str) -> str:
        return (
            "–".rjust(int(form.split(".")[0].strip("+"))) if np.isnan(value) else f"{value:{form}}"
        )

    s = row.setup
    cells = [
        f"{row.film[:14]:14} {s.id:6} {s.kind:8} {s.size:7} {row.used:5.0%}",
        *(text(v, "5.0%") for v in (row.face, row.cut, row.hidden)),
        *(text(v, f) for v, f in ((row.turned, "6.0f"), (row.over, "6.2f"), (row.high, "+6.2f"))),
        f"{row.report.lens_mm:6.0f}",
        *(text(v, f) for v, f in ((row.distance, "6.2f"), (row.line, "6.0f"))),
        "; ".join(row.report.given_up),
    ]
    print(" ".join(cells))


def _summary(rows: list[Row]) -> None:
    solos = [r for r in rows if r.solo and r.setup.view not in ASIDE]
    ots = [r for r in solos if r.setup.kind == "ots" and r.report.scores.get("shoulder_share", 0)]
    singles = [r for r in solos if r.setup.kind != "ots" and r.setup.angle == "eye"]
    close = [r for r in solos if r.setup.size in CLOSE]
    by_id = {(r.film, r.setup.id): r for r in rows}
    pairs = [
        (r, by_id[r.film, r.setup.pair])
        for r in solos
        if r.setup.pair > r.setup.id and (r.film, r.setup.pair) in by_id
    ]
    facing = [(a, b) for a, b in pairs if max(a.aside, b.aside) < 60]
    kept = {
        "faces seen ≥ 90 % of the time": [r.face >= 0.9 for r in solos],
        "faces seen ≥ 90 % of the time in the cut": [
            r.cut >= 0.9 for r in solos if not np.isnan(r.cut)
        ],
        "shoulders 15–35 % of the width": [0.15 <= r.over <= 0.35 for r in ots],
        "singles at the eyes' height ± 0.1 m": [abs(r.high) <= 0.1 for r in singles],
        "close faces on ≥ 50 mm from ≥ 1 m": [
            r.report.lens_mm >= 50 and r.distance >= 0.99 for r in close
        ],
        "pairs: same lens": [a.report.lens_mm == b.report.lens_mm for a, b in pairs],
        "pairs: distances within 10 %": [abs(a.distance / b.distance - 1) <= 0.1 for a, b in pairs],
        "pairs who look at each other: 15–40° off the eyeline": [
            15 <= a.line <= 40 and 15 <= b.line <= 40 for a, b in facing
        ],
        "pairs: looks to opposite sides": [a.look * b.look < 0 for a, b in pairs],
        "moving shots show whom they go with ≥ 90 % of the time": [
            r.face >= 0.9 for r in rows if r.setup.move in ("follow", "lead")
        ],
    }
    print()
    for name, held in kept.items():
        print(f"{name:55} {sum(held):3} of {len(held):3}")


if __name__ == "__main__":
    main()
