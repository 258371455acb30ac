"""The look of a film, without weights or a GPU: scatter, stock, grain, print.

==================  =====================================================================
`look.presets`      looks as data: ``assets/looks/*.toml``
`look.glow`         bloom, halation, vignette
`look.colour`       light and display values, a stock's matrix, a print's curves
`look.grain`        grain in density, one sheet a film
`look.grade`        all of it on one picture
==================  =====================================================================
"""

from __future__ import annotations

from filmagent.refine.look.grade import Grade
from filmagent.refine.look.presets import Look, load, names, read

__all__ = ["Grade", "Look", "load", "names", "read"]
