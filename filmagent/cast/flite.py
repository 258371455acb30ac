"""flite, when it is installed: four good English voices with measured phone times."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import unicodedata
from functools import cache
from pathlib import Path

from filmagent.cast import alignment
from filmagent.cast.engine import Manner
from filmagent.cast.recording import Recording, read_pcm
from filmagent.documents import Phone, VoiceEntry
from filmagent.errors import RenderError

PITCH = {"rms": 104.0, "awb": 122.0, "kal16": 105.0, "slt": 172.0}
"""The usable voices and their mean pitch in Hz; flite's 8 kHz and clock voices are not listed."""

FIXED_PITCH = frozenset({"rms"})
"""Voices deaf to flite's pitch settings: theirs moves with the size of the throat alone."""

_SPELT = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": ", ", "—": ", ", "…": "..."})


@cache
def program() -> str | None:
    """Path of flite, or None."""
    return shutil.which("flite")


@cache
def voices() -> tuple[VoiceEntry, ...]:
    """flite's voices on this machine."""
    path = program()
    if path is None:
        return ()
    listing = _run([path, "-lv"])
    known = listing.partition(":")[2].split()
    return tuple(
        VoiceEntry(
            engine="flite",
            name=name,
            gender="female" if name == "slt" else "male",
            languages=["en"],
        )
        for name in PITCH
        if name in known
    )


def bends(name: str) -> bool:
    """Whether the voice follows flite's pitch settings."""
    return name not in FIXED_PITCH


def speak(text: str, name: str, manner: Manner) -> Recording:
    """Say English text.

    Parameters
    ----------
    text
        Anything; only its words are said.
    name
        A key of `PITCH`.
    manner
        Pitch, rate and liveliness are followed.

    Raises
    ------
    RenderError
        If flite fails.
    """
    spoken = plain(text)
    path = program()
    if path is None:
        raise RenderError("flite is not installed; `apt-get install flite` brings it.")
    options = [
        "--setf",
        f"int_f0_target_mean={PITCH[name] * 2 ** (manner.semitones / 12):.2f}",
        "--setf",
        f"int_f0_target_stddev={_spread(name) * manner.liveliness:.2f}",
        "--setf",
        f"duration_stretch={1 / manner.rate:.4f}",
    ]
    with tempfile.TemporaryDirectory(prefix="filmagent-flite-") as folder:
        wav = Path(folder) / "line.wav"
        # -t makes one utterance of the whole text: its phone times then never start again at zero
        listing = _run([path, "-voice", name, *options, "-psdur", "-t", spoken, "-o", str(wav)])
        try:
            samples, hertz = read_pcm(wav.read_bytes())
        except (OSError, EOFError) as error:
            raise RenderError(
                f"flite's voice {name} made no sound ({error}); choose another "
                "voice with `filmagent list voices`."
            ) from None
    phones = _phones(listing)
    words = alignment.words(spoken_words(text), phones, _alone(spoken_words(text), name))
    return Recording(samples, hertz, phones, words)


def plain(text: str) -> str:
    """The text in the ASCII that flite reads: accents dropped, typographer's marks spelt out."""
    folded = unicodedata.normalize("NFKD", text.translate(_SPELT))
    ascii_only = folded.encode("ascii", "ignore").decode()
    # a lone dash is a pause to people and a word to flite; brackets and slashes are read aloud
    return re.sub(
        r"\s+",
        " ",
        re.sub(r"\s-+\s|--+", ", ", re.sub(r"[<>(){}\[\]|\\/*_#~^`\"]", " ", ascii_only)),
    ).strip(" ,")


def spoken_words(text: str) -> list[str]:
    """The words of a text as subtitles show them, without those that are only punctuation."""
    return [
        word for word in re.split(r"\s+|(?<=\w)(?:--|—)", text) if any(c.isalnum() for c in word)
    ]


def _spread(name: str) -> float:
    return 22.0 if name == "slt" else 14.0


def _phones(line: str) -> list[Phone]:
    phones, start = [], 0.0
    for phone, end in re.findall(r"(\S+?):([\d.]+)", line):
        phones.append(Phone(phone=phone.lower(), start=start, end=float(end)))
        start = float(end)
    return phones


def _alone(words: list[str], name: str) -> list[list[str]]:
    """The phones of each word said by itself ([] where flite says nothing)."""
    missing = sorted({w for w in words} - {w for n, w in _LEXICON if n == name})
    path = program()
    if missing and path:
        # a blank line ends an utterance; one process says them all
        with tempfile.TemporaryDirectory(prefix="filmagent-flite-") as folder:
            listing = Path(folder) / "words.txt"
            said = [re.sub(r"[^A-Za-z0-9'$%&]", "", plain(w)) or "a" for w in missing]
            listing.write_text("\n\n".join(f"{w}." for w in said) + "\n", "ascii")
            out = _run([path, "-voice", name, "-ps", "-f", str(listing), "-o", "none"])
        lines = [line.split() for line in out.splitlines() if line.strip()]
        if len(lines) == len(missing):
            for word, phones in zip(missing, lines, strict=True):
                _LEXICON[name, word] = [p for p in phones if p != "pau"]
    return [_LEXICON.get((name, word), []) for word in words]


_LEXICON: dict[tuple[str, str], list[str]] = {}


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
            stdin=subprocess.DEVNULL,
            errors="replace",
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise RenderError(
            f"flite failed ({error}); reinstall it or choose an espeak voice."
        ) from None
    return done.stdout
