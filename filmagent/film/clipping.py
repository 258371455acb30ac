"""The clips of the user's shelf that a scene's actions name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from filmagent.documents import ActorTiming, SceneTiming
from filmagent.film.production import Film
from filmagent.film.records import digest
from filmagent.library import clips


def keys(film: Film, actions: Iterable[str]) -> dict[str, str]:
    """What an item that has these actions reads of the shelf; nothing where no clip is named."""
    named = _named(actions)
    if not named:
        return {}
    return {"clips": digest({name: film.digests.file(path) for name, path in named.items()})}


def played(
    timing: SceneTiming, actor: ActorTiming, performance: dict[str, Any], fps: tuple[int, int]
) -> dict[str, Any]:
    """An actor's performance of a scene, with the clips that its gestures name."""
    named = _named(acted(timing))
    if not named:
        return performance
    from filmagent.cast import imported
    from filmagent.library import cast

    found = {name: imported.load(path) for name, path in named.items()}
    return imported.overlay(performance, actor, cast.load(actor.member), found, fps)


def acted(timing: SceneTiming) -> set[str]:
    """The actions of everybody's gestures."""
    return {gesture.action for actor in timing.actors for gesture in actor.gestures}


def _named(actions: Iterable[str]) -> dict[str, Path]:
    shelf = clips.paths()
    return {name: shelf[name] for name in sorted(set(actions)) if name in shelf}
