"""``stage/scene_<id>.json``: everything resolved. All that Blender and the preview ever read.

Paths are relative to the film folder. Bakes are npz files (``filmagent.library.bake``).
Camera and body tracks cover scene frames ``[first, end)``, handles included.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from filmagent.documents.base import Document, Part, Real, Vector

Quaternion = tuple[Real, Real, Real, Real]
Colour = tuple[Real, Real, Real]
"""Linear Rec.709."""


class StageLight(Part):
    """A light. Units are Blender's: W for point, spot and area, W/m² for sun."""

    id: str
    kind: Literal["sun", "area", "spot", "point"]
    position: Vector
    quaternion: Quaternion
    """world_from_light, wxyz; shines along its −Z."""
    energy: Real
    colour: Colour = (1.0, 1.0, 1.0)
    size: tuple[Real, Real] = (0.1, 0.1)
    """Area: width, height in metres. Point and spot: radius first. Sun: angle in radians first."""
    spot_angle: Real = 0.8
    spot_blend: Real = 0.3
    shadow: bool = True
    role: Literal["key", "fill", "rim", "practical", "sky", "window"] = "key"


class StageWorld(Part):
    """What is behind everything."""

    top: Colour
    horizon: Colour
    ground: Colour
    strength: Real = 1.0
    glow: dict[str, Real] = {}
    """Emission strength of set materials in this light, by name (lamps are off by day); those not
    named keep their bake's."""


class StageActor(Part):
    """A body and its motion."""

    id: str
    name: str
    bake: str
    performance: str
    """npz: ``first_frame`` (), ``bone_names`` (J,), ``rotations`` (F,J,4), ``root`` (F,3),
    ``root_rotation`` (F,4), ``face_names`` (52,), ``face`` (F,52), ``visible`` (F,) bool."""
    object_id: int
    """Value in the id pass; 0 is the sky, 1 the set."""
    extra: bool = False


class StageProp(Part):
    """A thing with its own motion."""

    id: str
    bake: str
    motion: str
    """npz: ``first_frame`` (), ``positions`` (F,3), ``quaternions`` (F,4), ``visible`` (F,)."""
    object_id: int


class StageCamera(Part):
    """A take that the edit uses."""

    setup: str
    take: str
    track: str
    """``takes/<take>.npz``."""
    static: bool
    sensor_mm: Real = 36.0
    fstop: Real = 2.8
    label: str = ""
    """Shown in Blender: ``1B MCU 50mm``."""


class StageCut(Part):
    """A piece of the edit inside this scene; ``film_in`` is its first film frame."""

    id: str
    setup: str
    source_in: int
    source_out: int
    film_in: int


class StageSound(Part):
    """A dialogue line at its scene time."""

    beat: str
    actor: str
    wav: str
    start: Real
    film_start: Real | None = None
    """Seconds of the film at which it is heard; None: where the picture shows its scene time."""


class SceneStage(Document):
    """``stage/scene_<id>.json``."""

    SCHEMA_VERSION: ClassVar[int] = 1
    scene: str
    title: str = ""
    fps: tuple[int, int]
    first: int
    end: int
    size: tuple[int, int]
    """Pixels: width, height."""
    set_name: str
    set_bake: str
    light_plan: str
    lights: list[StageLight]
    world: StageWorld
    exposure: Real = 0.0
    """Stops, as in Blender's colour management."""
    view_transform: str = "AgX"
    look: str = "None"
    actors: list[StageActor] = []
    props: list[StageProp] = []
    cameras: list[StageCamera] = []
    cuts: list[StageCut] = []
    sounds: list[StageSound] = []
