"""Setups become takes: which camera each arrangement of the people needs, and its track."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from camera.pose import Array
from filmagent.documents import SceneCoverage, SceneTiming, Setup, TakeReport
from filmagent.errors import FilmError
from filmagent.library import props
from filmagent.shoot import place as places
from filmagent.shoot.arrangement import Arrangement, Company, Fps, Stance
from filmagent.shoot.candidates import Frame
from filmagent.shoot.groups import Line, solve_insert, solve_wide
from filmagent.shoot.judgement import figures_of
from filmagent.shoot.moving import shoot_moving
from filmagent.shoot.people import Figure
from filmagent.shoot.place import Place
from filmagent.shoot.solos import Solo, Solved, solve_together

_WIDE_KINDS = ("establishing", "master", "group", "two_shot", "entrance", "exit")
_MASTER_REACH = 3.2
"""Metres round where people come to rest that a master holds."""
_ROOM, _NO_ROOM = 3.5, 15.0
"""Metres beside a line of action that masters need, and the price of each that lacks."""
_SOLO_KINDS = ("ots", "single", "reaction")


@dataclass
class Take:
    """A take: what is written to ``takes/<take>.json`` and ``.npz``."""

    report: TakeReport
    arrays: dict[str, Array]


@dataclass(frozen=True)
class Piece:
    """A camera that stands still for frames [start, end)."""

    start: int
    end: int
    solved: Solved


@dataclass
class _Stage:
    """All that solving one scene needs."""

    coverage: SceneCoverage
    company: Company
    place: Place
    frame: Frame
    seed: int
    acted: dict[str, Figure]
    sides: dict[tuple[str, str], int] = field(default_factory=dict)
    solved: dict[str, list[Piece]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    known: dict[tuple[object, ...], list[Solved]] = field(default_factory=dict)


def shoot(
    coverage: SceneCoverage,
    timing: SceneTiming,
    performances: Mapping[str, Mapping[str, Array]],
    *,
    fps: Fps,
    size: tuple[int, int],
    sensor_mm: float = 36.0,
    seed: int = 0,
    keep: Collection[str] = (),
    set_piece: object | None = None,
) -> list[Take]:
    """The takes of a scene's setups, in their order.

    Parameters
    ----------
    performances
        Actor → arrays of the performance npz; people without one are placed by the timing.
    size
        Pixels, for the aspect.
    keep
        Setups whose takes are locked: left alone.
    set_piece
        A `filmagent.library.sets.SetPiece`, or a `filmagent.shoot.place.Place`; None loads the
        timing's set.
    """
    if set_piece is None:
        place = places.of_set(timing.set)
    else:
        place = set_piece if isinstance(set_piece, Place) else Place.of_set(set_piece)
    company = Company(timing, fps)
    frames = np.arange(company.first, company.end)
    acted = {f.actor: f for f in company.acted(performances, frames)}
    stage = _Stage(coverage, company, place, Frame(sensor_mm, size[0] / size[1]), seed, acted)
    wanted = [s for s in coverage.setups if s.id not in keep]
    _solve_solos(
        stage,
        [
            s
            for s in coverage.setups
            if s.kind in _SOLO_KINDS and s.subjects and s.subjects[0] in company.actors
        ],
    )
    for setup in wanted:
        if setup.id not in stage.solved:
            stage.solved[setup.id] = _solve_other(stage, setup)
    return [_take(stage, setup) for setup in wanted]


def _solve_solos(stage: _Stage, setups: Sequence[Setup]) -> None:
    """Singles and over-the-shoulders: the side of each line first, then every camera."""
    groups = _grouped(setups)
    jobs = [(group, key, solos) for group in groups for key, solos in _jobs(stage, group)]
    _choose_sides(stage, jobs)
    found: dict[str, list[Piece]] = {s.id: [] for s in setups}
    for group, arrangement, solos in jobs:
        for setup, solved in zip(group, _together(stage, arrangement, solos), strict=True):
            found[setup.id].append(Piece(arrangement.start, arrangement.end, solved))
    for setup in setups:
        pieces = _held(stage, setup, sorted(found[setup.id], key=lambda p: p.start))
        if pieces and setup.move in ("static",):
            stage.solved[setup.id] = pieces
        elif pieces:
            stage.solved[setup.id] = [max(pieces, key=lambda p: p.end - p.start)]


def _held(stage: _Stage, setup: Setup, pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces that go on while their subject stays, though the partner has got up and gone."""
    company = stage.company
    stays = company.arrangements([setup.subjects[0]], _joined(company.spans(setup.beats)))
    held = []
    for number, piece in enumerate(pieces):
        until = next((a.end for a in stays if a.start < piece.end <= a.end), piece.end)
        if number + 1 < len(pieces):
            until = min(until, pieces[number + 1].start)
        held.append(replace(piece, end=max(until, piece.end)))
    return held


