"""Cuts a mesh along a line of a value on its surface: clean hems, whatever the triangles."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from filmagent.library.bodies.flesh import Array, Mesh

_EDGES = ((0, 1), (0, 2))


def cut(mesh: Mesh, value: Array) -> tuple[Mesh, Mesh]:
    """The parts of a mesh where a value is over one half, and where it is not.

    Triangles that the line crosses are split along it; what lies on a new vertex (place, weights,
    shapes) is shared between the two that its edge joins.

    Parameters
    ----------
    mesh
        Theirs.
    value
        (V,) 0–1.
    """
    field = np.where(np.abs(value - 0.5) < 1e-6, 1e-6, value - 0.5)
    over = field[mesh.faces] > 0
    count = over.sum(axis=1)
    crossed = (count == 1) | (count == 2)
    # the corner that is alone on its side comes first
    alone = np.where(count[crossed] == 1, over[crossed].argmax(1), (~over[crossed]).argmax(1))
    order = (alone[:, None] + np.arange(3)) % 3
    corners = np.take_along_axis(mesh.faces[crossed], order, axis=1)
    edges = np.concatenate([corners[:, list(pair)] for pair in _EDGES])
    unique, back = np.unique(np.sort(edges, axis=1), axis=0, return_inverse=True)
    first, second = (len(field) + part for part in np.split(back.ravel(), 2))
    grown = _grown(mesh, unique, field)
    tip = np.stack([corners[:, 0], first, second], axis=1)
    rest = np.concatenate(
        [
            np.stack([first, corners[:, 1], corners[:, 2]], axis=1),
            np.stack([first, corners[:, 2], second], axis=1),
        ]
    )
    inside = field[corners[:, 0]] > 0
    both = np.concatenate([inside, inside])
    whole = mesh.faces[~crossed]
    kept = count[~crossed] == 3
    return (
        _of(grown, np.concatenate([whole[kept], tip[inside], rest[~both]])),
        _of(grown, np.concatenate([whole[~kept], tip[~inside], rest[both]])),
    )


def _grown(mesh: Mesh, edges: Array, field: Array) -> Mesh:
    """The mesh with a vertex where the line crosses each of some edges; faces as they were."""
    old, new = len(field), len(edges)
    share = field[edges[:, 0]] / (field[edges[:, 0]] - field[edges[:, 1]])
    rows = np.concatenate([np.arange(old), np.repeat(old + np.arange(new), 2)])
    columns = np.concatenate([np.arange(old), edges.ravel()])
    values = np.concatenate([np.ones(old), np.stack([1 - share, share], axis=1).ravel()])
    spread = sp.csr_matrix((values, (rows, columns)), shape=(old + new, old))
    return Mesh(
        name=mesh.name,
        vertices=spread @ mesh.vertices,
        faces=mesh.faces,
        weights=sp.csr_matrix(spread @ mesh.weights),
        uvs=None if mesh.uvs is None else spread @ mesh.uvs,
        shapes={name: spread @ delta for name, delta in mesh.shapes.items()},
    )


def _of(mesh: Mesh, faces: Array) -> Mesh:
    """The vertices that some faces use."""
    used, back = np.unique(faces, return_inverse=True)
    return Mesh(
        name=mesh.name,
        vertices=mesh.vertices[used],
        faces=back.reshape(-1, 3),
        weights=mesh.weights[used],
        uvs=None if mesh.uvs is None else mesh.uvs[used],
        shapes={name: delta[used] for name, delta in mesh.shapes.items()},
    )
