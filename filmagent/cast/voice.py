"""The recording booth: the voices there are, and a line said by one of them or by a person."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from filmagent.cast import espeak, flite, kokoro, piper, recording, scripts, sound_file
from filmagent.cast.delivery import delivered, gain
from filmagent.cast.engine import Engine
from filmagent.cast.recording import Recording
from filmagent.cast.speech import ServerDown
from filmagent.cast.timed import timed
from filmagent.documents import Beat, LineReading, SpokenLine, Voice, VoiceEntry, Word
from filmagent.errors import RenderError

LOG = logging.getLogger(__name__)

ENGINES: Mapping[str, Engine] = {
    "kokoro": kokoro,
    "piper": piper,
    "flite": flite,
    "espeak": espeak,
}
"""The engines a machine may have, the best first."""

_WORDS_A_SECOND, _CJK_A_SECOND, _MARGIN = 3.75, 4.5, 1.2


@cache
def _listed() -> tuple[VoiceEntry, ...]:
    return tuple(voice for engine in ENGINES.values() for voice in engine.voices())


def voices() -> list[VoiceEntry]:
    """Every voice this machine can speak with, the best first."""
    return list(_listed())


def speak(beat: Beat, voice: Voice | None, reading: LineReading | None, wav: Path) -> SpokenLine:
    """Say a beat's line by a voice of this machine, as `Booth.speak` does."""
    return Booth().speak(beat, voice, reading, wav)


