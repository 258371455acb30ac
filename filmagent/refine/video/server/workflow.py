"""A ComfyUI workflow with places for what a shot gives it.

The file is what ComfyUI's *Export (API)* writes: nodes by id, each with a class and its inputs.
Where the shot's things go is said in one of two ways:

- a node is titled ``filmagent.<place>``: its own input of that kind is filled (the text of a text
  node, the video of a loader, the seed of a sampler, the value of a number);
- an input holds ``{{place}}``, alone or amid other words.

=====================================  =====================================================
``picture``                            the engine's render
``control.depth`` ``.line`` …          control videos made of the passes
``mask``                               white where the model paints
``reference.1`` ``.2`` …               pictures of the characters in the shot
``prompt`` ``negative``                words
``seed`` ``steps`` ``guidance``        how it is sampled
``sigma_start``                        the noise to start from, 0–1
``width`` ``height`` ``frames`` ``fps``  of the clip
``output``                             (a title only) the node whose pictures are taken
=====================================  =====================================================

What clips the workflow's model takes is said under one key beside the nodes, which is not sent::

    "filmagent": {"every": 4, "beyond": 1, "grid": 16, "longest": 81, "overlap": 12}
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from filmagent.errors import InputError

CONTROLS = ("depth", "line", "normal", "pose")
CLIPS = ("picture", "mask", *(f"control.{kind}" for kind in CONTROLS))
VALUES = (
    "prompt",
    "negative",
    "seed",
    "steps",
    "guidance",
    "sigma_start",
    "width",
    "height",
    "frames",
    "fps",
)
OUTPUT = "output"
MOST_REFERENCES = 8
REFERENCES = tuple(f"reference.{n}" for n in range(1, MOST_REFERENCES + 1))
PLACES = (*CLIPS, *REFERENCES, *VALUES, OUTPUT)

CARRIERS = {"video": "video", "file": "video", "directory": "folder", "image": "still"}
"""What an input takes, by its name: VHS_LoadVideo, LoadVideo, VHS_LoadImages, LoadImage."""

_INPUTS = {
    **dict.fromkeys((*CLIPS, *REFERENCES), tuple(CARRIERS)),
    "prompt": ("text", "value", "string", "prompt", "positive_prompt"),
    "negative": ("text", "value", "string", "negative_prompt"),
    "seed": ("value", "seed", "noise_seed", "int"),
    "steps": ("value", "steps", "int"),
    "guidance": ("value", "cfg", "guidance", "float"),
    "sigma_start": ("value", "denoise", "denoise_strength", "float"),
    "width": ("value", "width", "int"),
    "height": ("value", "height", "int"),
    "frames": ("value", "length", "num_frames", "frames", "int"),
    "fps": ("value", "fps", "frame_rate", "float"),
}
"""Inputs that a titled node is looked through for, in this order."""
_PREFIX = "filmagent."
_MARK = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_LARGEST = 64 * 2**20


class Rules(BaseModel):
    """What clips a workflow takes; those of Wan where it does not say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every: Annotated[int, Field(ge=1)] = 4
    """A clip has ``every * k + beyond`` frames."""
    beyond: Annotated[int, Field(ge=0)] = 1
    grid: Annotated[int, Field(ge=2)] = 16
    """What width and height are multiples of."""
    longest: Annotated[int, Field(ge=1)] = 81
    """Frames of a window."""
    overlap: Annotated[int, Field(ge=0)] = 12
    """Frames over which a window fades into the next."""


@dataclass(frozen=True)
class Hole:
    """A place in a workflow: which input of which node, and for what."""

    node: str
    input: str
    place: str
    whole: bool
    """Whether it is all that the input holds."""

    @property
    def carrier(self) -> str:
        """How pictures get there: ``video``, ``folder`` or ``still``."""
        return CARRIERS.get(self.input, "")


