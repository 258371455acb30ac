"""A film in production: its documents, its stages, and the one loop that runs them."""

from __future__ import annotations

import errno
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from filmagent.documents import (
    Blocking,
    Breakdown,
    Catalogue,
    Document,
    Edit,
    Outline,
    SceneBlocking,
    SceneStage,
    SceneTiming,
    ShotList,
    TakeReport,
    WrittenScenes,
    write_text,
)
from filmagent.documents.settings import FilmSettings
from filmagent.errors import DocumentError, FilmError, InputError
from filmagent.film.folder import Folder
from filmagent.film.items import made
from filmagent.film.merge import merge
from filmagent.film.records import Digests, Item, Records, Standing, read_json

if TYPE_CHECKING:
    from filmagent.crew.agents import AgentCrew

log = logging.getLogger(__name__)
D = TypeVar("D", bound=Document)


@dataclass(frozen=True)
class Event:
    """What happens during a run, for progress bars and ``--json``."""

    kind: str
    """``stage`` (begins), ``item`` (done), ``progress``, ``note`` (worth saying), ``end``."""
    stage: str
    item: str = ""
    text: str = ""
    done: float = 0.0
    total: float = 0.0
    seconds: float = 0.0


Listener = Callable[[Event], None]
OF_AN_IDEA = ("outline", "scenes", "dialogue")
"""Stages of films that begin as an idea."""


class Stage(Protocol):
    """A department at work on a film: lists its items from the documents that stand."""

    name: str

    def items(self, film: Film) -> Sequence[Item]:
        """All items, whether done or not."""
        ...


