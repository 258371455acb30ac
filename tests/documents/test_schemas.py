"""The documents' JSON Schemas are committed: a change of contract shows in a diff."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from filmagent import documents
from filmagent.documents import Breakdown, Document
from filmagent.documents.notes import Notes
from filmagent.documents.schemas import schema_text
from filmagent.documents.settings import FilmSettings
from filmagent.errors import DocumentError

FOLDER = Path(documents.__file__).parent / "schemas"
KINDS: list[type[Document]] = [
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
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_committed_schema_is_the_documents_schema(kind: type[Document]) -> None:
    path = FOLDER / f"{kind.__name__}.json"
    assert path.read_text(encoding="utf-8") == schema_text(kind), (
        "the contract changed: run `python -m filmagent.documents.schemas` and commit the diff"
    )


def test_unknown_key_names_file_place_and_nearest_key(tmp_path: Path) -> None:
    path = tmp_path / "breakdown.json"
    path.write_text(json.dumps({"scenes": [{"id": "1", "slugline": "X", "plaace": "Y"}]}))
    with pytest.raises(DocumentError, match=r'breakdown\.json.*"plaace" at scenes\.0.*"place"'):
        Breakdown.read(path)


def test_newer_schema_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "breakdown.json"
    path.write_text('{"schema_version": 99}')
    with pytest.raises(DocumentError, match="newer filmagent"):
        Breakdown.read(path)


def test_half_a_document_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "breakdown.json"
    path.write_text('{"title": "The')
    with pytest.raises(DocumentError, match="not valid JSON"):
        Breakdown.read(path)


def test_numbers_are_quantised_so_that_equal_decisions_are_equal_bytes() -> None:
    first = documents.Voice(engine="flite", name="slt", pitch=0.1 + 0.2)
    second = documents.Voice(engine="flite", name="slt", pitch=0.3)
    assert first == second
    assert documents.Voice(engine="e", name="n", pitch=-1e-9).model_dump_json().count("-") == 0
