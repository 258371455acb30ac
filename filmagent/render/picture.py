"""The preview's picture: draws a frame of a staged scene with OpenGL.

A frame is drawn in four steps, each at the resolution it needs:

1. surfaces: base colour, normal, baked light, motion and object of every pixel
   (``surface.frag``), and which piece of surface each of four samples sees (``edge.frag``);
2. light: baked and live light, gloss, contact shade, sky (``shade.frag``), panes over it;
3. the film's view transform (``develop.frag``, `filmagent.render.view`);
4. edges, rebuilt from the four samples (``smooth.frag``).

In software each step costs by the pixel, not by the triangle, which is why light is computed
after visibility. While the camera stands still the set of step 1 is drawn once and copied.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL

from filmagent.render import gl, view
from filmagent.render.baked import lighting_of
from filmagent.render.lamps import Lamp
from filmagent.render.people import Body, Motion
from filmagent.render.radiosity import KEYS, Lighting
from filmagent.render.shadows import ShadowView, shadow_view
from filmagent.render.staged import FAR, NEAR, Camera, Staged
from filmagent.render.things import Person, Stationary, Thing, boxes_in_view

Array = NDArray[Any]

PASSES = ("rgb", "depth", "ids", "vectors")
_FIXED, _MOVING = 2048, 1024
"""Resolution of the shadow maps of the set and of the people."""
_HEIGHTS = 4
_KINDS = {"sun": 1, "area": 2, "spot": 3, "point": 4}
_LEVELS = (0.2, 0.4, 0.6, 0.8)
_SKY_LEVEL = 0.95
"""Depths by which ``classify.frag`` sorts pixels among the shaders of ``shade.frag``."""
_EDGE_LEVEL = 0.4
"""Depth by which ``develop.frag`` picks the pixels that ``smooth.frag`` mends."""
_CELLS = 64
_CROWD = 8
"""People whose nearness ``classify.frag`` looks at."""
_WIDEST = 24.0
"""Pixels: the largest radius of blur, at a picture width of 640."""
_I = np.eye(4, dtype=np.float32)


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
        self._programs()
        self.lighting: Lighting = lighting_of(staged)
        doc = staged.doc
        self.lamps = [Lamp(light) for light in doc.lights]
        self.keys: list[Lamp] = []
        self._setup: str | None = None
        self.set = Stationary(staged.bake(doc.set_bake), self.lighting)
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
        self._targets()
        self.near_people = gl.Texture.field((KEYS * _CELLS, _CELLS))
        self._shades: dict[tuple[int, ...], list[gl.Program]] = {}
        self._still_clip: Array | None = None
        self._still_lens: tuple[float, float] | None = None

    def close(self) -> None:
        """Release OpenGL."""
        self.context.close()

    def frame(self, setup: str, number: int, passes: tuple[str, ...] = PASSES) -> dict[str, Array]:
        """Draw a scene frame of a setup.

        Returns
        -------
        dict
            ``rgb`` (H, W, 3) uint8 display; ``depth`` (H, W) float16 metres along the camera's
            axis, inf for the sky; ``ids`` (H, W) uint8; ``vectors`` (H, W, 2) float16 pixels to
            the next frame, x right, y up.
        """
        if setup != self._setup:
            self._light_up(setup)
        camera = self.staged.camera(setup, number)
        after = self.staged.camera(setup, number + 1)
        shown = self._pose(camera, number)
        self._shade_people(number, shown)
        self._draw_surfaces(camera, after, number, shown, edges="rgb" in passes)
        result: dict[str, Array] = {}
        gl.check()
        if "rgb" in passes:
            self._light(camera, after, number, shown)
            result["rgb"] = self.final.read(0, 3, np.uint8)
        if "ids" in passes or "vectors" in passes:
            facts = self.surfaces.read(3, 4, np.float16)
            result["ids"] = facts[..., 2].astype(np.uint8)
            result["vectors"] = np.ascontiguousarray(facts[..., :2])
        if "depth" in passes:
            result["depth"] = metres(self.surfaces.read_depth()).astype(np.float16)
        return {name: result[name] for name in passes}

    def _programs(self) -> None:
        self.surface_program = gl.Program("thing.vert", "surface.frag")
        self.edge_program = gl.Program("thing.vert", "edge.frag")
        self.shadow_program = gl.Program("thing.vert", "shadow.frag")
        self.classify_program = gl.Program("screen.vert", "classify.frag", {"CELLS": _CELLS})
        self.sky_program = gl.Program("screen.vert", "sky.frag")
        self.glass_program = gl.Program("thing.vert", "glass.frag")
        self.halve_program = gl.Program("screen.vert", "halve.frag")
        self.lens_program = gl.Program("screen.vert", "lens.frag")
        self.fill_program = gl.Program("screen.vert", "fill.frag")
        self.develop_program = gl.Program("screen.vert", "develop.frag")
        self.smooth_program = gl.Program("screen.vert", "smooth.frag")
        doc = self.staged.doc
        self.film = gl.Texture.cube(view.table(doc.view_transform, doc.look))

    def _targets(self) -> None:
        forms = (GL.GL_RGBA8, GL.GL_RGBA16, GL.GL_RGBA16F, GL.GL_RGBA16F)
        deep = GL.GL_DEPTH_COMPONENT32F
        self.surfaces = gl.Target(self.size, forms, deep)
        self.set_surfaces = gl.Target(self.size, forms, deep)
        self.edges = gl.Target(self.size, (GL.GL_R16F,), deep, samples=4)
        self.set_edges = gl.Target(self.size, (GL.GL_R16F,), deep, samples=4)
        self.samples = self.edges.samples()
        self.linear = gl.Target(self.size, (GL.GL_RGBA16F,), GL.GL_DEPTH_COMPONENT24)
        self.panes = gl.Target(self.size, share=(self.linear.colours, self.surfaces.depth))
        half = (self.size[0] + 1) // 2, (self.size[1] + 1) // 2
        self.halved = gl.Target(half, (GL.GL_RGBA16F,))
        self.gathered = gl.Target(half, (GL.GL_RGBA16F,))
        self.blurred = gl.Target(half, (GL.GL_RGBA16F,), smooth=True)
        depth24 = GL.GL_DEPTH_COMPONENT24
        self.set_linear = gl.Target(self.size, (GL.GL_RGBA16F,), depth24)
        self.developed = gl.Target(self.size, (GL.GL_RGBA8, GL.GL_RGBA8), depth24)
        self.final = gl.Target(self.size, share=(self.developed.colours[1:], self.developed.depth))
        self.fixed = [gl.Target((_FIXED,) * 2, (), depth24, compare=True) for _ in range(KEYS)]
        self.moving = [gl.Target((_MOVING,) * 2, (), depth24, compare=True) for _ in range(KEYS)]

    def _light_up(self, setup: str) -> None:
        """Take a setup's live lamps out of the baked light; draw the set's shadows of them."""
        live = live_lamps(self.staged, self.lighting, self.lamps, setup)
        self._setup, self._still_clip, self._still_lens = setup, None, None
        self.live, self.keys = live, [self.lamps[k] for k in live]
        self.key_scale = self.set.relight(self.lamps, live)
        people = self.staged.roaming
        self.shadows = [shadow_view(lamp, self.set.box, people, _MOVING) for lamp in self.keys]
        self.shadow_program.use()
        GL.glEnable(GL.GL_POLYGON_OFFSET_FILL)
        GL.glPolygonOffset(1.5, 3.0)
        for target, shadow in zip(self.fixed, self.shadows, strict=False):
            target.clear()
            self._common(self.shadow_program, shadow.fixed, shadow.fixed, 0)
            for piece in self.set.seen(shadow.fixed, plain=True):
                self.set.outline.draw(piece.first, piece.count)
        GL.glDisable(GL.GL_POLYGON_OFFSET_FILL)
        kinds = tuple(_KINDS[lamp.light.kind] for lamp in self.keys) + (0,) * KEYS
        self.shade_programs = self._shade_programs(kinds[:KEYS])
        world = self.staged.doc.world
        for program in (*self.shade_programs, self.sky_program, self.glass_program):
            program.use()
            program.set(
                sky_top=np.array(world.top) * world.strength,
                sky_horizon=np.array(world.horizon) * world.strength,
                sky_ground=np.array(world.ground) * world.strength,
            )
        for program in (*self.shade_programs, self.classify_program):
            program.use()
            program.set(**self._lamp_uniforms())

    def _shade_programs(self, kinds: tuple[int, ...]) -> list[gl.Program]:
        if kinds not in self._shades:
            names = {f"KIND_{k}": kind for k, kind in enumerate(kinds)}
            self._shades[kinds] = [
                gl.Program("screen.vert", "shade.frag", {**names, "CLASS": number})
                for number in range(len(_LEVELS))
            ]
        return self._shades[kinds]

    def _lamp_uniforms(self) -> dict[str, Any]:
        lamps = self.keys + [None] * (KEYS - len(self.keys))
        views = self.shadows + [ShadowView(_I, _I, 0.0, 0.0)] * (KEYS - len(self.keys))
        zero = np.zeros(3)
        kinds = []
        for lamp, shadow in zip(lamps, views, strict=True):
            if lamp is None:
                kinds.append([0.0, 1.0, 0.0, 0.0])
                continue
            light = lamp.light
            edge = np.cos(light.spot_angle / 2)
            kinds.append([edge, max((1 - edge) * light.spot_blend, 1e-4), shadow.fixed_blur, 0.0])
        return {
            "key_colour": [zero if p is None else p.colour for p in lamps],
            "key_place": [zero if p is None else p.position for p in lamps],
            "key_forward": [zero if p is None else p.forward for p in lamps],
            "key_across": [zero if p is None else p.across * p.light.size[0] / 2 for p in lamps],
            "key_up": [zero if p is None else p.up * p.light.size[1] / 2 for p in lamps],
            "key_kind": kinds,
            "key_scale": self.key_scale,
            "key_blur": [shadow.moving_blur for shadow in views],
            "shadow_clip": np.stack([shadow.fixed for shadow in views]),
            "people_clip": np.stack([shadow.moving for shadow in views]),
        }

    def _pose(self, camera: Camera, number: int) -> tuple[list[Person], list[Thing]]:
        doc = self.staged.doc
        people = []
        for actor in self.staged.seen(camera, number):
            person = self.people[actor.id]
            person.pose(number)
            people.append(person)
        props = []
        for prop in doc.props:
            if self.staged.visible(prop, number):
                thing = self.props[prop.id]
                thing.model = self.staged.placed(prop, number)
                thing.model_after = self.staged.placed(prop, number + 1)
                props.append(thing)
        return people, props

    def _common(
        self,
        program: gl.Program,
        clip: Array,
        clip_after: Array,
        living: int,
        model: Array = _I,
        model_after: Array = _I,
    ) -> None:
        program.set(clip=clip, clip_after=clip_after, model=model, model_after=model_after)
        program.set_ints(living=living)

    def _shade_people(self, number: int, shown: tuple[list[Person], list[Thing]]) -> None:
        """The people's shadow maps."""
        self.shadow_program.use()
        GL.glEnable(GL.GL_POLYGON_OFFSET_FILL)
        GL.glPolygonOffset(1.5, 3.0)
        for target, shadow in zip(self.moving, self.shadows, strict=False):
            target.clear()
            self._common(self.shadow_program, shadow.moving, shadow.moving, 1)
            for person in shown[0]:
                person.shadow()
            for thing in shown[1]:
                self._common(
                    self.shadow_program,
                    shadow.moving,
                    shadow.moving,
                    2,
                    thing.model,
                    thing.model_after,
                )
                thing.mesh.draw()
        GL.glDisable(GL.GL_POLYGON_OFFSET_FILL)

    def _draw_surfaces(
        self,
        camera: Camera,
        after: Camera,
        number: int,
        shown: tuple[list[Person], list[Thing]],
        edges: bool,
    ) -> None:
        clip = camera.projection(self.size) @ camera.view()
        clip_after = after.projection(self.size) @ after.view()
        still = bool(np.array_equal(clip, clip_after))
        held = self._still_clip is not None and np.array_equal(clip, self._still_clip)
        passes = [(self.surface_program, self.surfaces, self.set_surfaces)]
        if edges:
            passes.append((self.edge_program, self.edges, self.set_edges))
        for program, target, kept in passes:
            program.use()
            self._frame_uniforms(program, camera)
            self._common(program, clip, clip_after, 0)
            if not held:
                (kept if still else target).clear()
                self._draw_set(program, clip, surface=program is self.surface_program)
            if still:
                gl.copy(kept, target)
            target.use()
            self._draw_living(
                program, number, clip, clip_after, shown, surface=program is self.surface_program
            )
        self._still_clip = clip if still and edges else None

    def _frame_uniforms(self, program: gl.Program, camera: Camera) -> None:
        sun = [lamp.light.kind == "sun" for lamp in self.keys] + [False] * KEYS
        towards = [-p.forward if s else p.position for p, s in zip(self.keys, sun, strict=False)]
        towards += [np.zeros(3)] * (KEYS - len(towards))
        program.set(
            eye=camera.position,
            size=self.size,
            key_scale=self.key_scale,
            towards_key=np.array(towards),
        )
        program.set_int_pair(key_is_sun=(int(sun[0]), int(sun[1])))

    def _draw_set(self, program: gl.Program, clip: Array, surface: bool) -> None:
        glow = self.staged.doc.world.glow
        program.set(object_id=1.0)
        last = ""
        pieces = self.set.seen(clip, plain=not surface)
        # fronts first: most of the far sides of what is open is hidden by then
        for back, some in ((False, pieces), (True, [p for p in pieces if not p.solid])):
            gl.show(front=not back, back=back)
            for piece in some:
                if surface and piece.material != last:
                    self.set.paints.put(program, piece.material, glow)
                    last = piece.material
                (self.set.mesh if surface else self.set.outline).draw(piece.first, piece.count)
        gl.show()

    def _draw_living(
        self,
        program: gl.Program,
        number: int,
        clip: Array,
        clip_after: Array,
        shown: tuple[list[Person], list[Thing]],
        surface: bool,
    ) -> None:
        people = [
            person
            for person in shown[0]
            if boxes_in_view(person.box[0][None], person.box[1][None], clip)[0]
        ]
        places = [person.motion.bones(number)[0, :3, 3] for person in people]
        places += [np.asarray(thing.model)[:3, 3] for thing in shown[1]]
        around = iter(self._surroundings(places) if surface else [])
        if surface:
            program.set(heights=self._heights())
            for person in people:
                person.look(clip, self.size, self.samples)
        for person in people:
            self._common(program, clip, clip_after, 1)
            if not surface:
                person.outline()
                continue
            program.set(object_id=float(person.object_id), probes=next(around))
            person.paint(program)
        for thing in shown[1]:
            self._common(program, clip, clip_after, 2, thing.model, thing.model_after)
            if not surface:
                thing.mesh.draw()
                continue
            program.set(object_id=float(thing.object_id), probes=next(around))
            for piece in thing.pieces:
                thing.paints.put(program, piece.material, {})
                thing.mesh.draw(piece.first, piece.count)

    def _surroundings(self, places: list[Array]) -> list[Array]:
        """The light around each person and prop, at four heights over the floor: (36, 4) each."""
        if not places:
            return []
        low, step = self._heights()
        points = np.array([[x, y, low + step * k] for x, y, _ in places for k in range(_HEIGHTS)])
        around = self.lighting.around(points, self.lamps, self.live)
        found = np.zeros((len(places), _HEIGHTS * 9, 4))
        found[:, :, :3] = around.reshape(len(places), -1, 3)
        return list(found)

    def _heights(self) -> tuple[float, float]:
        """The lowest of the four heights, and the distance between them, metres."""
        step = self.lighting.step[2] * (self.lighting.counts[2] - 1) / (_HEIGHTS - 1)
        return float(self.lighting.origin[2]), float(step)

    def _light(
        self,
        camera: Camera,
        after: Camera,
        number: int,
        shown: tuple[list[Person], list[Thing]],
    ) -> None:
        clip = camera.projection(self.size) @ camera.view()
        lens = blur_of(camera, self.size[0])
        calm = self._still_clip is not None and lens == blur_of(after, self.size[0])
        if calm and lens != self._still_lens:
            self._shade(self.set_surfaces, self.set_linear, camera, lens, number, ([], []))
        self._still_lens = lens if calm else None
        if calm:
            gl.copy(self.set_linear, self.linear)
        self._shade(self.surfaces, self.linear, camera, lens, number, shown, kept=calm)
        self._draw_panes(camera, clip)
        soft = self._blur(lens)
        facts, pieces = self.surfaces.colours[3], self.edges.colours[0]
        GL.glDepthFunc(GL.GL_ALWAYS)
        self.developed.use()
        self.develop_program.use()
        self.develop_program.bind(
            scene=self.linear.colours[0],
            film=self.film,
            blurred=self.blurred.colours[0],
            facts=facts,
            pieces=pieces,
        )
        self.develop_program.set_ints(lens=int(soft))
        self.develop_program.set(
            gain=2.0**self.staged.doc.exposure, stops=view.STOPS, points=float(view.POINTS)
        )
        gl.draw_screen()
        self.final.use()
        GL.glDepthFunc(GL.GL_EQUAL)
        self.smooth_program.use()
        self.smooth_program.bind(developed=self.developed.colours[0], facts=facts, pieces=pieces)
        self.smooth_program.set(level=_EDGE_LEVEL)
        gl.draw_screen()
        GL.glDepthFunc(GL.GL_LESS)

    def _shade(
        self,
        surfaces: gl.Target,
        target: gl.Target,
        camera: Camera,
        lens: tuple[float, float],
        number: int,
        shown: tuple[list[Person], list[Thing]],
        kept: bool = False,
    ) -> None:
        """Light surfaces into ``target``; ``kept``: it has the light of the set without people."""
        inverse = np.linalg.inv(camera.projection(self.size) @ camera.view())
        paint, shape, around, _ = surfaces.colours
        assert surfaces.depth is not None
        self._classify(surfaces, target, inverse, shown, kept)
        GL.glDepthFunc(GL.GL_EQUAL)
        GL.glDepthMask(False)
        self.sky_program.use()
        self.sky_program.set(
            world_from_clip=inverse, eye=camera.position, level=_SKY_LEVEL, lens=lens
        )
        gl.draw_screen()
        maps = {f"fixed_{k}": t.depth for k, t in enumerate(self.fixed) if t.depth}
        maps |= {f"moving_{k}": t.depth for k, t in enumerate(self.moving) if t.depth}
        balls = [person.spheres(number) for person in shown[0]]
        near = np.concatenate(balls)[:24] if balls else np.zeros((0, 4))
        for program, level in zip(self.shade_programs, _LEVELS, strict=True):
            program.use()
            program.bind(paint=paint, shape=shape, around=around, depth=surfaces.depth, **maps)
            program.set(
                world_from_clip=inverse,
                eye=camera.position,
                level=level,
                lens=lens,
                ahead=-camera.world_from_camera[:, 2],
                spheres=np.vstack([near, np.zeros((24 - len(near), 4))]),
            )
            program.set_ints(sphere_count=len(near))
            gl.draw_screen()
        GL.glDepthFunc(GL.GL_LESS)
        GL.glDepthMask(True)

    def _blur(self, lens: tuple[float, float]) -> bool:
        """What is out of focus, into `blurred`; False where nothing can be."""
        if abs(lens[0]) * max(lens[1], 1.0) < 1.0:
            return False
        self.halved.use()
        self.halve_program.use()
        self.halve_program.bind(scene=self.linear.colours[0])
        gl.draw_screen()
        self.gathered.use()
        self.lens_program.use()
        self.lens_program.bind(half_light=self.halved.colours[0])
        self.lens_program.set(widest=_WIDEST * self.size[0] / 640 / 2)
        gl.draw_screen()
        self.blurred.use()
        self.fill_program.use()
        self.fill_program.bind(half_light=self.halved.colours[0], blurred=self.gathered.colours[0])
        gl.draw_screen()
        return True

    def _classify(
        self,
        surfaces: gl.Target,
        target: gl.Target,
        inverse: Array,
        shown: tuple[list[Person], list[Thing]],
        kept: bool,
    ) -> None:
        """Sort pixels by the light they need, into the depth buffer of ``target``."""
        people = shown[0]
        near = np.ones((_CELLS, KEYS * _CELLS), np.float32)
        points = np.concatenate([person.now[::5] for person in people]) if people else np.empty(0)
        for k, shadow in enumerate(self.shadows if people else []):
            near[:, k * _CELLS : (k + 1) * _CELLS] = _marked(shadow, points)
        crowd = np.zeros((_CROWD, 4))
        for row, person in zip(crowd, people, strict=False):
            low, high = person.box
            row[:3] = [*((low + high) / 2)[:2], low[2] + 1.2]
        self.near_people.put(near)
        target.use()
        GL.glDepthFunc(GL.GL_ALWAYS)
        program = self.classify_program
        program.use()
        depth, shape = surfaces.depth, surfaces.colours[1]
        assert depth is not None
        program.bind(depth=depth, shape=shape, near_people=self.near_people)
        program.set(world_from_clip=inverse, crowd=crowd, level=0.5)
        lamps = len(self.shadows) if people else 0
        program.set_ints(lamps=lamps, crowd_count=min(len(people), _CROWD), kept=int(kept))
        GL.glColorMask(False, False, False, False)
        gl.draw_screen()
        GL.glColorMask(True, True, True, True)

    def _draw_panes(self, camera: Camera, clip: Array) -> None:
        panes = [piece for piece in self.set.panes()]
        if not panes:
            return
        self.panes.use()
        GL.glEnable(GL.GL_BLEND)
        GL.glDepthMask(False)
        GL.glBlendFunc(GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA)
        program = self.glass_program
        program.use()
        self._common(program, clip, clip, 0)
        program.set(eye=camera.position)
        for piece in panes:
            material = self.set.paints.material(piece.material)
            alpha = material.alpha if material.model != "glass" and material.alpha < 0.6 else 0.02
            program.set(base=material.base_colour, alpha=alpha)
            self.set.mesh.draw(piece.first, piece.count)
        GL.glDepthMask(True)
        GL.glDisable(GL.GL_BLEND)