@dataclass
class Film:
    """A film folder and what is needed to work on it.

    Examples
    --------
    >>> film = Film(Path("films/x"))  # doctest: +SKIP
    >>> film.run()  # doctest: +SKIP
    """

    root: Path
    listener: Listener = lambda event: None
    workers: int = 2
    replay: Path | None = None
    """A record of answers: the model is not asked, and nothing is sent anywhere."""
    folder: Folder = field(init=False)
    digests: Digests = field(init=False, default_factory=Digests)
    _parsed: dict[Path, tuple[str, Document]] = field(init=False, default_factory=dict)
    _holds: int = field(init=False, default=0)
    _writing: threading.RLock = field(init=False, default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.root = Path(self.root)
        self.folder = Folder(self.root)

    # -- what stands in the folder ---------------------------------------------------------

    @cached_property
    def records(self) -> Records:
        """What was made from what."""
        return Records(self.folder.records)

    @property
    def settings(self) -> FilmSettings:
        """The film's settings."""
        self.folder.require()
        return self._read(self.folder.settings, FilmSettings)

    @property
    def outline(self) -> Outline:
        """``outline.json``."""
        return self._read(self.folder.outline, Outline)

    @property
    def scenes(self) -> WrittenScenes:
        """``scenes.json``."""
        return self._read(self.folder.scenes, WrittenScenes)

    @property
    def breakdown(self) -> Breakdown:
        """``breakdown.json``."""
        return self._read(self.folder.breakdown, Breakdown)

    @property
    def blocking(self) -> Blocking:
        """``blocking.json``."""
        return self._read(self.folder.blocking, Blocking)

    def blocked(self) -> dict[str, SceneBlocking]:
        """The blocking of every scene, by scene.

        Raises
        ------
        DocumentError
            While a scene has none: a run was stopped before it was decided.
        """
        found = {scene.scene: scene for scene in self.blocking.scenes}
        for scene in self.scene_ids():
            if scene not in found:
                raise DocumentError(
                    f"{self.folder.blocking} has no scene {scene} yet; run `filmagent make` on "
                    "the film."
                )
        return found

    @property
    def shotlist(self) -> ShotList:
        """``shotlist.json``."""
        return self._read(self.folder.shotlist, ShotList)

    @property
    def edit(self) -> Edit:
        """``edit.json``."""
        return self._read(self.folder.edit, Edit)

    def timing(self, scene: str) -> SceneTiming:
        """A scene's timing."""
        return self._read(self.folder.timing(scene), SceneTiming)

    def staged(self, scene: str) -> SceneStage:
        """A scene, everything resolved."""
        return self._read(self.folder.staged(scene), SceneStage)

    def report(self, take: str) -> TakeReport:
        """A take's report."""
        return self._read(self.folder.take(take), TakeReport)

    @cached_property
    def catalogue(self) -> Catalogue:
        """What a crew may name on this machine."""
        from filmagent.film.shelves import catalogue

        return catalogue(self.settings.speech if self.folder.settings.exists() else None)

    @cached_property
    def agents(self) -> AgentCrew:
        """The crew whose decisions models make; hired when it is first needed."""
        from filmagent.film.crewing import hire

        return hire(self)

    def scene_ids(self) -> list[str]:
        """The scenes, in order; empty before there is a breakdown."""
        if not self.folder.breakdown.exists():
            return []
        return [scene.id for scene in self.breakdown.scenes]

    def _read(self, path: Path, kind: type[D]) -> D:
        # documents are read by many items of a stage: parsing once per content is enough
        content = self.digests.file(path)
        known = self._parsed.get(path)
        if known is None or known[0] != content:
            known = self._parsed[path] = (content, kind.read(path))
        return known[1].model_copy(deep=True)  # type: ignore[return-value]

    # -- writing, with what people changed by hand kept ---------------------------------------

    def put(self, path: Path, document: Document) -> None:
        """Write a machine-made document; a person's changes since the last one are merged in."""
        with self._writing:
            self._put(path, document)

    def _put(self, path: Path, document: Document) -> None:
        new = json.loads(document.to_json())
        base_path = self.folder.base / self.folder.relative(path)
        pending = base_path.with_name(f"{base_path.name}.pending")
        mine, base = read_json(path), read_json(base_path)
        left = read_json(pending)
        if left is not None and mine == left["written"]:
            # stopped between the document and its base: nothing of it is a hand's
            base = left["base"]
        merged, conflicts = (new, []) if mine is None or base is None else merge(base, mine, new)
        for place in conflicts:
            self.note(
                "merge",
                f"{self.folder.relative(path)}: {place} was changed by hand and by "
                "the crew; the hand's version is kept.",
            )
        whole = type(document).from_raw(merged, str(path))
        write_text(pending, json.dumps({"base": new, "written": json.loads(whole.to_json())}))
        whole.write(path)
        write_text(base_path, document.to_json())
        pending.unlink()

    def put_scene(
        self, path: Path, document: Document, scene: str, order: Sequence[str] | None = None
    ) -> None:
        """Write one scene of a document that holds all scenes; other scenes stay as they are.

        ``order`` is that of the scenes, where it is not the breakdown's.
        """
        kind = type(document)
        with self._writing:
            order = self.scene_ids() if order is None else order
            base_path = self.folder.base / self.folder.relative(path)
            whole = kind.read(base_path) if base_path.exists() else kind()
            parts = {p.scene: p for p in whole.scenes}  # type: ignore[attr-defined]
            parts |= {p.scene: p for p in document.scenes}  # type: ignore[attr-defined]
            whole.scenes = [parts[s] for s in order if s in parts]  # type: ignore[attr-defined]
            self.put(path, whole)

    def note(self, stage: str, text: str) -> None:
        """Say something worth knowing."""
        with self._writing:
            self.listener(Event("note", stage, text=text))

    # -- running ---------------------------------------------------------------------------

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the film for this process, however often; a full disk becomes one sentence.

        Raises
        ------
        BusyError
            If another process holds it.
        FilmError
            If the disk is full.
        """
        try:
            if self._holds:
                yield
                return
            with self.folder.locked():
                # what another process did before this one got the film
                self.__dict__.pop("records", None)
                self._holds += 1
                try:
                    yield
                finally:
                    self._holds -= 1
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise FilmError(
                    f"The disk that holds {self.root} is full; free some space and run the "
                    "same command again: what is finished is kept."
                ) from None
            raise

    def run(self, stages: Sequence[Stage], *, only: str | None = None) -> None:
        """Bring stages up to date, in order. Finished items survive any stop.

        Raises
        ------
        FilmError
            In one sentence; what was finished is kept.
        """
        self.folder.require()
        with self.held():
            if any(stage.name == "takes" for stage in stages):
                from filmagent.film.hand_saved import adopt

                adopt(self)
            try:
                for stage in stages:
                    if only is None or stage.name == only:
                        self._run_stage(stage)
            finally:
                if "agents" in self.__dict__:
                    from filmagent.film.crewing import settle

                    settle(self)

    def _run_stage(self, stage: Stage) -> None:
        started = time.monotonic()
        items = [i for i in stage.items(self) if self.records.standing(i).state != "done"]
        total = sum(i.seconds for i in items)
        if items:
            self.listener(Event("stage", stage.name, total=total))
        done = 0.0
        for item, took in made(items):
            if not item.exists():
                raise DocumentError(f"{item.name} was made, but its result is not in {self.root}.")
            self.records.done(item)
            done += item.seconds
            self.listener(
                Event(
                    "item",
                    stage.name,
                    item.id,
                    done=done,
                    total=total,
                    seconds=took,
                )
            )
        if items:
            self.listener(Event("end", stage.name, seconds=time.monotonic() - started))

    def status(self, stages: Sequence[Stage]) -> list[Standing]:
        """How every item stands; an item after a stale one is stale because of it."""
        self.folder.require()
        standings: list[Standing] = []
        for stage in stages:
            try:
                items = stage.items(self)
            except DocumentError as error:
                standings.append(Standing(stage.name, "missing", [str(error)]))
                continue
            found = [self.records.standing(item) for item in items]
            waits = stage.name not in OF_AN_IDEA or self.folder.idea.exists()
            if not found and not self.scene_ids() and waits:
                found = [Standing(stage.name, "missing", ["earlier stages"])]
            standings += found
        return standings

    def times_redone(self, name: str) -> int:
        """How often an item (``stage/id``) that a model decides was to be decided again."""
        return int(self.records.value(f"again/{name}").get("times", 0))

    def redo(self, stages: Sequence[Stage], stage: str, item: str | None = None) -> None:
        """Have a stage, or one item of it, decided again at the next run.

        Raises
        ------
        InputError
            If there is no such stage or item.
        """
        names = [s.name for s in stages]
        if stage not in names:
            raise InputError(f"There is no stage {stage!r}; the stages are {', '.join(names)}.")
        with self.held():
            forgotten = self.records.forget(stage, item)
            if self.settings.crew != "house":
                # the same question would have the same answer
                for name in forgotten:
                    self.records.keep(f"again/{name}", {"times": str(self.times_redone(name) + 1)})
        if not forgotten and item:
            known = [i.id for s in stages if s.name == stage for i in s.items(self)]
            raise InputError(
                f"Stage {stage} has no item {item!r} that is done; its items are "
                f"{', '.join(known) or 'none yet'}."
            )


def save_settings(folder: Folder, **changes: Any) -> FilmSettings:
    """Make or change ``film.json``; None leaves a setting as it is."""
    known = {k: v for k, v in changes.items() if v is not None}
    if folder.settings.exists():
        settings = FilmSettings.read(folder.settings).model_copy(update=known)
    else:
        settings = FilmSettings(**known)
    settings.write(folder.settings)
    return settings
