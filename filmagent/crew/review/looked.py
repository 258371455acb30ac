"""A shot as it was taken and cut: what is known of it when it is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from filmagent.crew.review.faults import Fault, faults_of, score
from filmagent.documents import Cut, Edit, Setup, TakeReport


@dataclass(frozen=True)
class Look:
    """One setup that the film shows."""

    scene: str
    setup: Setup
    report: TakeReport
    cuts: tuple[Cut, ...]
    held: bool = False
    """Locked: looked at, not judged."""

    @property
    def frames(self) -> int:
        """How long it is on the screen."""
        return sum(cut.frames for cut in self.cuts)

    @property
    def longest(self) -> Cut:
        """Where it is seen longest: the frame that stands for it is its middle."""
        return max(self.cuts, key=lambda c: c.frames)

    @property
    def figures(self) -> dict[str, float]:
        """The take's figures."""
        return {**self.report.scores, "given_up": float(len(self.report.given_up))}

    @property
    def joins(self) -> dict[str, float]:
        """The worst of its cuts, figure by figure."""
        names = {name for cut in self.cuts for name in cut.joins}
        return {
            name: max(float(cut.joins.get(name, 0.0)) for cut in self.cuts)
            for name in sorted(names)
        }

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with it, worst first."""
        return faults_of(self.figures, self.joins)

    @property
    def taken(self) -> float:
        """The take's own score, 0–1, however it is cut."""
        return score(faults_of(self.figures, {}))

    @property
    def score(self) -> float:
        """The score of the shot with its cuts, 0–1."""
        return score(self.faults)


def looks(
    setups: Mapping[str, Setup],
    reports: Mapping[str, TakeReport],
    edit: Edit,
) -> list[Look]:
    """The setups that the film shows, in the order in which they come first.

    Parameters
    ----------
    setups, reports
        By setup id.
    """
    cuts: dict[str, list[Cut]] = {}
    for cut in edit.cuts:
        if cut.kind == "shot" and cut.setup in setups and cut.setup in reports:
            cuts.setdefault(cut.setup, []).append(cut)
    return [
        Look(
            own[0].scene,
            setups[name],
            reports[name],
            tuple(own),
            setups[name].locked or reports[name].locked,
        )
        for name, own in cuts.items()
    ]


def film_score(every: Sequence[Look]) -> float:
    """The film's score: its shots', each for as long as it is seen; 1 where nothing is wrong."""
    frames = sum(look.frames for look in every)
    return sum(look.score * look.frames for look in every) / frames if frames else 1.0