def blur_of(camera: Camera, width: int) -> tuple[float, float]:
    """A thin lens's blur: its radius in pixels is the first times (the second − 1 / distance).

    Light from a point at distance z through an aperture A, focused at s, covers A |z − s| / s
    there, seen f / z as large on the film (as Cycles' camera does it).
    """
    focal, aperture = camera.focal_mm / 1000, camera.focal_mm / 1000 / max(camera.fstop, 0.5)
    pixels = width / (camera.sensor_mm / 1000)
    return 0.5 * aperture * focal * pixels, 1.0 / max(camera.focus_m, 0.1)


def live_lamps(staged: Staged, lighting: Lighting, lamps: list[Lamp], setup: str) -> list[int]:
    """The lamps that a setup shades live: those that light its faces most, and the sun."""
    faces = staged.faces(setup)
    if not len(faces):
        faces = np.array([(staged.roaming[0] + staged.roaming[1]) / 2])
    strength = lighting.strength(faces, lamps)
    # each face's own key counts in full, whoever else is in the picture
    share = strength / np.maximum(strength.sum(1, keepdims=True), 1e-9)
    worth = share.max(0) + share.mean(0)
    for number, lamp in enumerate(lamps):
        # in the open the sun draws the picture's shadows, whoever it lights
        if lamp.light.kind == "sun" and lighting.reach[:, number].mean() > 0.25:
            worth[number] += 1.0
        if not lamp.light.shadow:
            worth[number] = 0.0
    ranked = [int(k) for k in np.argsort(-worth, kind="stable") if worth[k] > 0.1]
    return sorted(ranked[:KEYS])


def _marked(shadow: ShadowView, points: Array) -> Array:
    """Where people are in a lamp's view, and a blur's width around: (cells, cells) 0–1 depths."""
    from scipy.ndimage import minimum_filter

    seen = points @ shadow.moving[:, :3].T + shadow.moving[:, 3]
    place = seen[seen[:, 3] > 0]
    place = place[:, :3] / place[:, 3:] * 0.5 + 0.5
    index = np.clip((place[:, :2] * _CELLS).astype(int), 0, _CELLS - 1)
    found = np.ones((_CELLS, _CELLS), np.float32)
    np.minimum.at(found, (index[:, 1], index[:, 0]), place[:, 2] - 0.001)
    reach = 1 + int(np.ceil(shadow.moving_blur * _CELLS))
    return np.asarray(minimum_filter(found, 2 * reach + 1))


def metres(depth: Array) -> Array:
    """Depth-buffer values to metres along the camera's axis; inf where nothing was drawn."""
    ndc = depth * 2.0 - 1.0
    with np.errstate(divide="ignore"):
        found = 2.0 * FAR * NEAR / (FAR + NEAR - ndc * (FAR - NEAR))
    found[depth >= 1.0] = np.inf
    return found
