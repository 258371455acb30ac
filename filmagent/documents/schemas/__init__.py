"""The documents' JSON Schemas, committed so that a change of contract shows in a diff.

``python -m filmagent.documents.schemas`` writes them anew.
"""

from __future__ import annotations

import json

from filmagent.documents.base import Document


def schema_text(kind: type[Document]) -> str:
    """The JSON Schema of a document, as it is committed."""
    return json.dumps(kind.model_json_schema(), indent=1, ensure_ascii=False) + "\n"
