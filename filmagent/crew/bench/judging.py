"""Blind judging by pairs: the same story by two crews, sides shuffled, four aspects, votes counted.

Aspects are those of the human study of FilmAgent (Xu et al., 2025): plot, profiles, actions,
camera. Anyone can judge: a person with the sheet and a text editor, or a model.
Intervals are percentile bootstraps over pairs (Efron & Tibshirani, 1993, ch. 13); agreement is
Krippendorff's alpha for nominal data (Krippendorff, 2004, ch. 11).
"""

from __future__ import annotations

import csv
import io
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from filmagent.crew.bench.released import bare
from filmagent.crew.bench.script import Script
from filmagent.documents.seeds import seed
from filmagent.errors import InputError

Aspect = Literal["plot", "profile", "actions", "camera"]
Vote = Literal["A", "B", "tie"]
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
ASKED: dict[Aspect, str] = {
    "plot": "Which story holds together better and keeps you wanting to know what comes next?",
    "profile": "In which do people speak and act as those people would?",
    "actions": "In which does what people do fit what they say, and where they are?",
    "camera": "In which do the shots serve the story: what is shown, how near, and when it moves?",
}
_RESAMPLES = 2000
_FIELDS = ("judge", "pair", "aspect", "vote", "why")


@dataclass(frozen=True)
class Pair:
    """A story by two crews. Which is on which side is decided by the seed and the pair's name."""

    name: str
    one: Script
    two: Script

    def swapped(self, number: int) -> bool:
        """Whether the second crew's is on side A."""
        return bool(random.Random(seed(number, "judging", self.name)).getrandbits(1))

    def sides(self, number: int) -> tuple[Script, Script]:
        """Sides A and B."""
        return (self.two, self.one) if self.swapped(number) else (self.one, self.two)


def pairs(one: Mapping[str, Script], two: Mapping[str, Script]) -> list[Pair]:
    """The stories that both crews have told, by name.

    Raises
    ------
    InputError
        If there is none.
    """
    names = sorted(one.keys() & two.keys())
    if not names:
        raise InputError(
            "The two sets have no story of the same name: name folders or scripts alike in both."
        )
    return [Pair(name, one[name], two[name]) for name in names]


def sheet(every: Sequence[Pair], number: int) -> str:
    """The judging sheet as Markdown: nothing in it says which crew is which."""
    order = list(every)
    random.Random(seed(number, "judging", "order")).shuffle(order)
    out = [
        "# Judging sheet",
        "",
        "Each pair is one story told twice. For each aspect write A, B or tie into votes.csv.",
        "",
        *(f"- **{aspect}**: {ASKED[aspect]}" for aspect in ASPECTS),
    ]
    for pair in order:
        out += ["", f"# Pair: {_plain(pair.name)}"]
        for side, script in zip("AB", pair.sides(number), strict=True):
            out += ["", f"## {side}", "", told(script)]
    return "\n".join(out) + "\n"


def told(script: Script) -> str:
    """A script as a judge reads it: who, what is said and done, and each shot; no crew's marks."""
    out = []
    for scene in script.scenes:
        out += [f"### Scene {_plain(scene.id)}: {_plain(scene.place)}", ""]
        for line in scene.lines:
            out += [f"*{_name(who)} moves.*" for who in line.movers]
            does = ", ".join(f"{_name(d.who)}: {_deed(d.action)}" for d in line.deeds)
            shot = line.shot or "no shot"
            if line.text:
                said = f"**{_name(line.speaker)}**: {_plain(line.text)}"
                out.append(f"{said} [{_plain(shot)}{'; ' + does if does else ''}]")
            elif does:
                out.append(f"[{_plain(shot)}; {does}]")
            out.append("")
    return "\n".join(out).strip()


def template(every: Sequence[Pair]) -> str:
    """``votes.csv`` to be filled in."""
    return _csv([["", pair.name, aspect, "", ""] for pair in every for aspect in ASPECTS])


def votes_csv(judge: str, votes: Iterable[tuple[str, Aspect, Vote, str]]) -> str:
    """Votes of one judge as ``votes.csv`` has them: pair, aspect, vote, why."""
    return _csv([[judge, *map(str, vote)] for vote in votes])


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_FIELDS)
    writer.writerows(rows)
    return out.getvalue()


@dataclass(frozen=True)
class Ballot:
    """One vote, side still blind."""

    judge: str
    pair: str
    aspect: Aspect
    vote: Vote


