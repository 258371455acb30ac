"""``python -m filmagent.library.casting [NAME …]``: bake members from their recipes."""

from __future__ import annotations

import logging
import sys

from filmagent.errors import FilmError
from filmagent.library import shelf
from filmagent.library.casting import dress, recipe


def main(names: list[str]) -> int:
    """Bake the named members, or all; returns the exit code."""
    folder = shelf.data("assets") / "cast"
    try:
        for name in names or sorted(path.stem for path in folder.glob("*.toml")):
            bake = dress.member(name, recipe.read(folder / f"{name}.toml"))
            path = folder / f"{name}.npz"
            bake.save(path)
            count = {use: 0 for use in ("preview", "render")}
            for part in bake.parts:
                for use in count:
                    count[use] += len(part.faces) if part.use in ("both", use) else 0
            logging.info(
                "%s: %.2f MB, %d triangles in preview, %d in a render",
                path.name, path.stat().st_size / 1e6, count["preview"], count["render"],
            )  # fmt: skip
    except FilmError as error:
        logging.error("%s", error)
        return error.exit_code
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(main(sys.argv[1:]))
