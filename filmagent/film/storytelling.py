"""An idea becoming a screenplay: the stages of films that begin with a sentence.

They have nothing to do in a film that begins with a screenplay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filmagent import screenplay
from filmagent.documents import Outline, StoryScene, WrittenScenes, write_text
from filmagent.errors import InputError
from filmagent.film.crewing import agents_of, apart, crew_key
from filmagent.film.production import Film, save_settings
from filmagent.film.records import Item, digest, digest_of_bytes

_WRITTEN = "dialogue.written"
_LONGEST_NAME = 40
NO_WRITER = (
    "An idea needs a crew that can write: add --crew llm --model NAME (and --llm-url URL for a "
    "local server), or give a Fountain screenplay instead."
)


def read_idea(text: str) -> str:
    """An idea from its own words, or from a text file of that name.

    Raises
    ------
    InputError
        There are no words in it, or the file is no text.
    """
    path = Path(text) if text.endswith((".txt", ".md")) and "\n" not in text else None
    if path is not None and path.is_file():
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise InputError(f"{path} cannot be read as UTF-8 text; save it as such.") from None
    if not any(c.isalnum() for c in text):
        raise InputError("The idea has no words; say in a sentence what the film is about.")
    return text.encode("utf-8", "replace").decode("utf-8").strip()


def folder_name(idea: str) -> str:
    """A folder's name for an idea: its first words."""
    from filmagent.documents.ids import safe_id

    return safe_id(" ".join(idea.split()[:6])[:_LONGEST_NAME])


def import_idea(film: Film, idea: str) -> None:
    """Put an idea into the film folder.

    Raises
    ------
    InputError
        The folder holds a film that began with a screenplay, or something else.
    """
    folder = film.folder
    if folder.screenplay.exists() and not folder.idea.exists():
        raise InputError(
            f"{folder.root} is the film of a screenplay; choose another folder for the idea "
            "with -o."
        )
    if not folder.settings.exists():
        save_settings(folder)
    if not folder.idea.exists() or folder.idea.read_text(encoding="utf-8").strip() != idea:
        write_text(folder.idea, idea + "\n")


@dataclass
class OutlineStage:
    """The idea as people and scenes."""

    name: str = "outline"
    VERSION = 1

    def items(self, film: Film) -> Sequence[Item]:
        """One item, where there is an idea."""
        if not film.folder.idea.exists():
            return []
        return [
            Item(
                stage=self.name,
                id="",
                inputs={
                    "idea": film.digests.file(film.folder.idea),
                    "seed": str(film.settings.seed),
                    "version": str(self.VERSION),
                    **crew_key(film, self.name),
                },
                make=lambda: self.make(film),
                exists=film.folder.outline.exists,
            )
        ]

    def make(self, film: Film) -> None:
        """Outline the idea."""
        idea = film.folder.idea.read_text(encoding="utf-8")
        film.put(film.folder.outline, agents_of(film, self.name).outline(idea, film.catalogue))


@dataclass
class ScenesStage:
    """The outline's scenes in words, a scene an item."""

    name: str = "scenes"
    VERSION = 1

    def items(self, film: Film) -> Sequence[Item]:
        """One item a scene of the outline."""
        if not film.folder.idea.exists():
            return []
        outline = film.outline
        standing = film.scenes.scenes if film.folder.scenes.exists() else []
        there = {s.scene for s in standing}
        return [
            Item(
                stage=self.name,
                id=scene.id,
                inputs={
                    "scene": digest(scene),
                    "neighbours": digest(_neighbours(outline, place)),
                    "film": digest(outline.title, outline.language, outline.premise),
                    "people": digest([p for p in outline.people if p.name in scene.people]),
                    "seed": str(film.settings.seed),
                    "version": str(self.VERSION),
                    **crew_key(film, self.name),
                },
                make=lambda scene=scene: self.make(film, scene),  # type: ignore[misc]
                exists=lambda scene=scene: scene.id in there or _written(film, scene.id),  # type: ignore[misc]
                apart=apart(film),
            )
            for place, scene in enumerate(outline.scenes)
        ]

    def make(self, film: Film, scene: StoryScene) -> None:
        """Write one scene."""
        outline = film.outline
        written = agents_of(film, self.name, scene.id).scene(outline, scene.id, film.catalogue)
        film.put_scene(
            film.folder.scenes,
            WrittenScenes(scenes=[written]),
            scene.id,
            [s.id for s in outline.scenes],
        )


@dataclass
class DialogueStage:
    """The screenplay: the scenes, after the actors have read their lines."""

    name: str = "dialogue"
    VERSION = 1

    def items(self, film: Film) -> Sequence[Item]:
        """One item, where there is an idea."""
        if not film.folder.idea.exists():
            return []
        return [
            Item(
                stage=self.name,
                id="",
                inputs={
                    "outline": digest(film.outline),
                    "scenes": digest(film.scenes),
                    "seed": str(film.settings.seed),
                    "version": str(self.VERSION),
                    **crew_key(film, self.name),
                },
                make=lambda: self.make(film),
                exists=film.folder.screenplay.exists,
            )
        ]

    def make(self, film: Film) -> None:
        """Write the screenplay; one that a person has changed is theirs."""
        path = film.folder.screenplay
        ours, there = film.records.value(_WRITTEN), film.digests.file(path)
        if there and there not in ours.values():
            film.note(
                self.name,
                f"{film.folder.relative(path)} was changed by hand and is kept; delete it to have "
                "it written again.",
            )
            return
        from filmagent.crew.agents import fountain

        outline = film.outline
        crew = agents_of(film, self.name)
        scenes = crew.read_through(outline, film.scenes.scenes, film.catalogue)
        text = screenplay.write(fountain.screenplay(outline, scenes))
        # both are ours, however far a stopped run came
        new = digest_of_bytes(text.encode("utf-8"))
        film.records.keep(_WRITTEN, {"before": there, "copy": new})
        write_text(path, text)


def _neighbours(outline: Outline, place: int) -> list[str]:
    return [s.happens for s in outline.scenes[max(place - 1, 0) : place + 2]]


def _written(film: Film, scene: str) -> bool:
    return film.folder.scenes.exists() and any(s.scene == scene for s in film.scenes.scenes)
