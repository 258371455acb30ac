"""What is installed, what is missing, and what that costs."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

from filmagent import cast
from filmagent.errors import MissingDependency
from filmagent.library import shelf


@dataclass(frozen=True)
class Finding:
    """One thing looked for."""

    name: str
    present: bool
    found: str
    costs: str
    """What its absence costs, and the command that mends it."""
    optional: bool = True


_PACKAGES = (
    (
        "bpy",
        "Blender as a module",
        "no .blend and no final render: pip install 'bpy==4.5.*'",
        False,
    ),
    ("pyrender", "preview renderer", "no preview: pip install pyrender", False),
    ("av", "encoder", "no film.mp4: pip install av", False),
    ("embreex", "fast rays", "cameras cannot see walls: pip install embreex", False),
    ("torch", "torch", "no new cast members: pip install torch==2.13.0", True),
    (
        "PyOpenColorIO",
        "OpenColorIO",
        "preview without Blender's view transform: pip install opencolorio",
        True,
    ),
    ("OpenEXR", "OpenEXR", "film frames cannot be refined: pip install openexr", True),
    (
        "espeakng_loader",
        "espeak-ng voices",
        "English voices only: pip install espeakng-loader",
        True,
    ),
    (
        "pocketsphinx",
        "forced alignment",
        "mouths are timed less surely: pip install pocketsphinx",
        True,
    ),
    ("piper", "Piper voices", "no Piper voices: pip install piper-tts", True),
    (
        "kokoro_onnx",
        "Kokoro voices",
        "no Kokoro voices: pip install kokoro-onnx (numpy 2)",
        True,
    ),
    (
        "openai",
        "language model client",
        "no --crew llm, no speech server: pip install 'filmagent[llm]'",
        True,
    ),
    ("anny", "casting tool", "no new cast members: pip install 'filmagent[cast]'", True),
)
_DISTRIBUTIONS = {
    "PyOpenColorIO": "opencolorio",
    "OpenEXR": "openexr",
    "espeakng_loader": "espeakng-loader",
    "piper": "piper-tts",
    "kokoro_onnx": "kokoro-onnx",
}


def examine() -> list[Finding]:
    """Look around, without loading anything heavy."""
    findings = [
        Finding(title, importlib.util.find_spec(name) is not None, _version(name), costs, optional)
        for name, title, costs, optional in _PACKAGES
    ]
    voices = sorted({v.engine for v in cast.voices()})
    findings.append(
        Finding(
            "voices",
            bool(voices),
            ", ".join(voices),
            "silent films: apt install flite, or pip install espeakng-loader",
        )
    )
    findings.append(_program("flite", "natural English voices", "apt install flite"))
    findings.append(_program("nvidia-smi", "NVIDIA GPU", "", costs="final renders run on the CPU"))
    findings.append(
        _library(
            "libEGL.so.1", "headless OpenGL", "no preview: apt install libegl1 libgl1-mesa-dri"
        )
    )
    for kind in ("scenes", "assets"):
        findings.append(_shelf(kind))
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    findings.append(
        Finding(
            "disk",
            free > 2,
            f"{free:.0f} GB free here",
            f"only {free:.1f} GB free here: a film takes about 1 GB",
        )
    )
    return findings


def _shelf(kind: str) -> Finding:
    try:
        return Finding(kind, True, str(shelf.data(kind)), "")
    except MissingDependency as error:
        return Finding(kind, False, "", str(error), optional=False)


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(_DISTRIBUTIONS.get(name, name))
    except importlib.metadata.PackageNotFoundError:
        return ""


def _program(name: str, title: str, mend: str, costs: str = "") -> Finding:
    path = shutil.which(name)
    return Finding(title, path is not None, path or "", costs or f"not found: {mend}")


def _library(name: str, title: str, costs: str) -> Finding:
    import ctypes.util

    stem = name.removeprefix("lib").split(".so")[0]
    found = ctypes.util.find_library(stem)
    return Finding(title, found is not None, found or "", costs, optional=False)
