"""The preview's picture: draws a frame of a staged scene with OpenGL.

A frame is drawn in four steps, each at the resolution it needs:

1. surfaces (`render.surfacing`): base colour, normal, baked light, motion and object of every
   pixel (``surface.frag``), and which piece of surface each of four samples sees (``edge.frag``);
2. light (`render.shading`): baked and live light, gloss, contact shade, sky (``shade.frag``), and
   panes over it;
3. the film's view transform (`render.developing`, ``develop.frag``, `render.view`);
4. edges, rebuilt from the four samples (``smooth.frag``).

In software each step costs by the pixel, not by the triangle, which is why light is computed
after visibility. While the camera stands still, the set is drawn and lit once and copied.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from filmagent.render import gl
from filmagent.render.baked import lighting_of
from filmagent.render.developing import Development
from filmagent.render.live import LiveLamps
from filmagent.render.moment import Moment
from filmagent.render.people import Body, Motion
from filmagent.render.person import Person
from filmagent.render.resting import Resting
from filmagent.render.shading import Shading
from filmagent.render.staged import Staged
from filmagent.render.surfacing import Surfaces
from filmagent.render.things import Stationary, Thing

Array = NDArray[Any]

PASSES = ("rgb", "depth", "ids", "vectors")
_AT_REST = {"rest", "normal", "materials"}


class Preview:
    """Draws frames of one scene; keep it for many frames.

    Parameters
    ----------
    staged
        The scene.
    size
        Pixels, width and height; the stage's own by default.

    Examples
    --------
    >>> preview = Preview(Staged.read(Path("films/x"), "1"))   # doctest: +SKIP
    >>> preview.frame("1A", 48)["rgb"].shape                   # doctest: +SKIP
    (360, 640, 3)
    """

    def __init__(self, staged: Staged, size: tuple[int, int] | None = None) -> None:
        self.staged = staged
        self.size = size or staged.doc.size
        self.context = gl.Context()
        doc = staged.doc
        lighting = lighting_of(staged)
        stationary = Stationary(staged.bake(doc.set_bake), lighting)
        bodies: dict[str, Body] = {}
        self.people: dict[str, Person] = {}
        for actor in doc.actors:
            bake = staged.bake(actor.bake)
            if actor.bake not in bodies:
                bodies[actor.bake] = Body(bake, staged.path(actor.bake))
            body = bodies[actor.bake]
            motion = Motion(body, staged.arrays(actor.performance))
            self.people[actor.id] = Person(body, bake, motion, actor.object_id)
        self.props = {prop.id: Thing(staged.bake(prop.bake), prop.object_id) for prop in doc.props}
        self._live = LiveLamps(staged, lighting, stationary)
        self._surfaces = Surfaces(self.size, stationary, doc.world.glow, lighting, self._live)
        self._shading = Shading(self.size, doc.world, stationary, self._live)
        self._development = Development(self.size, doc)
        self._stationary = stationary
        self._resting: Resting | None = None
        self._setup: str | None = None

    def close(self) -> None:
        """Release OpenGL."""
        self.context.close()

    def frame(self, setup: str, number: int, passes: tuple[str, ...] = PASSES) -> dict[str, Any]:
        """Draw a scene frame of a setup.

        Returns
        -------
        dict
            ``rgb`` (H, W, 3) uint8 display; ``depth`` (H, W) float16 metres along the camera's
            axis, inf for the sky; ``ids`` (H, W) uint8; ``vectors`` (H, W, 2) float16 pixels to
            the next frame, x right, y up; and where they are asked for ``rest``, ``normal`` and
            ``materials`` (`Resting.draw`), ``albedo`` (H, W, 3) float16 linear, and ``camera``, a
            JSON text.
        """
        if setup != self._setup:
            self._setup = setup
            self._live.choose(setup)
            self._shading.choose()
            self._surfaces.forget()
        moment = self._moment(setup, number)
        surfaces = self._surfaces
        self._live.shade(moment)
        surfaces.draw(moment, edges="rgb" in passes)
        gl.check()
        result: dict[str, Any] = {}
        if "rgb" in passes:
            self._shading.light(surfaces, moment)
            result["rgb"] = self._development.picture(self._shading.linear, surfaces, moment.lens)
        if "ids" in passes or "vectors" in passes:
            result["ids"], result["vectors"] = surfaces.facts()
        if "depth" in passes:
            result["depth"] = surfaces.depth()
        if "albedo" in passes:
            result["albedo"] = surfaces.colour()
        if _AT_REST & set(passes):
            if self._resting is None:
                self._resting = Resting(self.size, self._stationary)
            result |= self._resting.draw(moment)
        if "camera" in passes:
            result["camera"] = moment.camera.told(self.size)
        return {name: result[name] for name in passes}

    def _moment(self, setup: str, number: int) -> Moment:
        """A frame, with people and props posed for it."""
        staged = self.staged
        camera, after = staged.camera(setup, number), staged.camera(setup, number + 1)
        moment = Moment(number, camera, after, self.size)
        for actor in staged.seen(camera, number):
            person = self.people[actor.id]
            person.pose(number)
            moment.people.append(person)
        for prop in staged.doc.props:
            if staged.visible(prop, number):
                thing = self.props[prop.id]
                thing.model = staged.placed(prop, number)
                thing.model_after = staged.placed(prop, number + 1)
                moment.props.append(thing)
        return moment
