"""The same people in every shot."""

from __future__ import annotations

from filmagent.refine.identity.references import on_white, references

__all__ = ["on_white", "references"]
