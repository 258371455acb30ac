"""Command line of the Blender department (`filmagent.blender` documents it)."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path


def _package() -> str:
    """The package's name; run as a file by ``blender --python``, it is loaded first."""
    if __package__:
        return __package__
    import importlib.util

    folder = Path(__file__).resolve().parent
    spec = importlib.util.spec_from_file_location(
        "filmagent_blender", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return spec.name


def main(words: list[str]) -> int:
    """Run one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m filmagent.blender")
    verbs = parser.add_subparsers(dest="verb", required=True)
    build = verbs.add_parser("build", help="build a scene's .blend")
    build.add_argument("stage")
    build.add_argument("blend")
    build.add_argument("--root", default="")
    render = verbs.add_parser("render", help="render jobs from a .blend")
    render.add_argument("--blend", required=True)
    render.add_argument("--jobs", required=True, type=Path)
    read = verbs.add_parser("read", help="read cameras and markers back from a .blend")
    read.add_argument("blend", type=Path)
    read.add_argument("--folder", default="", help="where the tracks go; by default beside it")
    bring = verbs.add_parser("import", help="read a rigged character or its motion into an npz")
    bring.add_argument("file")
    bring.add_argument("npz")
    bring.add_argument("--motion", action="store_true", help="its motion instead of its meshes")
    verbs.add_parser("worker", help="answer JSON requests on stdin")
    asked = parser.parse_args(words)

    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    from importlib import import_module

    module = import_module(".worker", _package())
    worker = module.Worker(module.private_stdout())
    if asked.verb == "worker":
        worker.serve(sys.stdin)
        return 0
    if asked.verb == "build":
        jobs = [{"do": "build", "stage": asked.stage, "blend": asked.blend, "root": asked.root}]
    elif asked.verb == "read":
        folder = asked.folder or str(asked.blend.with_suffix(".tracks"))
        jobs = [{"do": "cameras", "blend": str(asked.blend), "folder": folder}]
    elif asked.verb == "import":
        jobs = [{"do": "import", "file": asked.file, "npz": asked.npz, "motion": asked.motion}]
    else:
        listed = json.loads(asked.jobs.read_text(encoding="utf-8"))
        jobs = [{"do": "render", "blend": asked.blend, **job} for job in listed]
    return 0 if all([worker.answer(job) for job in jobs]) else 1


if __name__ == "__main__":
    # blender hands over its own arguments too; ours come after "--"
    _words = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:]
    sys.exit(main(_words))
