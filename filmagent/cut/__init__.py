"""The cutting room: frames, lines and the edit become a film.

==================  =========================================================================
`cut.picture`       the film's frames in order; the MP4 with sound and soft subtitles
`cut.titles`        cards and superimposed words, in any script
`cut.sound`         the mix: dialogue in its room, foley, unbroken ambience, −16 LUFS
`cut.synth`         footsteps, cloth, room tone, street, reverberation
`cut.subtitles`     what is said, while it is said
`cut.timeline`      OpenTimelineIO with shot names and lenses
`cut.sheet`         the contact sheet
==================  =========================================================================
"""

from filmagent.cut.picture import encode, pictures
from filmagent.cut.sheet import shots, write_html, write_png
from filmagent.cut.sound import Mix, Room, Step, mix, write_wav
from filmagent.cut.subtitles import Subtitle, subtitles, write_srt
from filmagent.cut.timeline import timeline, write_otio

__all__ = [
    "Mix",
    "Room",
    "Step",
    "Subtitle",
    "encode",
    "mix",
    "pictures",
    "shots",
    "subtitles",
    "timeline",
    "write_html",
    "write_otio",
    "write_png",
    "write_srt",
    "write_wav",
]
