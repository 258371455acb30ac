"""What a finished job has made: the files of its output node, as the pictures of a window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from filmagent.errors import InputError
from filmagent.refine.video.server import parcels
from filmagent.refine.video.server.exchange import Exchange, Failed, Named
from filmagent.refine.video.server.parcels import Pictures
from filmagent.refine.video.server.workflow import OUTPUT, Workflow
from filmagent.refine.video.windows import Span


def pictures(
    exchange: Exchange,
    workflow: Workflow,
    record: Mapping[str, Any],
    span: Span,
    size: tuple[int, int],
) -> Pictures:
    """All pictures of a finished job, (n, H, W, 3).

    Parameters
    ----------
    exchange
        The server.
    workflow
        What was run there.
    record
        What the server says of the job.
    span
        The window: as many frames as were asked for.
    size
        Width and height that they are to have.

    Raises
    ------
    Failed
        If there is no picture, or not one a frame.
    Unreadable
        If a file holds no pictures.
    InputError
        If more than one node makes pictures, and none is titled as the one that is meant.
    """
    found: list[Pictures] = []
    for named in _made(workflow, record):
        for picture in parcels.opened(exchange.fetch(named), size):
            found.append(picture)
            if len(found) > span[1] - span[0]:
                break
    if len(found) != span[1] - span[0]:
        many = "more" if len(found) > span[1] - span[0] else str(len(found))
        raise Failed(
            f"The server gave {many} frames for a window of {span[1] - span[0]}; have the "
            f'workflow make as many as "filmagent.frames" says, or say under "filmagent" in '
            f"{workflow.path} which lengths it takes."
        )
    return np.stack(found)


def _made(workflow: Workflow, record: Mapping[str, Any]) -> list[Named]:
    """The files of the node that is the output."""
    outputs = record.get("outputs")
    by_node = {
        node: [named for named in map(Named.of, _listed(out)) if named is not None]
        for node, out in (outputs if isinstance(outputs, dict) else {}).items()
    }
    titled = workflow.output
    if titled is not None:
        made = by_node.get(titled, [])
    else:
        full = {n: [f for f in files if f.kind == "output"] for n, files in by_node.items()}
        full = {node: files for node, files in full.items() if files}
        if len(full) > 1:
            nodes = ", ".join(map(workflow.called, full))
            raise InputError(
                f"The workflow makes pictures at nodes {nodes}; title the one that is meant "
                f'"filmagent.{OUTPUT}".'
            )
        made = next(iter(full.values()), [])
    if not made:
        raise Failed(
            "The server finished without a picture; let the workflow end in a node that saves "
            "images or a video."
        )
    return made


def _listed(out: Any) -> list[Any]:
    """What a node says it made: of images, gifs and videos, whatever there is."""
    if not isinstance(out, dict):
        return []
    return [one for kind in ("images", "gifs", "videos") for one in (out.get(kind) or ())]
