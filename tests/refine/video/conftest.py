"""Lets the tests of video models share their tiny ones; diffusers takes seconds to import, once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def vace_pipeline() -> Any:
    """A tiny ``WanVACEPipeline``."""
    import tiny

    return tiny.vace()
