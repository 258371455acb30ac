"""The cutting room: frames, lines and the edit become a film.

==================  =========================================================================
`cut.picture`       the film's frames in order; the MP4 with sound and soft subtitles
`cut.titles`        cards and superimposed words, in any script
`cut.sound`         the mix: dialogue in its room, foley, −16 LUFS
`cut.ambience`      unbroken ambience: from when to when each place is heard
`cut.synth`         footsteps, cloth, room tone, street, reverberation
`cut.subtitles`     what is said, while it is said
`cut.timeline`      OpenTimelineIO with shot names and lenses
`cut.sheet`         the contact sheet; `cut.table` its figures, `cut.talk` those of dialogue
==================  =========================================================================
"""

from filmagent.cut.ambience import Room
from filmagent.cut.picture import encode, pictures
from filmagent.cut.sheet import shots, write_html, write_png
from filmagent.cut.sound import Mix, Step, mix, write_wav
from filmagent.cut.subtitles import Subtitle, subtitles, write_srt
from filmagent.cut.talk import Talk, talk
from filmagent.cut.timeline import timeline, write_otio

__all__ = [
    "Mix",
    "Room",
    "Step",
    "Subtitle",
    "Talk",
    "encode",
    "mix",
    "pictures",
    "shots",
    "subtitles",
    "talk",
    "timeline",
    "write_html",
    "write_otio",
    "write_png",
    "write_srt",
    "write_wav",
]