def _together(stage: _Stage, arrangement: Arrangement, solos: Sequence[Solo]) -> list[Solved]:
    """The cameras of a group in an arrangement, from the sides chosen so far; solved once."""
    sided = _sided(stage, solos)
    key = tuple((s.setup.id, s.side) for s in sided), arrangement.key
    if key not in stage.known:
        solved = solve_together(sided, stage.frame, stage.place)
        if _sum(solved) > 100 and not _settled(arrangement, solos):
            # the line is not drawn yet while the partner is on the way: either side will do
            free = solve_together(solos, stage.frame, stage.place)
            solved = free if _sum(free) < _sum(solved) else solved
        stage.known[key] = solved
    return stage.known[key]


def _sum(solved: Sequence[Solved]) -> float:
    return sum(min(s.cost, 600.0) for s in solved)


def _settled(arrangement: Arrangement, solos: Sequence[Solo]) -> bool:
    """Whether everybody's partner stands still as well: the line of action is drawn."""
    still = {s.actor for s in arrangement.stances}
    return all(s.partner is not None and s.partner.actor in still for s in solos)


def _grouped(setups: Sequence[Setup]) -> list[list[Setup]]:
    """Pairs that name each other, and everybody else alone."""
    known = {s.id: s for s in setups}
    groups, done = [], set()
    for setup in setups:
        if setup.id in done:
            continue
        group = [setup]
        other = known.get(setup.pair)
        if other is not None and other.id not in done and other.id != setup.id:
            group.append(other)
        done |= {s.id for s in group}
        groups.append(group)
    return groups


def _jobs(stage: _Stage, group: Sequence[Setup]) -> list[tuple[Arrangement, list[Solo]]]:
    """A group in each arrangement of the people it needs."""
    company = stage.company
    spans = sorted({span for s in group for span in company.spans(s.beats)})
    partners = {s.id: _partner(stage, s) for s in group}
    needed = list(
        dict.fromkeys(
            a for s in group for a in (s.subjects[0], partners[s.id]) if a in company.actors
        )
    )
    jobs = []
    arrangements = company.arrangements(needed, _joined(spans))
    if not arrangements:
        # somebody is always on the move: the subject alone decides
        needed = list(dict.fromkeys(s.subjects[0] for s in group))
        arrangements = company.arrangements(needed, _joined(spans))
    if not arrangements:
        arrangements = [_forced(company, needed, spans)]
    for arrangement in arrangements:
        figures = {s.actor: company.figure(s) for s in arrangement.stances}
        around = tuple(company.others(arrangement))
        solos = []
        for setup in group:
            partner = figures.get(partners[setup.id] or "")
            coming: tuple[Figure, ...] = ()
            if partner is None and partners[setup.id]:
                # the partner is on the move: the look goes to where they come to rest, and the
                # camera keeps out of their way
                passed = company.places(
                    str(partners[setup.id]), [(arrangement.start, arrangement.end)]
                )
                ways = [company.figure(s) for s in passed if _on_set(stage.place, s)]
                partner, coming = (ways[-1] if ways else None), tuple(ways[:-1])
            solos.append(Solo(setup, figures[setup.subjects[0]], partner, 0, (*around, *coming)))
        jobs.append((arrangement, solos))
    return jobs


