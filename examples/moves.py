"""What each move of the camera does: seen from above, and through the lens.

``python examples/moves.py [MOVE …]`` draws ``examples/moves/<move>.png``. On the library's street
somebody walks, stands, or stands up, and every move shoots it. Whoever flies it better, planner or
pilot, is drawn: the plan shows where the camera goes (its height is written at both ends) and what
it sees at the five moments of the strip.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from camera import Lens
from camera.framing import Setup as Stand
from camera.grammar import MOVES
from camera.pose import Array, azimuth_elevation, facing
from filmagent import stage
from filmagent.documents import (
    Beat,
    Cue,
    Placement,
    Scene,
    SceneBlocking,
    SceneTiming,
    Setup,
    Span,
)
from filmagent.film.tableaux import FPS, Tableau, View
from filmagent.library import policy, sets
from filmagent.shoot import place
from filmagent.shoot.arrangement import Company
from filmagent.shoot.candidates import Frame
from filmagent.shoot.flying import Shooting, fly_moves
from filmagent.shoot.moving import Move, Mover

FOLDER = Path(__file__).parent / "moves"
STREET, WALKER = "street", "performer"
WALK, STAND, SEAT = ("corner_b", "pavement_a"), "pavement_a", "bus_seat_a"
MOTIVES: dict[str, tuple[str, ...]] = {
    "walks": ("pan", "follow", "lead", "handheld", "drone"),
    "rises": ("tilt",),
    "stands": ("push_in", "pull_out", "truck", "pedestal", "arc", "crane", "zoom", "dolly_zoom"),
}
"""What the person does of whom each move makes a picture."""
RIGS = {"follow": "steadicam", "lead": "steadicam", "handheld": "handheld", "drone": "drone",
        "crane": "crane", "pan": "tripod", "tilt": "tripod", "zoom": "tripod"}  # fmt: skip
SIZES = {"drone": "LS", "crane": "MLS", "follow": "MLS", "pan": "MLS", "push_in": "MCU"}
STRIP, PICTURE, PLAN = 5, (240, 136), (1232, 300)
SECONDS = 6.0
INK, GROUND, WALL = (34, 34, 34), (246, 245, 241), (188, 184, 176)
CAMERA, PERSON = (196, 114, 63), (70, 110, 160)


def main() -> None:
    """Draw the moves that are named, or all."""
    wanted = sys.argv[1:] or [m for m in MOVES if m != "static"]
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for motive, fitting in MOTIVES.items():
            moves = [m for m in wanted if m in fitting]
            if moves:
                tableau = Tableau(Path(folder) / motive, _timing(motive))
                _draw(tableau, moves, _span(tableau.timing, motive))


def _timing(motive: str) -> SceneTiming:
    """Somebody walks along the pavement, stands on it, or stands up from its bench."""
    span = Span(first=1, end=2)
    mark, action, goal = {
        "walks": (WALK[0], "walk", WALK[1]),
        "stands": (STAND, "", ""),
        "rises": (SEAT, "stand", ""),
    }[motive]
    beat = Beat(id="1.1", kind="action", people=[WALKER], span=span, seconds=SECONDS)
    cue = Cue(id=f"1.1/{action}", beat="1.1", actor=WALKER, action=action, target=goal)
    blocking = SceneBlocking(
        scene="1",
        set=STREET,
        placements=[Placement(actor=WALKER, mark=mark, posture="sit" if mark == SEAT else "stand")],
        cues=[cue] if action else [],
    )
    scene = Scene(id="1", slugline="", setting="ext", people=[WALKER], beats=[beat], span=span)
    return stage.schedule(scene, blocking, [], {WALKER: "tomas"}, 0)


def _span(timing: SceneTiming, motive: str) -> tuple[int, int]:
    """The frames that are shot."""
    rate = FPS[0] / FPS[1]
    if motive == "stands":
        return 0, round(SECONDS * rate)
    kind = "walk" if motive == "walks" else "stand_up"
    part = next(s for s in timing.actors[0].segments if s.kind == kind)
    spare = 0.0 if motive == "walks" else 0.8
    return round((part.start - spare) * rate), round((part.end + spare) * rate)


def _draw(tableau: Tableau, moves: list[str], span: tuple[int, int]) -> None:
    company = Company(tableau.timing, FPS)
    every = np.arange(company.first, company.end)
    acted = {f.actor: f for f in company.acted(tableau.performances, every)}
    ground = place.of_set(STREET)
    frame = Frame(36.0, PICTURE[0] / PICTURE[1])
    shootings = []
    for move in moves:
        setup = Setup(
            id=move,
            kind="single",
            size=SIZES.get(move, "MS"),  # type: ignore[arg-type]
            view="three_quarter",
            subjects=[WALKER],
            rig=RIGS.get(move, "dolly"),  # type: ignore[arg-type]
        ).model_copy(update={"move": move})
        mover = Mover(setup, company, acted, frame, ground, 1)
        shootings.append(Shooting(mover, mover.way(np.arange(*span)), [span]))
    pilot = policy.path() if policy.path().is_file() else None
    made = fly_moves(shootings, "best", pilot)
    views = [v for move, one in zip(moves, made, strict=True) for v in _views(move, one)]
    paths = tableau.pictures(views, (2 * PICTURE[0], 2 * PICTURE[1]))
    for number, (move, one) in enumerate(zip(moves, made, strict=True)):
        strip = paths[STRIP * number : STRIP * (number + 1)]
        _sheet(one, shootings[number].mover, strip).save(FOLDER / f"{move}.png", optimize=True)
        flown = next((r for r in one.reasons if r.startswith("flown")), "")
        print(f"{move}: {one.reasons[0]}; {flown}")


def _moments(one: Move) -> Array:
    return np.linspace(0, len(one.arrays["frames"]) - 1, STRIP).round().astype(int)


def _views(move: str, one: Move) -> list[View]:
    arrays = one.arrays
    return [
        View(
            f"{move}-{n}",
            int(arrays["frames"][row]),
            Stand(
                arrays["positions"][row],
                arrays["quaternions"][row],
                Lens(float(arrays["focal_mm"][row]), aspect=PICTURE[0] / PICTURE[1]),
            ),
            float(arrays["focus_m"][row]),
            (WALKER,),
        )
        for n, row in enumerate(_moments(one))
    ]


def _sheet(one: Move, mover: Mover, strip: list[Path]) -> Image.Image:
    """The strip above the plan."""
    gap = (PLAN[0] - STRIP * PICTURE[0]) // (STRIP - 1)
    sheet = Image.new("RGB", (PLAN[0], PICTURE[1] + gap + PLAN[1]), "white")
    for n, path in enumerate(strip):
        picture = Image.open(path).convert("RGB").resize(PICTURE, Image.Resampling.LANCZOS)
        sheet.paste(picture, (n * (PICTURE[0] + gap), 0))
    sheet.paste(_plan(one, mover), (0, PICTURE[1] + gap))
    return sheet.quantize(256, Image.Quantize.MEDIANCUT, kmeans=1, dither=Image.Dither.NONE)


def _plan(one: Move, mover: Mover) -> Image.Image:
    """From above: the set, the way of the subject, the way of the camera and what it sees."""
    fine = 2
    size = (fine * PLAN[0], fine * PLAN[1])
    way = one.arrays["positions"]
    eyes = mover.figure(WALKER, one.arrays["frames"]).eyes
    both = np.concatenate([way[:, :2], eyes[:, :2]])
    low, high = both.min(axis=0) - 0.7, both.max(axis=0) + 0.7
    scale = min(size[0] / (high[0] - low[0]), size[1] / (high[1] - low[1]), 150.0 * fine)
    middle = (low + high) / 2

    def at(points: Array) -> list[tuple[float, float]]:
        off = (np.atleast_2d(points)[:, :2] - middle) * scale
        return [(size[0] / 2 + x, size[1] / 2 - y) for x, y in off]

    image = Image.new("RGB", size, GROUND)
    draw = ImageDraw.Draw(image, "RGBA")
    for obstacle in sets.load(STREET).obstacles:
        for part in getattr(obstacle, "geoms", [obstacle]):
            draw.polygon(at(np.array(part.exterior.coords)), fill=WALL)
    yaw = azimuth_elevation(one.arrays["quaternions"])[0]
    rows = _moments(one)
    for row in rows:
        half = np.arctan(18.0 / one.arrays["focal_mm"][row])
        reach = float(np.linalg.norm(eyes[row, :2] - way[row, :2])) + 0.5
        edges = [way[row, :2] + reach * facing(yaw[row] + s * half)[:2] for s in (-1, 1)]
        draw.polygon(at(np.array([way[row, :2], *edges])), fill=(*CAMERA, 36))
    draw.line(at(eyes), fill=PERSON, width=3 * fine)
    draw.line(at(way), fill=CAMERA, width=3 * fine)
    for row in rows:
        for points, colour in ((eyes, PERSON), (way, CAMERA)):
            (x, y), r = at(points[row])[0], 5 * fine
            draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)
    font = ImageFont.load_default(13 * fine)
    ends = ((rows[0], -20), (rows[-1], 4))
    for row, below in ends if np.ptp(way, axis=0).max() > 0.2 else ends[:1]:
        x, y = at(way[row])[0]
        draw.text((x + 9 * fine, y + below * fine), f"{way[row, 2]:.1f} m", fill=INK, font=font)
    start = at(eyes[0])[0]
    if np.ptp(eyes, axis=0).max() > 0.5:
        draw.text((start[0] + 9 * fine, start[1] + 4 * fine), "start", fill=PERSON, font=font)
    metre, edge = scale, 14 * fine
    base = size[1] - edge
    draw.line([(edge, base), (edge + metre, base)], fill=INK, width=2 * fine)
    draw.text((edge, base - 20 * fine), "1 m", fill=INK, font=font)
    return image.resize(PLAN, Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