@dataclass(frozen=True)
class Booth:
    """Where a film's lines are recorded.

    Parameters
    ----------
    more
        Engines beside this machine's own, by name: a film's speech server.
    language
        The film's, for sound that comes without times: ``en``, ``fr`` …
    """

    more: Mapping[str, Engine] = field(default_factory=dict)
    language: str = "en"

    def voices(self) -> list[VoiceEntry]:
        """Every voice there is, those of further engines first."""
        return [v for engine in self.more.values() for v in engine.voices()] + voices()

    def speak(
        self,
        beat: Beat,
        voice: Voice | None,
        reading: LineReading | None,
        wav: Path,
        recorded: Path | None = None,
    ) -> SpokenLine:
        """Say a beat's line.

        Parameters
        ----------
        beat
            A beat of kind ``line``.
        voice
            The character's voice; None says nothing and estimates.
        reading
            Emotion and energy; None is neutral.
        wav
            Written as 48 kHz mono 16-bit PCM. Not written when no voice can say the line.
        recorded
            A person's recording of the line, any sound file: it goes before every voice. Where it
            cannot be used, the voice speaks and the note says why.

        Returns
        -------
        SpokenLine
            Words and phones with measured times. ``wav`` is "" and ``note`` says why where nobody
            could say it; the length is then what reading it aloud would take.

        Raises
        ------
        ServerDown
            If the voice is a server's, and the server cannot be asked.
        """
        text = beat.text.strip()
        if not any(c.isalnum() for c in text):
            return _silent(beat, text, "the line has no words")
        line, notes = None, []
        if recorded is not None:
            line, note = self._recorded(text, recorded, reading)
            notes += [note] if note else []
        if line is None and voice is None:
            notes.append("its speaker has no voice")
        elif line is None and voice is not None:
            line, more = self._voiced(text, voice, reading)
            notes += more
        note = "; ".join(notes)
        if line is None:
            LOG.warning("beat %s: %s", beat.id, note)
            return _silent(beat, text, note)
        recording.write(line, wav)
        return SpokenLine(
            beat=beat.id,
            actor=beat.speaker or "",
            text=text,
            wav=str(wav),
            seconds=line.seconds,
            words=line.words,
            phones=line.phones,
            note=note,
        )

    def _recorded(
        self, text: str, path: Path, reading: LineReading | None
    ) -> tuple[Recording | None, str]:
        """A person's recording as it goes on file, and what to tell the user."""
        try:
            heard = sound_file.decoded(path.read_bytes())
        except OSError as error:
            why = f"cannot be read ({error.strerror})"
        except sound_file.Unreadable as error:
            why = str(error)
        else:
            known, note = timed(heard, text, self._language(text, ()))
            note = f"of the recording {path.name}, {note}" if note else ""
            return recording.master(known, gain_db=gain(reading), whole=True), note
        return None, f"the recording {path.name} {why}, so a voice says the line"

    def _voiced(
        self, text: str, voice: Voice, reading: LineReading | None
    ) -> tuple[Recording | None, list[str]]:
        """A line by a voice that can say it, and what to tell the user."""
        notes: list[str] = []
        failed: set[str] = set()
        chosen, note = self._able(text, voice, failed)
        while chosen is not None:
            notes += [note] if note else []
            try:
                line, remarks = self._said(text, chosen, reading)
                return line, notes + remarks
            except ServerDown:
                raise
            except RenderError as error:
                notes.append(str(error))
            failed.add(chosen.engine)
            chosen, note = self._able(text, voice, failed)
        # where every voice has failed, the last one's own sentence says it best
        return None, notes or [note]

    def _said(
        self, text: str, voice: Voice, reading: LineReading | None
    ) -> tuple[Recording, list[str]]:
        engine, entry = self._engine(voice.engine), self._entry(voice)
        tongues = entry.languages if entry is not None else []
        spoken, left = scripts.readable(text, tongues)
        notes = [f"the voice {voice.name} leaves out {left}"] if left else []
        manner, throat = delivered(voice, reading, engine.bends(voice.name))
        said = engine.speak(spoken, voice.name, manner)
        if not said.phones:
            try:
                sound_file.checked(said)
            except sound_file.Unreadable:
                raise RenderError(f"the voice {voice.name} cannot say it") from None
            said, note = timed(said, spoken, self._language(spoken, tongues))
            notes += [note] if note else []
        return recording.master(said, gain_db=gain(reading), formant=throat), notes

    def _able(self, text: str, voice: Voice, failed: set[str]) -> tuple[Voice | None, str]:
        """A voice that can say the text, of an engine that has not failed; what to tell of it."""
        script = scripts.script(text)
        mine = self._entry(voice)
        if mine is not None and scripts.reads(mine.languages, script) and not failed:
            return voice, ""
        gender = mine.gender if mine is not None else "unknown"
        wanted = self._tongue(voice) if script == "LATIN" else scripts.LANGUAGE.get(script, "")
        for entry in self.voices():
            fits = wanted in entry.languages and gender in (entry.gender, "unknown")
            if fits and entry.engine not in failed:
                other = voice.model_copy(update={"engine": entry.engine, "name": entry.name})
                return other, (
                    f"the voice {voice.name} cannot say it here; {entry.name} ({entry.engine}) does"
                )
        return None, f"no voice on this machine reads {script.title()} script; it is subtitled"

    def _tongue(self, voice: Voice) -> str:
        """The language of a voice that need not be installed here."""
        if voice.engine == "espeak":
            return voice.name.partition("+")[0].split("-")[0]
        return "en" if voice.engine == "flite" else self.language

    def _language(self, text: str, tongues: Sequence[str]) -> str:
        """The language a text is said in by somebody who speaks ``tongues``: all, if empty."""
        script = scripts.script(text)
        own = [self.language] if not tongues or self.language in tongues else []
        for code in [*own, *tongues]:
            if scripts.reads([code], script):
                return code
        return scripts.LANGUAGE.get(script, self.language)

    def _engine(self, name: str) -> Engine:
        return self.more[name] if name in self.more else ENGINES[name]

    def _entry(self, voice: Voice) -> VoiceEntry | None:
        for entry in self.voices():
            if (entry.engine, entry.name) == (voice.engine, voice.name):
                return entry
        return None


def _silent(beat: Beat, text: str, note: str) -> SpokenLine:
    wide = sum(unicodedata.east_asian_width(c) in "WF" and c.isalnum() for c in text)
    tokens = text.split()
    narrow = sum(
        any(c.isalnum() and unicodedata.east_asian_width(c) not in "WF" for c in t) for t in tokens
    )
    seconds = max(0.4, (narrow / _WORDS_A_SECOND + wide / _CJK_A_SECOND) * _MARGIN)
    words, at, letters = [], 0.0, max(1, sum(len(t) for t in tokens))
    for token in tokens:
        length = seconds * len(token) / letters
        words.append(Word(text=token, start=at, end=at + length))
        at += length
    return SpokenLine(
        beat=beat.id,
        actor=beat.speaker or "",
        text=text,
        wav="",
        seconds=seconds,
        words=words,
        note=note,
    )