def _forced(
    company: Company, actors: Sequence[str], spans: Sequence[tuple[int, int]]
) -> Arrangement:
    """Where people who never rest are at the end of their setup."""
    start, end = spans[0][0], spans[-1][1]
    stances = []
    for actor in actors:
        passed = company.places(actor, spans) or company.places(
            actor, [(company.first, company.end)]
        )
        stances.append(passed[-1] if passed else Stance(actor, (0.0, 0.0, 0.0), 0.0))
    return Arrangement(start, end, tuple(stances))


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _partner(stage: _Stage, setup: Setup) -> str | None:
    """Whom the subject of a setup looks at."""
    company, subject = stage.company, setup.subjects[0]
    if setup.over in company.actors and setup.over != subject:
        return setup.over
    if subject in setup.line:
        other = [a for a in setup.line if a != subject and a in company.actors]
        if other:
            return other[0]
    talk: dict[str, int] = {}
    beats = set(setup.beats)
    for line in company.timing.lines:
        if beats and line.beat not in beats:
            continue
        for a, b in ((line.actor, line.to), (line.to, line.actor)):
            if a == subject and b in company.actors and b != subject:
                talk[b] = talk.get(b, 0) + 1
    if talk:
        return max(sorted(talk), key=lambda a: talk[a])
    rest = [a for a, t in company.actors.items() if a != subject and not t.extra]
    return rest[0] if len(rest) == 1 else None


