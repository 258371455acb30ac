"""espeak-ng from its wheel: a hundred languages, robotic, always there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from filmagent.cast.phonemes import from_ipa
from filmagent.cast.recording import Recording, Samples
from filmagent.documents import Phone, VoiceEntry, Word
from filmagent.errors import RenderError

WORDS_A_MINUTE = 160.0
_BREATH = 0.06
_FEMALE = ("f2", "f3", "f4", "f1", "f5")
_MALE = ("m3", "m1", "m7", "m2", "m5")
_INVENTED = frozenset({"piqd", "qdb", "qya", "sjn", "xex", "py", "jbo", "lfn", "en-shaw"})


@cache
def installed() -> tuple[str, str] | None:
    """Paths of the library and of its data, or None."""
    try:
        import espeakng_loader
    except ImportError:
        return None
    library, data = espeakng_loader.get_library_path(), espeakng_loader.get_data_path()
    return (str(library), str(data)) if Path(library).exists() else None


@cache
def languages() -> dict[str, list[str]]:
    """espeak's own name of a voice → the languages it answers to."""
    paths = installed()
    if paths is None:
        return {}
    found: dict[str, list[str]] = {"en-us": [], "en-gb": []}
    for path in sorted(Path(paths[1], "lang").rglob("*")):
        if not path.is_file():
            continue
        codes = [
            c.lower()
            for c in re.findall(r"^language\s+(\S+)", path.read_text("utf-8", "replace"), re.M)
        ]
        if codes and codes[0] not in _INVENTED:
            short = dict.fromkeys([*codes, *(c.split("-")[0] for c in codes)])
            found[codes[0]] = found.get(codes[0]) or list(short)
    return {name: codes for name, codes in found.items() if codes}


@cache
def voices() -> tuple[VoiceEntry, ...]:
    """espeak's voices: five women and five men in English, two of each elsewhere."""
    entries = []
    for name, codes in languages().items():
        count = 5 if name in ("en-us", "en-gb") else 2
        for gender, variants in (("female", _FEMALE), ("male", _MALE)):
            entries += [
                VoiceEntry.model_validate(
                    {
                        "engine": "espeak",
                        "name": f"{name}+{variant}",
                        "gender": gender,
                        "languages": codes,
                    }
                )
                for variant in variants[:count]
            ]
    return tuple(entries)


def speak(text: str, name: str, semitones: float, rate: float, liveliness: float) -> Recording:
    """Say a text in the language of the voice.

    Parameters
    ----------
    text
        Anything; it travels as JSON and is never part of a command.
    name
        espeak's name, with a variant: ``en-us+f3``, ``fr+m1``.
    semitones, rate, liveliness
        As for flite.

    Raises
    ------
    RenderError
        If espeak-ng is missing, fails, or has no such voice.
    """
    paths = installed()
    if paths is None:
        raise RenderError("espeak-ng is not installed; `pip install espeakng-loader` brings it.")
    wish = {
        "library": paths[0],
        "data": paths[1],
        "voice": name,
        # < and & would start markup, and [[ ]] espeak's own phoneme notation
        "text": re.sub(r"[<>&\[\]\x00-\x1f]", " ", text),
        "rate": int(np.clip(WORDS_A_MINUTE * rate, 80, 400)),
        # espeak doubles the pitch over 50 steps
        "pitch": int(np.clip(50 + semitones * 50 / 12, 0, 99)),
        "range": int(np.clip(50 * liveliness, 0, 99)),
    }
    header, pcm = _ask(wish)
    samples = np.frombuffer(pcm, "<i2").astype(np.float64) / 32768.0
    if not len(samples):
        return Recording(samples, int(header["rate"]))
    hertz = int(header["rate"])
    phones = _phones(header["phones"], samples, hertz)
    return Recording(samples, hertz, phones, _words(text, header["words"], phones))


def _ask(wish: dict[str, object]) -> tuple[dict[str, Any], bytes]:
    child = Path(__file__).with_name("espeak_child.py")
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(child)],
            input=json.dumps(wish).encode(),
            capture_output=True,
            timeout=120,
            check=True,
        )
        head, _, pcm = done.stdout.partition(b"\n")
        header = json.loads(head)
        return header, pcm[: 2 * header["samples"]]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        raise RenderError(
            f"espeak-ng's voice {wish['voice']} failed ({error}); choose another "
            "with `filmagent list voices`."
        ) from None


def _phones(events: list[list[float]], samples: Samples, hertz: int) -> list[Phone]:
    """Phones with their ends; what is silent in a long phone's tail is a pause."""
    total = len(samples) / hertz
    marks = [(from_ipa(str(name)), float(at)) for name, at in events]
    phones: list[Phone] = []
    for i, (phone, start) in enumerate(marks):
        end = marks[i + 1][1] if i + 1 < len(marks) else total
        if end - start < 1e-3:
            continue
        if phone == "pau" and phones and end - start < _BREATH:
            # a tone, a length mark, a release: the lips stay where they are
            phones[-1] = phones[-1].model_copy(update={"end": end})
            continue
        heard = _heard_until(samples, hertz, start, end) if phone != "pau" else start
        if heard > start:
            phones.append(Phone(phone=phone, start=start, end=heard))
        if end > heard:
            phones.append(Phone(phone="pau", start=heard, end=end))
    return phones


def _heard_until(samples: Samples, hertz: int, start: float, end: float) -> float:
    if end - start < 0.22:
        return end
    hop = hertz // 100
    first = int(start * hertz)
    piece = samples[first : int(end * hertz)]
    level = np.array([np.abs(piece[i : i + hop]).max() for i in range(0, len(piece), hop)])
    loud = np.nonzero(level > 0.012 * np.abs(samples).max())[0]
    last = (loud[-1] + 1) * hop if len(loud) else 0
    return min(end, max(start + 0.05, (first + last) / hertz))


def _words(text: str, events: list[list[float]], phones: list[Phone]) -> list[Word]:
    tokens = [
        (m.start(), m.end(), m.group())
        for m in re.finditer(r"\S+", text)
        if any(c.isalnum() for c in m.group())
    ]
    if not tokens or not phones:
        return []
    ends = [p.end for p in phones if p.phone != "pau"] or [phones[-1].end]
    known: dict[int, float] = {}
    for first, length, seconds in events:
        middle = first + length / 2
        for i, (a, b, _) in enumerate(tokens):
            if a <= middle <= b:
                known.setdefault(i, seconds)
    begin = next((p.start for p in phones if p.phone != "pau"), 0.0)
    known.setdefault(0, begin)
    at = [tokens[i][0] for i in sorted(known)] + [len(text)]
    heard = [known[i] for i in sorted(known)] + [max(ends)]
    starts = np.maximum.accumulate(np.interp([t[0] for t in tokens], at, heard))
    result = []
    for i, (_, _, token) in enumerate(tokens):
        limit = starts[i + 1] if i + 1 < len(tokens) else max(ends)
        inside = [
            p.end for p in phones if p.phone != "pau" and starts[i] <= (p.start + p.end) / 2 < limit
        ]
        end = min(inside[-1], limit) if inside else limit
        result.append(Word(text=token, start=starts[i], end=end))
    return result
