"""Two sets of films judged blind by pairs: the sheet, votes by anyone, and the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from filmagent.crew.bench import asked, judging
from filmagent.crew.model import Model
from filmagent.documents import Document, write_text
from filmagent.errors import InputError
from filmagent.film.benching import scripts_in


class Sheet(Document):
    """``sheet.json``: which sets are compared; sides follow from the seed and the pairs' names."""

    SCHEMA_VERSION: ClassVar[int] = 1
    one: str
    two: str
    seed: int = 0


def make_sheet(one: str | Path, two: str | Path, folder: str | Path, *, seed: int = 0) -> Path:
    """Write ``sheet.md`` for judges, ``votes.csv`` to fill in and ``sheet.json`` for the count.

    Raises
    ------
    InputError
        If the two sets have no story of the same name.
    """
    every = judging.pairs(scripts_in(one), scripts_in(two))
    root = Path(folder)
    write_text(root / "sheet.md", judging.sheet(every, seed))
    if not (root / "votes.csv").exists():
        write_text(root / "votes.csv", judging.template(every))
    Sheet(one=str(one), two=str(two), seed=seed).write(root / "sheet.json")
    return root / "sheet.md"


def ask_judge(folder: str | Path, model: Model) -> Path:
    """Have a model judge every pair, in both orders; the path of its votes."""
    sheet, every = _read(folder)
    votes = asked.judge(every, sheet.seed, model)
    from filmagent.documents.ids import safe_id

    path = Path(folder) / f"votes_{safe_id(model.name)}.csv"
    write_text(path, judging.votes_csv(model.name, votes))
    return path


def count(folder: str | Path, votes: Sequence[str | Path] = ()) -> Path:
    """Count votes (default: every ``votes*.csv`` beside the sheet); the path of ``outcome.md``.

    Raises
    ------
    InputError
        If a file cannot be read, or there is no vote.
    """
    sheet, every = _read(folder)
    paths = [Path(v) for v in votes] or sorted(Path(folder).glob("votes*.csv"))
    ballots = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise InputError(f"{path} cannot be read; give a CSV file of votes.") from None
        ballots += judging.read_votes(text, path.name)
    if not ballots:
        raise InputError(f"There is no vote yet: fill in {Path(folder) / 'votes.csv'}.")
    tallies = judging.tally(ballots, every, sheet.seed)
    outcome = Path(folder) / "outcome.md"
    write_text(outcome, judging.markdown(tallies, sheet.one, sheet.two))
    return outcome


def _read(folder: str | Path) -> tuple[Sheet, list[judging.Pair]]:
    sheet = Sheet.read(Path(folder) / "sheet.json")
    return sheet, judging.pairs(scripts_in(sheet.one), scripts_in(sheet.two))