class Workflow:
    """A workflow read from a file.

    Parameters
    ----------
    path
        Of the file.

    Raises
    ------
    InputError
        If it is none, or what it asks for is not known.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._nodes = _read(path)
        self.rules = self._rules(self._nodes.pop("filmagent", {}))
        for node, what in self._nodes.items():
            if not isinstance(what, dict) or not isinstance(what.get("inputs"), dict):
                raise InputError(
                    f'{path} is no workflow: "{node}" has no inputs. Export it with '
                    "Workflow → Export (API)."
                )
        self.holes = tuple(self._holes())
        if not {h.place for h in self.holes} & {"picture", *CLIPS[2:]}:
            raise InputError(
                f"{path} takes nothing of the shot: title the node that loads the video "
                f'"{_PREFIX}picture" or "{_PREFIX}control.depth".'
            )

    def takes(self, place: str) -> bool:
        """Whether there is a place for something."""
        return any(hole.place == place for hole in self.holes)

    @property
    def controls(self) -> tuple[str, ...]:
        """Kinds of control video that it takes."""
        return tuple(kind for kind in CONTROLS if self.takes(f"control.{kind}"))

    @property
    def references(self) -> int:
        """How many pictures of characters it takes."""
        return sum(self.takes(place) for place in REFERENCES)

    @cached_property
    def output(self) -> str | None:
        """The node whose pictures are taken, where one is titled so."""
        found = [n for n in self._nodes if self._title(n) == _PREFIX + OUTPUT]
        if len(found) > 1:
            raise InputError(
                f'{self.path} has {len(found)} nodes titled "{_PREFIX}{OUTPUT}"; leave one.'
            )
        return found[0] if found else None

    def filled(self, given: Mapping[Hole, Any]) -> dict[str, Any]:
        """The workflow as it is sent, with something in every place."""
        nodes = copy.deepcopy(self._nodes)
        for hole, value in given.items():
            if hole.whole:
                nodes[hole.node]["inputs"][hole.input] = value
        parts = [hole for hole in given if not hole.whole]
        for node, name in {(hole.node, hole.input) for hole in parts}:
            here = {h.place: str(given[h]) for h in parts if (h.node, h.input) == (node, name)}
            nodes[node]["inputs"][name] = _put(nodes[node]["inputs"][name], here)
        return nodes

    def called(self, node: str) -> str:
        """A node as people know it: its id, and its title or class."""
        what = self._nodes.get(node, {})
        name = self._title(node) or str(what.get("class_type", ""))
        return f"{node} ({name})" if name else node

    def _title(self, node: str) -> str:
        meta = self._nodes[node].get("_meta") if node in self._nodes else None
        return str(meta.get("title", "")).strip() if isinstance(meta, dict) else ""

    def _rules(self, said: Any) -> Rules:
        try:
            rules = Rules.model_validate(said)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, ("filmagent", *first["loc"])))
            raise InputError(f"{self.path}, {where}: {first['msg']}.") from None
        if rules.longest % rules.every != rules.beyond % rules.every:
            raise InputError(
                f"{self.path}, filmagent.longest: {rules.longest} is no length of "
                f"{rules.every}k+{rules.beyond} frames."
            )
        if rules.overlap * 3 > rules.longest:
            raise InputError(
                f"{self.path}, filmagent.overlap: {rules.overlap} is more than a third of a window "
                f"of {rules.longest} frames."
            )
        return rules

    def _holes(self) -> Iterator[Hole]:
        for node, what in self._nodes.items():
            title = self._title(node)
            if title.startswith(_PREFIX):
                place = self._known(title.removeprefix(_PREFIX), node)
                if place != OUTPUT:
                    yield Hole(node, self._input(node, place), place, True)
            for name, value in what["inputs"].items():
                for mark in _MARK.finditer(value) if isinstance(value, str) else ():
                    place = self._known(mark[1], node)
                    whole = mark[0] == value.strip()
                    hole = Hole(node, name, place, whole)
                    if place == OUTPUT or (place in CLIPS + REFERENCES and not hole.carrier):
                        raise InputError(
                            f'{self.path}, node {self.called(node)}: "{{{{{place}}}}}" cannot '
                            f'stand in its "{name}"; pictures go into {_or(CARRIERS)}.'
                        )
                    yield hole

    def _known(self, place: str, node: str) -> str:
        if place in PLACES:
            return place
        near = get_close_matches(place, PLACES, 1, 0.5)
        hint = f'do you mean "{near[0]}"?' if near else f"known are {', '.join(PLACES)}."
        raise InputError(
            f'{self.path}, node {self.called(node)}: there is no place "{place[:60]}"; {hint}'
        )

    def _input(self, node: str, place: str) -> str:
        """The input of a titled node that is meant: the first that no other node feeds."""
        inputs = self._nodes[node]["inputs"]
        for name in _INPUTS[place]:
            if name in inputs and not isinstance(inputs[name], list):
                return name
        raise InputError(
            f'{self.path}, node {self.called(node)}: it has no input for "{place}"; it needs one '
            f"called {_or(_INPUTS[place])}."
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise InputError(
            f"{path} cannot be read as a workflow; give the JSON file that ComfyUI's Export (API) "
            "writes."
        ) from None
    if isinstance(found, dict) and isinstance(found.get("nodes"), list):
        raise InputError(
            f"{path} is a workflow as the editor keeps it; export it with Workflow → Export (API)."
        )
    if not isinstance(found, dict) or not found:
        raise InputError(f"{path} holds no nodes; export a workflow with Export (API).")
    return found


def _put(text: str, here: Mapping[str, str]) -> str:
    """A text with its marks replaced, in one pass: what a prompt says is never taken for one."""
    return _MARK.sub(lambda mark: here[mark[1]], text)


def _or(names: Any) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else str(last)
