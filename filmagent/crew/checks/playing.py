"""A scene's cues played in order, by names: who is there, on what, in which posture, with what.

`filmagent.documents.checks.Replay` keeps the state; here each way a cue can fail is said so that it
can be mended, with the names that would be right at that moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from filmagent.crew.problems import Problem, listed, nearest, unknown
from filmagent.documents import ActionEntry, Beat, Catalogue, Cue, Scene, SceneBlocking, SetEntry
from filmagent.documents.checks import HANDLING, TOGETHER, WALKS, Replay, in_order

_MOST = 8
_HANDS = HANDLING
"""Actions that are done to one thing with the hands: one at a time."""
_TAKES_TIME = ("line", "action", "pause")


class Playing:
    """Plays a blocking. `problems` says what cannot be played, in the order of the scene."""

    def __init__(
        self,
        blocking: SceneBlocking,
        scene: Scene,
        entry: SetEntry,
        catalogue: Catalogue,
        people: Sequence[str],
    ):
        self.blocking, self.scene, self.entry = blocking, scene, entry
        self.people = list(people)
        self.replay = Replay(blocking, entry, catalogue.actions)
        self.readings = {reading.beat: reading for reading in blocking.readings}
        self.lying = {p.prop: p.mark for p in blocking.props}
        self.walked: set[str] = set()
        self.seen: set[str] = set(self.replay.stances)
        """Everybody who has been there up to now."""

    def problems(self) -> list[Problem]:
        """Everything that cannot be played."""
        found = self._cue_names()
        for beat in self.scene.beats:
            before = self._present()
            cues = in_order(self.blocking.cues, beat.id)
            found += self._double_duty(beat, cues)
            for cue in cues:
                problem = self._cue(cue)
                if problem is not None:
                    found.append(problem)
                else:
                    self._apply(cue)
            found += self._spoken(beat, before | self._present())
        return found + self._never_there()

    def _present(self) -> set[str]:
        return {actor for actor, stance in self.replay.stances.items() if stance.present}

    def _cue_names(self) -> list[Problem]:
        found: list[Problem] = []
        beats = {beat.id: beat for beat in self.scene.beats}
        timed = [b.id for b in self.scene.beats if b.kind in _TAKES_TIME]
        for cue in self.blocking.cues:
            where, beat = f"beat {cue.beat}", beats.get(cue.beat)
            if beat is None:
                found.append(unknown(where, cue.beat, "a beat of the scene", timed))
            elif beat.kind not in _TAKES_TIME:
                what = f"is a {beat.kind}: nobody can {cue.action} during it."
                found.append(Problem(where, what, nearest(cue.beat, timed, 3)))
            if not 0.0 <= cue.at <= 1.0:
                what = f"{cue.actor} does {cue.action} at {cue.at:g} of the beat; from 0 to 1."
                found.append(Problem(where, what))
        for name, times in Counter(cue.id for cue in self.blocking.cues).items():
            if times > 1:
                beat_id = next(c.beat for c in self.blocking.cues if c.id == name)
                found.append(Problem(f"beat {beat_id}", f"Cue {name} is there {times} times."))
        return found

    # one cue

    def _cue(self, cue: Cue) -> Problem | None:
        """The first thing that keeps a cue from being played now."""
        for test in (self._who, self._ready, self._aim, self._reach):
            problem = test(cue)
            if problem is not None:
                return problem
        # whatever no test above has words for
        text = self.replay.problem(cue)
        return Problem(f"beat {cue.beat}", text) if text else None

    def _who(self, cue: Cue) -> Problem | None:
        where = f"beat {cue.beat}"
        if cue.actor not in self.people:
            return unknown(where, cue.actor, "a character of the scene", self.scene.people)
        if cue.action not in self.replay.actions:
            return unknown(where, cue.action, "an action", self.replay.actions)
        return None

    def _ready(self, cue: Cue) -> Problem | None:
        """There, and in a posture in which it can be done."""
        where, now = f"beat {cue.beat}", self.replay.stance(cue.actor)
        action = self.replay.actions[cue.action]
        if cue.action == "enter" and now.present:
            at = f" at {now.mark}" if now.mark else ""
            return Problem(where, f"{cue.actor} enters but is there already{at}; leave it out.")
        if cue.action != "enter" and not now.present:
            gone = "has gone out" if cue.actor in self.seen else "has not come in yet"
            return Problem(
                where,
                f"{cue.actor} {gone} and cannot {cue.action}; have them enter by a door first, or "
                "give it to somebody who is there.",
                tuple(sorted(self._present()))[:_MOST],
            )
        if cue.action != "enter" and now.posture not in action.postures:
            return self._posture(where, cue)
        if cue.action == "stop" and cue.actor not in self.walked:
            return Problem(where, f"{cue.actor} stops but was not walking.")
        return None

    def _posture(self, where: str, cue: Cue) -> Problem:
        if self.replay.stance(cue.actor).posture == "sit":
            seat = self.replay.stance(cue.actor).mark
            if cue.action == "sit":
                return Problem(where, f"{cue.actor} sits on {seat} already; stand up first.")
            what = f"{cue.actor} sits on {seat} and cannot {cue.action}; stand up before it"
            able = [n for n, a in self.replay.actions.items() if "sit" in a.postures]
        else:
            what = f"{cue.actor} is standing and cannot {cue.action}"
            able = [n for n, a in self.replay.actions.items() if "stand" in a.postures]
        return Problem(where, f"{what}, or take another action.", nearest(cue.action, able, 5))

    def _aim(self, cue: Cue) -> Problem | None:
        """The target is of the kind that the action takes, and there."""
        action = self.replay.actions[cue.action]
        if cue.action in ("enter", "exit"):
            return self._named(cue, "a door", self.replay.doors)
        if cue.action == "sit":
            return self._seat(cue)
        if cue.target == "":
            needs = action.kind == "move" and action.target != "none" and cue.action == "follow"
            if not needs and cue.action not in (*WALKS, *TOGETHER, "pick_up", "put_down"):
                return None
        if cue.target == cue.actor:
            what = f"{cue.actor} does {cue.action} to themselves; leave the target out."
            return Problem(f"beat {cue.beat}", what, self._others(cue.actor))
        return self._kind(cue, action)

    def _kind(self, cue: Cue, action: ActionEntry) -> Problem | None:
        others, things = self._others(cue.actor), tuple(self.replay.holders)
        marks, doors = tuple(self.replay.marks), tuple(sorted(self.replay.doors))
        extras = tuple(sorted(self.replay.extras))
        right: dict[str, tuple[str, tuple[str, ...]]] = {
            "none": ("nothing: leave it empty", ()),
            "actor": ("somebody who is there", others + extras),
            "prop": ("a thing of the scene", things),
            "mark": ("a mark", marks),
            "door": ("a door", doors),
            "any": ("anybody or anything there", others + extras + things + marks + doors),
        }
        what, names = right[action.target]
        if cue.action in WALKS:
            what, names = "a person, a mark or a door", others + marks + doors
        elif cue.action == "follow":
            gone = tuple(sorted(a for a in self.seen if a != cue.actor and a not in others))
            names = others + gone
        if cue.target in names or (action.target == "none" and not cue.target):
            return None
        return self._wrong_target(cue, what, names)

    def _wrong_target(self, cue: Cue, what: str, names: Sequence[str]) -> Problem:
        where = f"beat {cue.beat}"
        if cue.target in self.people:
            told = f"{cue.target} is not there"
        elif cue.target:
            told = f'"{cue.target}" cannot be what {cue.actor} does it to'
        else:
            told = "it has no target"
        return Problem(
            where, f"{cue.actor} does {cue.action}: {told}; it takes {what}.",
            nearest(cue.target, names),
        )  # fmt: skip

    def _named(self, cue: Cue, kind: str, names: Iterable[str]) -> Problem | None:
        known = sorted(names)
        if cue.target in known:
            return None
        if not known:
            what = f"The set {self.entry.name} has no door: nobody can {cue.action}."
            return Problem(f"beat {cue.beat}", what)
        what = f'{cue.actor} does {cue.action} by "{cue.target}", which is not {kind}.'
        return Problem(f"beat {cue.beat}", what, nearest(cue.target, known))

    def _seat(self, cue: Cue) -> Problem | None:
        where, replay = f"beat {cue.beat}", self.replay
        extras = {e.mark for e in self.blocking.extras}
        seats = [m.id for m in replay.marks.values() if m.kind == "seat"]
        free = [s for s in seats if s not in replay.seats and s not in extras]
        mark = replay.marks.get(cue.target)
        if mark is None or mark.kind != "seat":
            what = f'{cue.actor} sits on "{cue.target}", which is no seat of {self.entry.name}'
            instead = "; take a free seat." if free else "; there is none free, let them stand."
            return Problem(where, what + instead, nearest(cue.target, free))
        by = replay.seats.get(cue.target)
        if by not in (None, cue.actor):
            what = f"{cue.actor} cannot sit on {cue.target}: {by} sits there; take a free seat."
            return Problem(where, what, self._near(cue.actor, free))
        return None

    def _near(self, actor: str, marks: Sequence[str]) -> tuple[str, ...]:
        """Marks, those by which one talks to somebody who is there first."""
        talk = {
            partner
            for other in self._others(actor)
            for mark in [self.replay.marks.get(self.replay.stance(other).mark)]
            if mark is not None
            for partner in mark.partners
        }
        return tuple(sorted(marks, key=lambda m: (m not in talk, marks.index(m))))[:_MOST]

    def _others(self, actor: str) -> tuple[str, ...]:
        return tuple(sorted(self._present() - {actor}))

    def _reach(self, cue: Cue) -> Problem | None:
        """Things are taken where they lie, and from nobody's hand."""
        where, holders = f"beat {cue.beat}", self.replay.holders
        if cue.action not in _HANDS or cue.target not in holders:
            return None
        holder = holders[cue.target]
        if cue.action == "put_down":
            if holder == cue.actor:
                return self._surface(cue)
            held = tuple(prop for prop, by in holders.items() if by == cue.actor)
            what = f"{cue.actor} puts down {cue.target} without holding it; pick it up before."
            return Problem(where, what, held[:_MOST])
        if holder not in ("", cue.actor):
            what = f"{cue.actor} does {cue.action} with {cue.target}, which {holder} holds; have "
            return Problem(where, f"{what}{holder} put it down before.")
        mark = self.replay.marks.get(self.replay.stance(cue.actor).mark)
        lies = self.lying.get(cue.target, "")
        if holder or mark is None or not lies or lies in (mark.id, *mark.partners):
            return None
        what = f"{cue.actor} is at {mark.id} and {cue.target} lies at {lies}, out of reach; have "
        return Problem(where, f"{what}{cue.actor} walk to {lies} before.", (lies,))

    def _surface(self, cue: Cue) -> Problem | None:
        """Who stands puts things down where there is something to put them on."""
        now = self.replay.stance(cue.actor)
        marks = self.replay.marks
        mark = marks.get(now.mark)
        if mark is None or now.posture == "sit":
            return None
        # who stands goes on standing: counters before tables
        ranked = sorted(marks.values(), key=lambda m: m.kind != "stand")
        surfaces = [m.id for m in ranked if m.surface]
        if not surfaces or any(near in surfaces for near in (mark.id, *mark.partners)):
            return None
        what = f"{cue.actor} puts down {cue.target} at {mark.id}, where there is no surface; have "
        return Problem(
            f"beat {cue.beat}", f"{what}{cue.actor} walk to one before.", tuple(surfaces[:_MOST])
        )

    def _apply(self, cue: Cue) -> None:
        if cue.action in (*WALKS, "follow", "enter", "exit"):
            self.walked.add(cue.actor)
        if cue.action == "put_down":
            mark = self.replay.marks.get(self.replay.stance(cue.actor).mark)
            self.lying[cue.target] = mark.id if mark is not None and mark.surface else ""
        self.replay.apply(cue)
        if cue.action == "enter":
            self.seen.add(cue.actor)

    # a beat

    def _double_duty(self, beat: Beat, cues: Sequence[Cue]) -> list[Problem]:
        """Nobody does two things with one body at one moment."""
        found = []
        kinds: dict[str, Callable[[Cue], bool]] = {
            "in two places": lambda c: c.action in (*WALKS, "follow", "exit", "sit"),
            "the same twice": lambda c: True,
            "two things with their hands": lambda c: c.action in _HANDS,
        }
        for (actor, at), together in _grouped(cues):
            if actor not in self.people:
                continue
            for told, fits in kinds.items():
                same = [c for c in together if fits(c)]
                if told == "the same twice":
                    times = Counter((c.action, c.target) for c in same)
                    same = [c for c in same if times[c.action, c.target] > 1]
                elif told == "in two places":
                    # walking up to a seat, a door or a thing and going on there is one way
                    same = [] if same[-1:] and same[0].action in WALKS and len(same) == 2 else same
                if len(same) > 1:
                    does = listed([f"{c.action} {c.target}".strip() for c in same])
                    found.append(
                        Problem(
                            f"beat {beat.id}",
                            f"{actor} is to {does} at the same moment ({at:g}): {told}. Leave one "
                            "out, or let it begin later in the beat or in the next.",
                        )
                    )
                    break
        return found

    def _spoken(self, beat: Beat, there: set[str]) -> list[Problem]:
        """Who speaks on the set is there, and so is whom they speak to."""
        where, found = f"beat {beat.id}", []
        speaker = beat.speaker or ""
        if beat.kind != "line" or not speaker:
            return []
        if beat.delivery == "on" and speaker not in there:
            gone = "has gone out" if speaker in self.seen else "is not there"
            found.append(
                Problem(
                    where,
                    f"{speaker} speaks but {gone}; place them when the scene begins, or have them "
                    "enter in a beat before.",
                    tuple(sorted(self.replay.doors)),
                )
            )
        reading = self.readings.get(beat.id)
        if reading is not None and reading.to in self.people and beat.delivery == "on":
            heard = {b.speaker for b in self.scene.beats if b.kind == "line" and b.delivery != "on"}
            if reading.to not in there and reading.to not in heard:
                what = f"{speaker} speaks to {reading.to}, who is not there; name somebody who is, "
                others = tuple(sorted(there - {speaker}))[:_MOST]
                found.append(Problem(where, f"{what}or nobody.", others))
        return found

    def _never_there(self) -> list[Problem]:
        """Everybody whom the prose or a line shows is there at some time."""
        shown: dict[str, str] = {}
        for beat in self.scene.beats:
            who = list(beat.people) if beat.kind == "action" else []
            for person in who:
                shown.setdefault(person, beat.id)
        return [
            Problem(
                f"placement {person}",
                f"{person} is seen in beat {beat} but never there; place them on a mark, or have "
                "them enter by then.",
                self._near(person, [m for m in self.replay.marks if self._is_free(m)]),
            )
            for person, beat in shown.items()
            if person in self.people and person not in self.seen
        ]

    def _is_free(self, mark: str) -> bool:
        return mark not in {p.mark for p in self.blocking.placements}


def _grouped(cues: Sequence[Cue]) -> list[tuple[tuple[str, float], list[Cue]]]:
    groups: dict[tuple[str, float], list[Cue]] = {}
    for cue in cues:
        groups.setdefault((cue.actor, round(cue.at, 3)), []).append(cue)
    return list(groups.items())
