"""Characters → voices: the language, the gender and age of who plays them, no two alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from filmagent.documents import Catalogue, Character, Voice, VoiceEntry

# A second part for a voice is shifted away from the first: (semitones, rate) in order of use.
_SHIFTS = (
    (0.0, 1.0), (-1.5, 0.95), (1.5, 1.05), (-2.5, 1.03), (2.5, 0.96), (-0.8, 1.08), (0.8, 0.92),
)  # fmt: skip
_FURTHER = 0.35
"""Semitones more for each round after the shifts are used up."""
_AGES = {"child": (4.5, 1.06), "teen": (1.5, 1.04), "adult": (0.0, 1.0), "old": (-0.8, 0.93)}
_OTHER_GENDER = 4.0
"""Semitones that make do with a voice of the other gender."""


def cast_voices(
    characters: list[Character],
    speakers: Iterable[str],
    languages: Mapping[str, str],
    catalogue: Catalogue,
    asked: Mapping[str, str],
    kept: Mapping[str, Voice],
) -> list[str]:
    """Give everybody who speaks a voice, in place; return warnings.

    Parameters
    ----------
    speakers
        Ids of those who have lines, in the order of the characters.
    languages
        Character id → the language of their lines.
    asked
        Character id → voice name, as the script's notes ask.
    kept
        Character id → voice of the draft before.
    """
    available = {(voice.engine, voice.name): voice for voice in catalogue.voices}
    gender = {member.name: member.gender for member in catalogue.members}
    said: list[str] = []
    if not available:
        return [
            "This machine has no voice; the film is silent with subtitles (`filmagent doctor`)."
        ]
    speaking = set(speakers)
    uses: dict[tuple[str, str], int] = {}
    mute: dict[str, list[str]] = {}
    for character in characters:
        old = kept.get(character.id)
        if character.id in speaking and old and (old.engine, old.name) in available:
            character.voice = old
            uses[old.engine, old.name] = uses.get((old.engine, old.name), 0) + 1
    for character in characters:
        if character.id not in speaking or character.voice is not None:
            continue
        language = languages.get(character.id, "en")
        sex = gender.get(character.member, "unknown")
        if character.gender != "unknown" or sex == "unknown":
            sex = character.gender
        entry = _choose(catalogue.voices, language, sex, uses, asked.get(character.id, ""))
        if not _speaks(entry, language):
            mute.setdefault(language, []).append(character.name)
        count = uses.get((entry.engine, entry.name), 0)
        uses[entry.engine, entry.name] = count + 1
        character.voice = _shifted(entry, character, sex, count)
    for language, names in mute.items():
        who = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        said.append(
            f'No voice on this machine speaks the language "{language}" of {who}; '
            "what cannot be said is subtitled."
        )
    return said


def voice_for(
    character: Character, language: str, others: Iterable[Character], catalogue: Catalogue
) -> Voice | None:
    """The voice of somebody who has just been recast; None where the machine has none.

    It goes by the sex and age of the member, which are what one sees; and it is apart from the
    voices of the ``others``, which stay as they are.
    """
    if not catalogue.voices:
        return None
    member = next((m for m in catalogue.members if m.name == character.member), None)
    seen = character
    if member is not None:
        seen = character.model_copy(update={"gender": member.gender, "age": member.age})
    uses: dict[tuple[str, str], int] = {}
    for other in others:
        if other.voice is not None and other.id != character.id:
            key = (other.voice.engine, other.voice.name)
            uses[key] = uses.get(key, 0) + 1
    entry = _choose(catalogue.voices, language, seen.gender, uses, "")
    return _shifted(entry, seen, seen.gender, uses.get((entry.engine, entry.name), 0))


def _choose(
    voices: list[VoiceEntry],
    language: str,
    sex: str,
    uses: dict[tuple[str, str], int],
    wish: str,
) -> VoiceEntry:
    for voice in voices:
        if wish and wish in (voice.name, f"{voice.engine}:{voice.name}"):
            return voice

    def cost(place: int) -> tuple[float, int]:
        voice = voices[place]
        other = sex != "unknown" and voice.gender not in (sex, "unknown")
        # a voice that is heard already costs more than any place in the list of the best
        used = uses.get((voice.engine, voice.name), 0)
        return 1000.0 * (not _speaks(voice, language)) + 100.0 * other + 10.0 * used, place

    return voices[min(range(len(voices)), key=cost)]


def _speaks(voice: VoiceEntry, language: str) -> bool:
    return any(code.split("-")[0] == language for code in voice.languages)


def _shifted(entry: VoiceEntry, character: Character, sex: str, count: int) -> Voice:
    lap, place = divmod(count, len(_SHIFTS))
    pitch, rate = _SHIFTS[place]
    years, pace = _AGES[character.age]
    if sex == "male" and character.age == "child":
        years += 2.0  # a boy's voice has not broken
    pitch += years + lap * _FURTHER
    if sex != "unknown" and entry.gender not in (sex, "unknown"):
        pitch += _OTHER_GENDER if sex == "female" else -_OTHER_GENDER
    return Voice(
        engine=entry.engine, name=entry.name, pitch=round(pitch, 2), rate=round(rate * pace, 3)
    )