def _pair(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a <= b else (b, a)


def _choose_sides(
    stage: _Stage, jobs: Sequence[tuple[list[Setup], Arrangement, list[Solo]]]
) -> None:
    """The side of every line of action, once for the scene: where all its cameras stand best."""
    lines: dict[tuple[str, str], list[tuple[list[Setup], Arrangement, list[Solo]]]] = {}
    for job in jobs:
        for solo in job[2]:
            if solo.partner is not None and _settled(job[1], job[2]):
                lines.setdefault(_pair(solo.figure.actor, solo.partner.actor), []).append(job)
                break
    for pair, members in lines.items():
        asked = _asked(stage.coverage, pair)
        costs = {}
        for side in (1, -1):
            stage.sides[pair] = side
            seen: dict[tuple[object, ...], float] = {}
            for group, arrangement, solos in members:
                key = (tuple(s.id for s in group), arrangement.key)
                if key not in seen:
                    solved = _together(stage, arrangement, solos)
                    seen[key] = _sum(solved) - 4.0 * _opened(stage, solos)
            costs[side] = sum(seen.values()) + (25.0 * len(seen) if asked == -side else 0.0)
            costs[side] += _NO_ROOM * max(_ROOM - _room(stage, members, pair, side), 0.0)
        stage.sides[pair] = 1 if costs[1] <= costs[-1] else -1
        if asked and stage.sides[pair] != asked:
            for group, _, _ in members:
                for setup in group:
                    stage.notes.setdefault(setup.id, []).append(
                        f"the other side of the line of {pair[0]} and {pair[1]} was asked for; "
                        "there the set leaves no room"
                    )


def _room(
    stage: _Stage,
    members: Sequence[tuple[list[Setup], Arrangement, list[Solo]]],
    pair: tuple[str, str],
    side: int,
) -> float:
    """Metres one can step back from a pair to one side of their line, at least."""
    rooms = []
    for _, arrangement, _ in members:
        spots = {s.actor: np.array(s.position) for s in arrangement.stances}
        if pair[0] not in spots or pair[1] not in spots:
            continue
        a, b = spots[pair[0]], spots[pair[1]]
        across = np.array([-(b - a)[1], (b - a)[0], 0.0], np.float64) * side
        normal = across / max(float(np.linalg.norm(across)), 1e-6)
        starts = np.add([a, (a + b) / 2, b], (0.0, 0.0, 1.5))
        free = stage.place.world.ray_lengths(starts, np.tile(normal, (3, 1)), _ROOM)
        steps = starts[:, None] + np.arange(0.0, _ROOM, 0.25)[:, None] * normal
        inside = stage.place.world.contains(steps).sum(axis=1) * 0.25
        rooms.append(float(np.minimum(free, inside).min()))
    return min(rooms, default=_ROOM)


def _asked(coverage: SceneCoverage, pair: tuple[str, str]) -> int:
    for setup in coverage.setups:
        if setup.side != "any" and len(setup.line) == 2 and _pair(*setup.line) == pair:
            sign = 1 if setup.side == "left" else -1
            return sign if tuple(setup.line) == pair else -sign
    return 0


def _opened(stage: _Stage, solos: Sequence[Solo]) -> float:
    """How far bodies are turned towards the side the cameras are on, −1 to 1 each."""
    total = 0.0
    for solo in _sided(stage, solos):
        if solo.partner is not None:
            turned = np.angle(np.exp(1j * (float(solo.figure.look) - solo.look)))
            total += float(np.clip(turned * solo.side / np.radians(30), -1, 1))
    return total


def _sided(stage: _Stage, solos: Sequence[Solo]) -> list[Solo]:
    sided = []
    for solo in solos:
        side = 0
        if solo.partner is not None:
            a, b = solo.figure.actor, solo.partner.actor
            side = stage.sides.get(_pair(a, b), 0) * (1 if _pair(a, b)[0] == a else -1)
        sided.append(Solo(solo.setup, solo.figure, solo.partner, side, solo.around))
    return sided


def _solve_other(stage: _Stage, setup: Setup) -> list[Piece]:
    """Wide setups and inserts; a follow shot has no still camera (an empty list)."""
    company = stage.company
    spans = company.spans(setup.beats)
    whole = (spans[0][0], spans[-1][1])
    if setup.kind == "insert" or (
        setup.subjects
        and setup.subjects[0] not in company.actors
        and any(p.prop == setup.subjects[0] for p in company.timing.props)
    ):
        return [Piece(*whole, _insert(stage, setup, spans))]
    if setup.kind == "follow" or setup.move in ("follow", "lead"):
        return []
    subjects = [s for s in setup.subjects if s in company.actors]
    if not subjects and setup.kind != "establishing":
        subjects = [a for a, t in company.actors.items() if not t.extra]
    if setup.kind == "two_shot" and subjects:
        arrangements = company.arrangements(subjects, spans)
        known: dict[tuple[object, ...], Solved] = {}
        pieces = []
        for arrangement in arrangements:
            if arrangement.key not in known:
                film = [company.figure(s) for s in arrangement.stances]
                known[arrangement.key] = solve_wide(
                    setup,
                    film,
                    stage.frame,
                    stage.place,
                    around=company.others(arrangement),
                    line=_line(stage, film),
                )
            pieces.append(Piece(arrangement.start, arrangement.end, known[arrangement.key]))
        if pieces:
            return pieces
    film, extra = _passed_by(stage, setup, subjects, spans)
    around = [
        company.figure(s)
        for a in company.actors
        if a not in subjects
        for s in company.places(a, spans)[:1]
        if _on_set(stage.place, s)
    ]
    solved = solve_wide(
        setup, film, stage.frame, stage.place, around=around, extra=extra, line=_line(stage, film)
    )
    return [Piece(*whole, solved)]


def _passed_by(
    stage: _Stage, setup: Setup, subjects: Sequence[str], spans: Sequence[tuple[int, int]]
) -> tuple[list[Figure], list[Array]]:
    """The places a wide setup must hold, at most five a person, and the door it must show."""
    company = stage.company
    film: list[Figure] = []
    ways: list[Stance] = []
    for actor in subjects:
        stances = [s for s in company.places(actor, spans) if _on_set(stage.place, s)]
        if setup.kind in ("master", "group", "establishing"):
            stances = _round_rest(company, subjects, spans, stances)
        ways += company.places(actor, spans)
        # where somebody ends is where they are seen longest: it comes first
        stances = stances[::-1]
        step = max(len(stances) / 5.0, 1.0)
        film += [company.figure(stances[int(i * step)]) for i in range(min(len(stances), 5))]
    extra: list[Array] = []
    if stage.place.doors and (setup.kind in ("entrance", "exit")) and ways:
        end = np.array(ways[0 if setup.kind == "entrance" else -1].position)
        extra = [min(stage.place.doors.values(), key=lambda d: float(np.linalg.norm(d - end)))]
    if not film and not extra:
        extra = list(stage.place.doors.values())[:1]
    if not film and not extra:
        middle = stage.place.grid(1.0).mean(axis=0)
        extra = [np.array([middle[0], middle[1], 1.2])]
    return film, extra


def _round_rest(
    company: Company,
    subjects: Sequence[str],
    spans: Sequence[tuple[int, int]],
    stances: Sequence[Stance],
) -> list[Stance]:
    """The places of a way near where people come to rest: a master is not for a whole street."""
    rests = [s.position[:2] for a in subjects for s in company.places(a, spans, settled=True)]
    near = [
        s
        for s in stances
        if any(np.hypot(*np.subtract(s.position[:2], rest)) < _MASTER_REACH for rest in rests)
    ]
    return near or list(stances)


def _on_set(place: Place, stance: Stance) -> bool:
    border, _ = place.world.border(np.array([stance.position]))
    return bool(border[0] > 0.2)


def _line(stage: _Stage, film: Sequence[Figure]) -> Line | None:
    """The line of the first two people in a frame, if its side is chosen."""
    firsts: dict[str, Figure] = {}
    for figure in film:
        firsts.setdefault(figure.actor, figure)
    for pair, side in stage.sides.items():
        if pair[0] in firsts and pair[1] in firsts:
            return firsts[pair[0]], firsts[pair[1]], side
    return None


def _insert(stage: _Stage, setup: Setup, spans: Sequence[tuple[int, int]]) -> Solved:
    company = stage.company
    prop = next((p for p in company.timing.props if p.prop in setup.subjects), None)
    owner_id = next((s for s in setup.subjects if s in company.actors), "")
    point: Array | None = None
    last = spans[-1][1] / company.rate
    if prop is not None:
        held = [h for h in prop.holds if h.start * company.rate < spans[-1][1]]
        if held and not owner_id:
            owner_id = held[-1].actor
        point = np.array(prop.position)
        for since, rest in prop.rests:
            if since <= last + 0.5:
                point = np.array(rest)
        point = np.round(point + np.array([0.0, 0.0, 0.01]), 3)
        if not owner_id:
            owner_id = _nearest_actor(company, point, spans)
    stances = company.places(owner_id, spans) if owner_id in company.actors else []
    owner = company.figure(stances[-1]) if stances else None
    if point is None or (prop is not None and not prop.rests and owner is not None and prop.holds):
        assert owner is not None, "an insert without a prop has a person"
        point = (owner.points["grip.L"] + owner.points["grip.R"]) / 2
    around = [
        company.figure(s)
        for a in company.actors
        if a != owner_id
        for s in company.places(a, spans)[-1:]
        if _on_set(stage.place, s)
    ]
    shows = 0.3 if prop is None else float(np.clip(2.3 * _extent(prop.model), 0.2, 0.6))
    return solve_insert(setup, point, owner, stage.frame, stage.place, around=around, shows=shows)


def _extent(model: str) -> float:
    """The longest side of a prop, metres; a hand's breadth where the shelf lacks it."""
    try:
        parts = props.load(model).bake.parts
    except FilmError:
        return 0.1
    vertices = np.concatenate([p.vertices for p in parts])
    return float(np.ptp(vertices, axis=0).max())


def _nearest_actor(company: Company, point: Array, spans: Sequence[tuple[int, int]]) -> str:
    best, nearest = "", np.inf
    for actor in company.actors:
        for stance in company.places(actor, spans)[-1:]:
            distance = float(np.linalg.norm(np.array(stance.position)[:2] - point[:2]))
            if distance < nearest:
                best, nearest = actor, distance
    return best


def _take(stage: _Stage, setup: Setup) -> Take:
    pieces = stage.solved[setup.id]
    moving = setup.move != "static" or not pieces
    if moving and setup.subjects and setup.subjects[0] in stage.company.actors:
        return _moving_take(stage, setup, pieces[0] if pieces else None)
    return _still_take(stage, setup, pieces)


def _still_take(stage: _Stage, setup: Setup, pieces: Sequence[Piece]) -> Take:
    """One pose a piece, held over the scene; between pieces the camera changes place unseen."""
    frames = np.arange(stage.company.first, stage.company.end)
    which = np.zeros(len(frames), np.int64)
    for number, piece in enumerate(pieces[1:], 1):
        change = (pieces[number - 1].end + piece.start) // 2
        which[frames >= change] = number
    # pieces of one arrangement are one camera
    poses = [p.solved for p in pieces]
    arrays = {
        "frames": frames,
        "positions": np.array([s.position for s in poses])[which],
        "quaternions": np.array([s.quaternion for s in poses])[which],
        "focal_mm": np.array([s.focal for s in poses])[which],
        "focus_m": np.array([s.focus for s in poses])[which],
    }
    static = all(bool(np.all(v == v[0])) for k, v in arrays.items() if k != "frames")
    longest = max(pieces, key=lambda p: p.end - p.start)
    reasons = list(longest.solved.reasons)
    if not static:
        reasons.append("the camera is set anew where people have moved")
    given_up = list(
        dict.fromkeys(
            [g for p in pieces for g in p.solved.given_up] + stage.notes.get(setup.id, [])
        )
    )
    ranges = [(p.start, p.end) for p in pieces]
    return _report(
        stage,
        setup,
        arrays,
        longest.solved.focal,
        longest.solved.size,
        static,
        ranges,
        reasons,
        given_up,
    )


def _moving_take(stage: _Stage, setup: Setup, piece: Piece | None) -> Take:
    company = stage.company
    spans = company.spans(setup.beats)
    if piece is not None and setup.move not in ("follow", "lead", "pan"):
        spans = [(piece.start, piece.end)]
    handle = round(company.timing.handle * company.rate)
    first = max(spans[0][0] - handle, company.first)
    end = min(spans[-1][1] + handle, company.end)
    frames = np.arange(first, end)
    move = setup.move if setup.move != "static" else "follow"
    still, look = (piece.solved, None) if piece is not None else (None, None)
    found, focal = shoot_moving(
        setup,
        move,
        company,
        stage.acted,
        frames,
        stage.frame,
        stage.place,
        seed=stage.seed,
        still=still,
        look=look,
    )
    track = found.trajectory
    arrays = {
        "frames": frames,
        "positions": np.round(track.positions, 6),
        "quaternions": np.round(track.quaternions, 9),
        "focal_mm": np.full(len(frames), focal)
        if track.focal_lengths is None
        else np.round(track.focal_lengths, 4),
        "focus_m": np.round(track.focus_distances, 3)
        if track.focus_distances is not None
        else np.full(len(frames), 3.0),
    }
    reasons = [*found.reasons, *([f"it moves because {setup.motive}"] if setup.motive else [])]
    size = still.size if still is not None else setup.size
    return _report(
        stage,
        setup,
        arrays,
        focal,
        size,
        False,
        spans,
        reasons,
        [*found.given_up, *stage.notes.get(setup.id, [])],
    )


def _report(
    stage: _Stage,
    setup: Setup,
    arrays: dict[str, Array],
    focal: float,
    size: str,
    static: bool,
    ranges: Sequence[tuple[int, int]],
    reasons: Sequence[str],
    given_up: Sequence[str],
) -> Take:
    frames = arrays["frames"]
    wide = setup.kind in ("establishing", "master", "group", "entrance", "exit", "follow")
    scores = figures_of(
        setup, size, arrays, ranges, stage.company, stage.acted, stage.frame, stage.place
    )
    report = TakeReport(
        take=f"{setup.id}_t01",
        setup=setup.id,
        scene=stage.coverage.scene,
        lens_mm=focal,
        sensor_mm=stage.frame.sensor_mm,
        fstop=5.6 if wide else 2.8 if focal < 85 else 4.0,
        first=int(frames[0]),
        end=int(frames[-1]) + 1,
        static=static,
        ranges=[(int(a), int(b)) for a, b in ranges],
        scores=scores,
        reasons=[*([setup.why] if setup.why else []), *reasons],
        given_up=list(given_up),
    )
    return Take(report, arrays)
