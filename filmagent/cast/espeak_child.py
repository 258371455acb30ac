"""espeak-ng in a process of its own: run as a script, it imports nothing of filmagent.

Reads one JSON object from standard input: ``library``, ``data``, ``text``, ``voice``, ``rate``
(words a minute), ``pitch`` and ``range`` (0–99). Answers one JSON line (``rate`` in Hz, ``phones``
as [IPA, seconds], ``words`` as [first character, characters, seconds], ``samples``), then the
samples as 16-bit little-endian PCM. With ``spell``, a list of words instead of ``text``, the line
holds ``spelt``: each word's IPA symbols, joined by ``_``; no samples follow. espeak-ng is a GPL
library with global state: its crash or a stuck clause then costs one line, not the film.
"""

from __future__ import annotations

import ctypes
import json
import sys

WORD, PHONEME = 1, 7
SYNCHRONOUS, PHONEME_EVENTS_IPA = 2, 0x1 | 0x2
RATE, PITCH, RANGE = 1, 3, 4
UTF8 = 1
IPA, APART = 0x02, ord("_") << 8


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


def main() -> int:
    """Say one text."""
    wish = json.loads(sys.stdin.buffer.read())
    library = ctypes.CDLL(wish["library"])
    hertz = library.espeak_Initialize(SYNCHRONOUS, 0, wish["data"].encode(), PHONEME_EVENTS_IPA)
    # espeak seeds the breath in a voice with the clock; the same line has to be the same sound
    library.espeak_ng_SetRandSeed(ctypes.c_long(1))
    if hertz <= 0 or library.espeak_SetVoiceByName(wish["voice"].encode()) != 0:
        return 3
    if "spell" in wish:
        spelt = [_spelt(library, word) for word in wish["spell"]]
        sys.stdout.buffer.write(json.dumps({"spelt": spelt}).encode() + b"\n")
        return 0
    for parameter, key in ((RATE, "rate"), (PITCH, "pitch"), (RANGE, "range")):
        library.espeak_SetParameter(parameter, int(wish[key]), 0)
    pcm, phones, words = bytearray(), [], []

    def receive(samples, count, events):  # type: ignore[no-untyped-def]
        if samples and count > 0:
            pcm.extend(ctypes.string_at(samples, 2 * count))
        i = 0
        while events[i].type != 0:
            event = events[i]
            seconds = event.audio_position / 1000.0
            if event.type == PHONEME:
                name = bytes(event.id.string).split(b"\0")[0].decode("utf-8", "replace")
                phones.append([name, seconds])
            elif event.type == WORD:
                words.append([event.text_position - 1, event.length, seconds])
            i += 1
        return 0

    callback = _Callback(receive)
    library.espeak_SetSynthCallback(callback)
    text = wish["text"].encode()
    library.espeak_Synth(text, ctypes.c_size_t(len(text) + 1), 0, 0, 0, UTF8, None, None)
    library.espeak_Synchronize()
    header = {"rate": hertz, "phones": phones, "words": words, "samples": len(pcm) // 2}
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + pcm)
    return 0


def _spelt(library: ctypes.CDLL, word: str) -> str:
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    # the call moves its pointer behind each clause it has read, and sets it to NULL at the end
    rest, clauses = ctypes.c_char_p(word.encode()), []
    while rest.value:
        said = library.espeak_TextToPhonemes(ctypes.byref(rest), UTF8, IPA | APART)
        clauses.append((said or b"").decode("utf-8", "replace"))
    return "_".join(clauses).replace(" ", "_").replace("\n", "_")


if __name__ == "__main__":
    raise SystemExit(main())
