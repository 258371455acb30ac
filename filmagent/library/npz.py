"""npz files whose bytes depend on their contents alone, and that never hold a pickle."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.documents.base import write_bytes
from filmagent.errors import DocumentError

Array = NDArray[Any]

# numpy.savez stamps each member with the clock; equal arrays must give equal files
_EPOCH = (1980, 1, 1, 0, 0, 0)


def save(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays to ``path`` atomically, compressed, in key order.

    Raises
    ------
    ValueError
        If an array holds Python objects (it would need a pickle).
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for key in sorted(arrays):
            array = np.asanyarray(arrays[key])
            if array.dtype.hasobject:
                raise ValueError(f"array {key!r} holds Python objects; npz files here never do")
            if array.dtype.kind == "f":
                array = array + array.dtype.type(0)  # -0.0 and 0.0 are one number: one spelling
            member = io.BytesIO()
            np.lib.format.write_array(  # type: ignore[no-untyped-call]
                member, np.ascontiguousarray(array).reshape(array.shape), allow_pickle=False
            )
            info = zipfile.ZipInfo(f"{key}.npy", date_time=_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, member.getvalue(), compresslevel=6)
    write_bytes(path, buffer.getvalue())


def load(path: Path) -> dict[str, Array]:
    """Read all arrays of an npz.

    Raises
    ------
    DocumentError
        If the file is missing, truncated, or would need unpickling.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}
    except FileNotFoundError:
        raise DocumentError(f"{path} is missing; run `filmagent make` on the film.") from None
    except (ValueError, OSError, zipfile.BadZipFile, EOFError) as error:
        raise DocumentError(
            f"{path} is not a usable npz ({error}); delete it to have it made again."
        ) from None
