"""The edit as an OpenTimelineIO timeline: shot names, lenses, source ranges, dialogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import opentimelineio as otio

from filmagent.cut.ambience import places
from filmagent.documents import Cut, Edit, SceneTiming, Setup, TakeReport, write_text
from filmagent.documents.film_time import fps, heard, starts

_HOUR = 3600


def timeline(
    edit: Edit,
    title: str,
    frames: str,
    setups: Mapping[str, Setup],
    reports: Mapping[str, TakeReport],
    timings: Mapping[str, SceneTiming],
) -> otio.schema.Timeline:
    """Build the timeline: one picture track, one dialogue track a character, places, steps.

    Parameters
    ----------
    frames
        Folder of the rendered frames, relative to the .otio file.

    Notes
    -----
    Record time starts at 01:00:00:00. Media are image sequences in scene frames. Edits are split:
    every line lies where it is heard, whatever is seen then, and the clip of a place begins where
    it is heard first, before or after its picture.
    """
    rate = fps(edit)
    line = otio.schema.Timeline(name=title or "film")
    line.global_start_time = otio.opentime.RationalTime(_HOUR * rate, rate)
    picture = otio.schema.Track("picture", kind=otio.schema.TrackKind.Video)
    line.tracks.append(picture)
    for cut in edit.cuts:
        if cut.transition == "dissolve" and cut.transition_frames and len(picture):
            picture.append(_dissolve(cut, rate))
        picture.append(_clip(cut, rate, frames, setups, reports))
    for actor, track in sorted(_dialogue(edit, timings, rate).items()):
        track.name = actor
        line.tracks.append(track)
    line.tracks.extend(_stems(edit, rate))
    return line


def _stems(edit: Edit, rate: float) -> list[otio.schema.Track]:
    """The mix's sound of places, cut where they change, and of what people do."""
    length = starts(edit)[-1]
    sounding = places(edit)
    cuts = [0, *(round(p.cut * rate) for p in sounding[1:]), length]
    parts = [(f"scene {p.scene}", *span) for p, span in zip(sounding, pairwise(cuts), strict=False)]
    tracks = []
    for stem, clips in (("ambience", parts), ("foley", [("foley", 0, length)])):
        track = otio.schema.Track(name=stem, kind=otio.schema.TrackKind.Audio)
        media = otio.schema.ExternalReference(f"stems/{stem}.wav", _range(0, length, rate))
        for name, first, end in clips:
            span = _range(first, end, rate)
            track.append(otio.schema.Clip(name=name, media_reference=media, source_range=span))
        tracks.append(track)
    return tracks


def _range(first: float, end: float, rate: float) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(
        otio.opentime.RationalTime(first, rate), otio.opentime.RationalTime(end - first, rate)
    )


def write_otio(path: Path, line: otio.schema.Timeline) -> None:
    """Write the timeline in OTIO's own JSON."""
    write_text(path, otio.adapters.write_to_string(line, "otio_json") + "\n")


def _clip(
    cut: Cut,
    rate: float,
    frames: str,
    setups: Mapping[str, Setup],
    reports: Mapping[str, TakeReport],
) -> otio.schema.Clip | otio.schema.Gap:
    span = otio.opentime.TimeRange(
        otio.opentime.RationalTime(cut.source_in, rate),
        otio.opentime.RationalTime(cut.frames, rate),
    )
    if cut.kind == "card":
        media = otio.schema.GeneratorReference(
            generator_kind="title", parameters={"text": cut.text}
        )
        return otio.schema.Clip(name=cut.id, media_reference=media, source_range=span)
    setup, report = setups.get(cut.setup), reports.get(cut.setup)
    first, end = (report.first, report.end) if report else (cut.source_in, cut.source_out)
    media = otio.schema.ImageSequenceReference(
        target_url_base=f"{frames}/{cut.setup}/",
        name_prefix="rgb.",
        name_suffix=".png",
        start_frame=first,
        frame_step=1,
        rate=rate,
        frame_zero_padding=4,
        available_range=otio.opentime.TimeRange(
            otio.opentime.RationalTime(first, rate), otio.opentime.RationalTime(end - first, rate)
        ),
    )
    lens = f"{report.lens_mm:g}mm" if report else ""
    clip = otio.schema.Clip(
        name=f"{cut.setup} {lens}".strip(), media_reference=media, source_range=span
    )
    clip.metadata["filmagent"] = {
        "cut": cut.id,
        "scene": cut.scene,
        "take": cut.take,
        "why": cut.why,
        "sound": cut.sound.model_dump(),
        **(
            {"lens_mm": report.lens_mm, "sensor_mm": report.sensor_mm, "fstop": report.fstop}
            if report
            else {}
        ),
        **({"size": setup.size, "angle": setup.angle, "move": setup.move} if setup else {}),
    }
    return clip


def _dissolve(cut: Cut, rate: float) -> otio.schema.Transition:
    return otio.schema.Transition(
        name=f"dissolve to {cut.id}",
        transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve,
        in_offset=otio.opentime.RationalTime(0, rate),
        out_offset=otio.opentime.RationalTime(cut.transition_frames, rate),
    )


def _dialogue(
    edit: Edit, timings: Mapping[str, SceneTiming], rate: float
) -> dict[str, otio.schema.Track]:
    lines = {(scene, line.beat): line for scene, t in timings.items() for line in t.lines}
    tracks: dict[str, otio.schema.Track] = {}
    ends: dict[str, float] = {}
    sounding: Sequence[tuple[float, str, str]] = sorted(
        (h.film_seconds, h.scene, h.beat) for h in heard(edit)
    )
    for seconds, scene, beat in sounding:
        line = lines.get((scene, beat))
        if line is None or not line.wav:
            continue
        track = tracks.setdefault(line.actor, otio.schema.Track(kind=otio.schema.TrackKind.Audio))
        gap = seconds - ends.get(line.actor, 0.0)
        if gap > 0:
            track.append(otio.schema.Gap(duration=otio.opentime.RationalTime(gap * rate, rate)))
        span = otio.opentime.TimeRange(
            otio.opentime.RationalTime(0, rate),
            otio.opentime.RationalTime(line.seconds * rate, rate),
        )
        track.append(
            otio.schema.Clip(
                name=line.text[:60],
                media_reference=otio.schema.ExternalReference(f"../{line.wav}", span),
                source_range=span,
            )
        )
        ends[line.actor] = max(seconds, ends.get(line.actor, 0.0)) + line.seconds
    return tracks
