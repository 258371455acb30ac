"""Whole pipelines on a server like ComfyUI's: a workflow is filled, run there, and its pictures
fetched.

>>> server = Server("http://127.0.0.1:8188", Path("workflow.json"), fps=24)      # doctest: +SKIP
>>> for pictures in server.paint(request, work, "piece", told):                 # doctest: +SKIP
...     write(pictures)

=====================  ==================================================================
`server.workflow`      the workflow's file: places, and what is put there
`server.wire`          requests to a server: bounded, tried again
`server.exchange`      its jobs and files: asked for, waited for, called off, fetched
`server.parcels`       pictures on their way: MP4 or PNG there, either back
`server.outputs`       what a finished job has made
`server.painter`       a shot, window by window: `Server`
=====================  ==================================================================

The server samples as its workflow says: our noise levels, holds and windows do not reach it. What
it sends is pictures and words; no name it gives becomes a path here.
"""

from __future__ import annotations

from filmagent.refine.video.server.painter import Server
from filmagent.refine.video.server.wire import Patience

__all__ = ["Patience", "Server"]
