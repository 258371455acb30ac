"""espeak-ng from its wheel: a hundred languages, robotic, always there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from filmagent.cast.engine import Manner
from filmagent.cast.phonemes import from_ipa
from filmagent.cast.recording import Recording, Samples, heard_until
from filmagent.documents import Phone, VoiceEntry, Word
from filmagent.errors import RenderError

MISSING = "espeak-ng is not installed; `pip install espeakng-loader` brings it."
WORDS_A_MINUTE = 160.0
_BREATH = 0.06
_LONG = 0.22
"""Seconds of a phone whose tail may be silent."""
_FEMALE = ("f2", "f5", "f3", "f4", "f1")
_MALE = ("edward", "benjamin", "adam", "Reed", "m3", "m1", "m7", "m2", "m5")
"""Variants, those that a recogniser understands best first: of a hundred words it gets wrong
12, 7 and some 25 or more of the women's, 10, 17, 21, 25 and some 30 or more of the men's
(``tests/benchmarks/bench_voices.py --all``)."""
_ELSEWHERE = frozenset({"f2", "f5", "f3", "edward", "benjamin", "m3", "m1"})
"""The variants listed of languages other than English: a choice, and not a telephone book."""
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
    return {name: codes for name, (_, codes) in _files().items()}


@cache
def _files() -> dict[str, tuple[str, list[str]]]:
    """A voice's first language → the file espeak finds it by, and all its languages."""
    paths = installed()
    if paths is None:
        return {}
    found: dict[str, tuple[str, list[str]]] = {"en-us": ("", []), "en-gb": ("", [])}
    for path in sorted(Path(paths[1], "lang").rglob("*")):
        if not path.is_file():
            continue
        codes = [
            c.lower()
            for c in re.findall(r"^language\s+(\S+)", path.read_text("utf-8", "replace"), re.M)
        ]
        if codes and codes[0] not in _INVENTED and not found.get(codes[0], ("", []))[1]:
            short = dict.fromkeys([*codes, *(c.split("-")[0] for c in codes)])
            found[codes[0]] = (path.name, list(short))
    return {name: (file, codes) for name, (file, codes) in found.items() if codes}


def _file(name: str) -> str:
    """``fr-fr+f2`` as espeak looks for it: ``fr+f2``, for that is the file's name."""
    language, plus, variant = name.partition("+")
    return _files().get(language, (language, []))[0] + plus + variant


@cache
def voices() -> tuple[VoiceEntry, ...]:
    """espeak's voices: five women and nine men in English, three and four elsewhere."""
    entries = []
    for name, codes in languages().items():
        all_of_them = name in ("en-us", "en-gb")
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
                for variant in variants
                if all_of_them or variant in _ELSEWHERE
            ]
    return tuple(entries)


def bends(name: str) -> bool:
    """Whether the voice follows espeak's pitch settings: all do."""
    return True


def speak(text: str, name: str, manner: Manner) -> Recording:
    """Say a text in the language of the voice.

    Parameters
    ----------
    text
        Anything; it travels as JSON and is never part of a command.
    name
        espeak's name, with a variant: ``en-us+f3``, ``fr+m1``.
    manner
        Pitch, rate and liveliness are followed.

    Raises
    ------
    RenderError
        If espeak-ng is missing, fails, or has no such voice.
    """
    paths = installed()
    if paths is None:
        raise RenderError(MISSING)
    wish = {
        "library": paths[0],
        "data": paths[1],
        "voice": _file(name),
        # < and & would start markup, and [[ ]] espeak's own phoneme notation
        "text": re.sub(r"[<>&\[\]\x00-\x1f]", " ", text),
        "rate": int(np.clip(WORDS_A_MINUTE * manner.rate, 80, 400)),
        # espeak doubles the pitch over 50 steps
        "pitch": int(np.clip(50 + manner.semitones * 50 / 12, 0, 99)),
        "range": int(np.clip(50 * manner.liveliness, 0, 99)),
    }
    header, pcm = _ask(wish)
    samples = np.frombuffer(pcm, "<i2").astype(np.float64) / 32768.0
    if not len(samples):
        return Recording(samples, int(header["rate"]))
    hertz = int(header["rate"])
    phones = _phones(header["phones"], samples, hertz)
    return Recording(samples, hertz, phones, _words(text, header["words"], phones))


def spell(words: Sequence[str], language: str = "en-us") -> list[list[str]]:
    """The phones of words each read by itself, in ARPAbet; [] where espeak reads nothing.

    Raises
    ------
    RenderError
        If espeak-ng is missing or fails.
    """
    paths = installed()
    if paths is None:
        raise RenderError(MISSING)
    wish: dict[str, object] = {
        "library": paths[0],
        "data": paths[1],
        "voice": _file(language),
        "spell": list(words),
    }
    header, _ = _ask(wish)
    # a vowel coloured by r is one symbol to espeak and two phones here
    apart = [one.replace("ɹ", "_ɹ_").split("_") for one in header["spelt"]]
    spelt = [[from_ipa(symbol) for symbol in one] for one in apart]
    return [[phone for phone in one if phone != "pau"] for one in spelt]


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
        return header, pcm[: 2 * header.get("samples", 0)]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        why = str(error)
        if isinstance(error, subprocess.CalledProcessError):
            why = f"it ended with {error.returncode}"
        raise RenderError(
            f"espeak-ng's voice {wish['voice']} failed ({why}); choose another "
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
        long = end - start >= _LONG
        heard = heard_until(samples, hertz, start, end) if long else end
        heard = start if phone == "pau" else heard
        if heard > start:
            phones.append(Phone(phone=phone, start=start, end=heard))
        if end > heard:
            phones.append(Phone(phone="pau", start=heard, end=end))
    return phones


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
