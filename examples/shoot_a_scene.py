"""Shoot a film from Python: the same power as the command line, in ten lines."""

import filmagent

film = filmagent.make("examples/the_spare_key.fountain", "films/from_python", until="takes")
for scene in film.shotlist.scenes:
    for setup in scene.setups:
        take = film.report(f"{setup.id}_t01")
        print(f"{setup.id:4} {setup.size:3} {take.lens_mm:g} mm  {setup.why}")
filmagent.make("examples/the_spare_key.fountain", film.root)  # the rest: light, frames, sound, cut
print(film.root / "cut" / "film.mp4")
