"""Write every document's JSON Schema beside this file."""

from __future__ import annotations

from pathlib import Path

from filmagent import documents
from filmagent.documents.notes import Notes
from filmagent.documents.schemas import schema_text
from filmagent.documents.settings import FilmSettings

for kind in (
    documents.Outline,
    documents.WrittenScenes,
    documents.Breakdown,
    documents.Blocking,
    documents.SceneTiming,
    documents.ShotList,
    documents.TakeReport,
    documents.Edit,
    documents.SceneStage,
    Notes,
    FilmSettings,
):
    path = Path(__file__).parent / f"{kind.__name__}.json"
    documents.write_text(path, schema_text(kind))
