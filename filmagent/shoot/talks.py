"""Singles and over-the-shoulders: who is filmed with whom, in which arrangement of the people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from filmagent.documents import Setup
from filmagent.shoot.arrangement import Arrangement, Company, Stance
from filmagent.shoot.people import Figure
from filmagent.shoot.sides import choose_sides, together
from filmagent.shoot.still import Piece
from filmagent.shoot.tries import Solo
from filmagent.shoot.unit import Unit, on_set


def solve_talks(unit: Unit, setups: Sequence[Setup]) -> None:
    """Singles and over-the-shoulders: the side of each line first, then every camera."""
    groups = _grouped(setups)
    jobs = [(group, key, solos) for group in groups for key, solos in _jobs(unit, group)]
    choose_sides(unit, jobs)
    found: dict[str, list[Piece]] = {s.id: [] for s in setups}
    for group, arrangement, solos in jobs:
        for setup, solved in zip(group, together(unit, arrangement, solos), strict=True):
            found[setup.id].append(Piece(arrangement.start, arrangement.end, solved))
    for setup in setups:
        pieces = _held(unit, setup, sorted(found[setup.id], key=lambda p: p.start))
        pieces = _lasting(unit, pieces)
        if pieces and setup.move in ("static",):
            unit.solved[setup.id] = pieces
        elif pieces:
            unit.solved[setup.id] = [max(pieces, key=lambda p: p.end - p.start)]


def _lasting(unit: Unit, pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces long enough for a shot; all, if none is."""
    return [p for p in pieces if p.end - p.start >= unit.company.rate] or list(pieces)


def _held(unit: Unit, setup: Setup, pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces that go on while their subject stays, though the partner has got up and gone."""
    company = unit.company
    stays = company.arrangements([setup.subjects[0]], _joined(company.spans(setup.beats)))
    held = []
    for number, piece in enumerate(pieces):
        until = next((a.end for a in stays if a.start < piece.end <= a.end), piece.end)
        if number + 1 < len(pieces):
            until = min(until, pieces[number + 1].start)
        held.append(replace(piece, end=max(until, piece.end)))
    return held


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


def _jobs(unit: Unit, group: Sequence[Setup]) -> list[tuple[Arrangement, list[Solo]]]:
    """A group in each arrangement of the people it needs."""
    company = unit.company
    spans = sorted({span for s in group for span in company.spans(s.beats)})
    partners = {s.id: _partner(unit, s) for s in group}
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
    times: dict[object, list[tuple[int, int]]] = {}
    for arrangement in arrangements:
        times.setdefault(arrangement.key, []).append((arrangement.start, arrangement.end))
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
                ways = [company.figure(s) for s in passed if on_set(unit.place, s)]
                partner, coming = (ways[-1] if ways else None), tuple(ways[:-1])
            subject = setup.subjects[0]
            solos.append(
                Solo(
                    setup,
                    figures[subject],
                    partner,
                    around=(*around, *coming),
                    bodies=company.headings(subject, times[arrangement.key]),
                    elsewhere=_elsewhere(company, setup, partners[setup.id]),
                )
            )
        jobs.append((arrangement, solos))
    return jobs


def _elsewhere(company: Company, setup: Setup, partner: str | None) -> bool:
    """Whether the subject attends to something else than the partner, as in reading."""
    subject = company.actors[setup.subjects[0]]
    speaks = any(
        line.actor == subject.actor and (line.beat in setup.beats or not setup.beats)
        for line in company.timing.lines
    )
    return (
        bool(subject.gazes)
        and not speaks
        and company.attended(subject.actor, setup.beats) != partner
    )


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


def _partner(unit: Unit, setup: Setup) -> str | None:
    """Whom the subject of a setup looks at."""
    company, subject = unit.company, setup.subjects[0]
    if setup.over in company.actors and setup.over != subject:
        return setup.over
    if subject in setup.line:
        other = [a for a in setup.line if a != subject and a in company.actors]
        if other:
            return other[0]
    if company.actors[subject].gazes:
        return company.attended(subject, setup.beats)
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
