"""What the voices are worth: understood by a recogniser, timed to the phone, quick, and distinct.

Run with ``python tests/benchmarks/bench_voices.py``; ``--all`` hears every English voice.

=============  =============================================================================
words wrong    word error of pocketsphinx, with its own US-English acoustic model and a
               language model (bigrams, no line of its own privileged) of all the bench's words
alignment      where forced alignment, and warping from espeak, put the phones that flite
               times itself
pace           processor seconds a minute of speech, voice and alignment apart
apart          semitones between the median pitches of the two nearest default voices
=============  =============================================================================
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import numpy as np

from filmagent import cast
from filmagent.cast import espeak, flite, forced, lexicon, warping
from filmagent.cast.engine import Manner
from filmagent.cast.recording import Recording, resampled
from filmagent.cast.voice import ENGINES
from filmagent.documents import Phone, VoiceEntry

LINES = (
    "You kept me waiting, and I almost missed the bus.",
    "I know. People never change, maybe, but I came back.",
    "She left the house to both of us before the summer.",
    "Nobody told me about the garden, or about the key.",
    "You never told me about the box. Why did you open it?",
    "Where have you been all these years?",
    "I saw you walk past the window, twice.",
    "That was always yours, and you know it.",
    "Give me the phone and sit down.",
    "We close in ten minutes, madam.",
    "I am not leaving without my daughter.",
    "He said the train was late again.",
    "What do you want me to say to her?",
    "Please, just listen to me for once.",
    "There is a letter for you on the table.",
    "I thought you would be taller.",
    "My father built this place with his own hands.",
    "Stop laughing, somebody will hear us.",
    "It has been raining since the morning.",
    "I would rather be poor than be afraid.",
    "Who turned off the light in the kitchen?",
    "You should have called me from the station.",
    "I can explain everything, if you let me.",
    "The doctor said that she needs to rest.",
    "Do not touch that, it is still hot.",
    "We used to swim in the river after school.",
    "That is the worst coffee in the whole city.",
    "Nobody comes here in the winter.",
    "Are you coming with us or not?",
    "I found this in your coat pocket.",
    "She never forgave me for selling the boat.",
    "Lock the door behind you when you go.",
    "How much money did he take?",
    "I was going to tell you tomorrow.",
    "Your brother was here an hour ago.",
    "The police are asking questions about the car.",
    "Promise me that you will write.",
    "I do not believe a word of this.",
    "It was an accident, I swear.",
    "Take the road along the lake, it is shorter.",
    "You look tired. Did you sleep at all?",
    "They are selling the theatre next month.",
    "I remember every name on that list.",
    "Put the gun on the floor, slowly.",
    "Her voice was so quiet that I missed it.",
    "We have been over this a hundred times.",
    "Tell him that the deal is off.",
    "I only wanted to see the sea again.",
    "Why does nobody ever ask me first?",
    "Happy birthday, you old fool.",
    "The dog knew before any of us did.",
    "I will be outside if you need me.",
    "You were never any good at lying.",
    "Turn around and look at me.",
)
SAME = {"ax": "ah", "axr": "er", "ix": "ih"}
FLOOR = 0.15


def worked() -> float:
    """Processor seconds of this process and of those it has waited for."""
    return sum(os.times()[:4])


def words(text: str) -> list[str]:
    """The words of a line as the recogniser writes them."""
    return re.findall(r"[a-z']+", text.lower())


class Listener:
    """A recogniser that knows the bench's words, and which may follow which; no more."""

    def __init__(self, folder: Path) -> None:
        from pocketsphinx import Decoder

        every = sorted({w for line in LINES for w in words(line)})
        listing, model = folder / "words.dict", folder / "words.lm"
        with listing.open("w") as out:
            for word, ways in zip(every, lexicon.pronounced(every), strict=True):
                for k, way in enumerate(ways):
                    mark = f"({k + 1})" if k else ""
                    out.write(f"{word}{mark} {' '.join(way).upper()}\n")
        model.write_text(bigrams())
        self._decoder = Decoder(
            samprate=forced.HERTZ, dict=str(listing), lm=str(model), cmn="batch", loglevel="FATAL"
        )

    def hears(self, sound: Recording) -> list[str]:
        """The words that it makes of a sound."""
        samples = resampled(sound.samples, sound.rate, to=forced.HERTZ)
        samples = 0.7 * samples / np.abs(samples).max()
        self._decoder.start_utt()
        pcm = np.round(samples * 32767).astype("<i2").tobytes()
        self._decoder.process_raw(pcm, full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return found.hypstr.split() if found else []


def bigrams(share: float = 0.5) -> str:
    """An ARPA bigram model of the lines: half of what follows a word is any word at all."""
    follow: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    counts: dict[str, int] = defaultdict(int)
    for line in LINES:
        row = ["<s>", *words(line), "</s>"]
        for word, after in pairwise(row):
            follow[word][after] += 1
        for word in row[1:]:
            counts[word] += 1
    total = sum(counts.values())
    ones = {w: np.log10(n / total) for w, n in counts.items()} | {"<s>": -99.0}
    pairs = [
        (np.log10(share * n / sum(after.values())), word, then)
        for word, after in sorted(follow.items())
        for then, n in sorted(after.items())
    ]
    text = [f"\\data\\\nngram 1={len(ones)}\nngram 2={len(pairs)}\n\n\\1-grams:"]
    text += [f"{p:.4f} {w} {np.log10(1 - share):.4f}" for w, p in sorted(ones.items())]
    text += ["\n\\2-grams:", *(f"{p:.4f} {a} {b}" for p, a, b in pairs), "\n\\end\\\n"]
    return "\n".join(text)


def wrong(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words to change, insert and leave out (Levenshtein, 1966)."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            change = before + (word != other)
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, change)
    return row[-1]


def apart(ours: Sequence[Phone], known: Sequence[Phone]) -> list[float]:
    """Seconds between the beginnings of the phones that both have."""
    a, b = ([p for p in side if p.phone != "pau"] for side in (ours, known))
    names = [[SAME.get(p.phone, p.phone) for p in side] for side in (a, b)]
    blocks = SequenceMatcher(None, *names, autojunk=False).get_matching_blocks()
    return [abs(a[m.a + k].start - b[m.b + k].start) for m in blocks for k in range(m.size)]


def pitch(sound: Recording) -> float:
    """Median pitch in hertz, by autocorrelation of voiced pieces of 40 ms."""
    samples = resampled(sound.samples, sound.rate, to=16_000)
    found = []
    for k in range(0, len(samples) - 640, 320):
        piece = samples[k : k + 640] * np.hanning(640)
        echo = np.correlate(piece, piece, "full")[639:]
        lag = 40 + int(np.argmax(echo[40:240]))
        if np.abs(piece).max() > 0.1 * np.abs(samples).max() and echo[lag] > 0.4 * echo[0]:
            found.append(16_000 / lag)
    return float(np.median(found)) if found else 0.0


def default_voices(everything: bool) -> list[VoiceEntry]:
    """All voices that speak English, or those that a film gets of two women and three men, and one
    of two women and a man where there is only espeak (its further men miss the floor)."""
    english = [v for v in cast.voices() if "en" in v.languages]
    if everything:
        return english
    chosen: list[VoiceEntry] = []
    alone = [v for v in english if v.engine == "espeak"]
    for shelf, women, men in ((english, 2, 3), (alone, 2, 1)):
        for gender, count in (("female", women), ("male", men)):
            chosen += [v for v in shelf if v.gender == gender][:count]
    return list({(v.engine, v.name): v for v in chosen}.values())


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("--all", action="store_true", help="hear every English voice")
    parser.add_argument("--lines", type=int, default=len(LINES))
    options = parser.parse_args()
    lines = LINES[: options.lines]
    said = sum(len(words(line)) for line in lines)
    pitches: dict[str, float] = {}
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        listener = Listener(Path(folder))
        print(f"{len(lines)} lines, {said} words")
        for voice in default_voices(options.all):
            engine, errors, spent, length, hertz = ENGINES[voice.engine], 0, 0.0, 0.0, []
            for line in lines:
                start = worked()
                sound = engine.speak(line, voice.name, Manner())
                spent += worked() - start
                length += sound.seconds
                errors += wrong(words(line), listener.hears(sound))
                if len(hertz) < 8:
                    hertz.append(pitch(sound))
            name = f"{voice.engine}:{voice.name}"
            pitches[name] = float(np.median(hertz))
            worst = max(worst, errors / said)
            print(
                f"{name:18} {voice.gender:7} words wrong {100 * errors / said:5.1f} %   "
                f"{60 * spent / length:5.2f} s a minute   {pitches[name]:4.0f} Hz"
            )
    verdict = "kept" if worst <= FLOOR else "MISSED"
    print(f"the worst: {100 * worst:.1f} % (floor {100 * FLOOR:.0f} %: {verdict})")
    order = sorted(p for p in pitches.values() if p)
    steps = [12 * np.log2(b / a) for a, b in pairwise(order)]
    if steps:
        print(f"pitches from {order[0]:.0f} to {order[-1]:.0f} Hz, nearest two {min(steps):.1f} st")
    timing(lines)


def timing(lines: Sequence[str]) -> None:
    """Alignment against flite's own times."""
    if flite.program() is None:
        print("alignment: flite is not installed, so nothing is known to measure against")
        return
    for name in flite.PITCH:
        errors: dict[str, list[float]] = {"forced": [], "warped": []}
        spent, length, lost = 0.0, 0.0, 0
        for line in lines[::3]:
            known = flite.speak(line, name, Manner())
            bare = Recording(known.samples, known.rate)
            start = worked()
            try:
                errors["forced"] += apart(forced.align(bare, line).phones, known.phones)
            except forced.Unaligned:
                lost += 1
            spent += worked() - start
            length += known.seconds
            other = espeak.speak(line, "en-us", Manner())
            errors["warped"] += apart(warping.warp(other, bare).phones, known.phones)
        figures = "   ".join(
            f"{how} median {1000 * np.median(e):4.1f} ms p95 {1000 * np.percentile(e, 95):5.1f} ms"
            for how, e in errors.items()
        )
        print(f"{name:6} {figures}   {60 * spent / length:4.1f} s a minute, {lost} lines lost")


if __name__ == "__main__":
    main()