def read_votes(text: str, name: str) -> list[Ballot]:
    """Votes of a file; lines without a vote are passed over.

    Raises
    ------
    InputError
        Naming the file and the line.
    """
    found = []
    reader = csv.DictReader(io.StringIO(text))
    if not {"pair", "aspect", "vote"} <= set(reader.fieldnames or ()):
        raise InputError(f"{name} has no columns pair, aspect and vote.")
    for number, row in enumerate(reader, 2):
        vote = (row.get("vote") or "").strip()
        aspect = (row.get("aspect") or "").strip().casefold()
        if not vote:
            continue
        known = {v.casefold(): v for v in get_args(Vote)}
        if aspect not in ASPECTS or vote.casefold() not in known:
            raise InputError(
                f"{name}, line {number}: write A, B or tie for one of {', '.join(ASPECTS)}."
            )
        judge = (row.get("judge") or "").strip() or name
        found.append(Ballot(judge, (row.get("pair") or "").strip(), aspect, known[vote.casefold()]))
    return found


@dataclass(frozen=True)
class Tally:
    """What the judges said of one aspect."""

    aspect: str
    votes: int
    first: float
    """Share of the first crew; a tie is half a vote for each."""
    low: float
    high: float
    """95 % interval of that share."""
    ties: float
    alpha: float | None
    """Agreement of the judges, 1 perfect, 0 chance; None with fewer than two of a pair."""


def tally(ballots: Sequence[Ballot], every: Sequence[Pair], number: int) -> list[Tally]:
    """The votes, unblinded, for each aspect and for all together.

    Raises
    ------
    InputError
        For votes on a pair that there is not.
    """
    known = {p.name: p for p in every}
    points: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    units: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for ballot in ballots:
        pair = known.get(ballot.pair)
        if pair is None:
            raise InputError(f'There is no pair "{ballot.pair}"; there are {", ".join(known)}.')
        first = "B" if pair.swapped(number) else "A"
        point = 0.5 if ballot.vote == "tie" else float(ballot.vote == first)
        for aspect in (ballot.aspect, "all"):
            points[aspect][ballot.pair].append(point)
            units[aspect][ballot.pair, ballot.aspect].append(ballot.vote)
    return [
        _tallied(aspect, points[aspect], list(units[aspect].values()), number)
        for aspect in (*ASPECTS, "all")
        if points[aspect]
    ]


def _tallied(
    aspect: str, points: Mapping[str, Sequence[float]], units: Sequence[Sequence[str]], number: int
) -> Tally:
    rows = [points[name] for name in sorted(points)]
    every = [p for row in rows for p in row]
    rng = random.Random(seed(number, "judging", f"bootstrap {aspect}"))
    means = sorted(_mean([p for _ in rows for p in rng.choice(rows)]) for _ in range(_RESAMPLES))
    return Tally(
        aspect,
        len(every),
        _mean(every),
        means[round(0.025 * (_RESAMPLES - 1))],
        means[round(0.975 * (_RESAMPLES - 1))],
        sum(p == 0.5 for p in every) / len(every),
        agreement(units),
    )


def agreement(units: Iterable[Sequence[str]]) -> float | None:
    """Krippendorff's alpha for nominal data, judges' votes by unit.

    ``1 − (n − 1) Σ_{c≠k} o_ck / Σ_{c≠k} n_c n_k`` with coincidences ``o`` (Krippendorff, 2004,
    eq. 11.2); None where no unit has two votes, 1 where all votes are alike.

    >>> agreement([["A", "A"], ["B", "B"]])
    1.0
    """
    whole: Counter[str] = Counter()
    apart = 0.0
    for votes in units:
        if len(votes) < 2:
            continue
        count = Counter(votes)
        whole.update(count)
        pairs_apart = len(votes) ** 2 - sum(n * n for n in count.values())
        apart += pairs_apart / (len(votes) - 1)
    total = sum(whole.values())
    if not total:
        return None
    expected = total**2 - sum(n * n for n in whole.values())
    return 1.0 - (total - 1) * apart / expected if expected else 1.0


def markdown(tallies: Sequence[Tally], one: str, two: str) -> str:
    """The outcome as a page."""
    out = [
        f"# {_plain(one)} against {_plain(two)}",
        "",
        f"| aspect | votes | {_plain(one)} preferred | 95 % | ties | agreement (α) |",
        "|---|---:|---:|---|---:|---:|",
    ]
    for t in tallies:
        alpha = "" if t.alpha is None else f"{t.alpha:.2f}"
        out.append(
            f"| {t.aspect} | {t.votes} | {t.first:.2f} | {t.low:.2f} to {t.high:.2f} "
            f"| {t.ties:.2f} | {alpha} |"
        )
    return "\n".join(out) + "\n"


def _name(text: str) -> str:
    return _plain(text.replace("_", " ").title())


def _deed(action: str) -> str:
    """An action in words that do not give away whose vocabulary it is."""
    words = bare(action)
    return _plain(words.removeprefix("standing ").removeprefix("sitting "))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _plain(text: str) -> str:
    """A text that is not read as Markdown: no headings, tables or emphasis out of it."""
    words = " ".join(text.split()).replace("|", "/")
    return "".join(f"\\{c}" if c in "*_`#[]<>" else c for c in words)
