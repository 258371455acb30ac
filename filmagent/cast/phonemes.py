"""One alphabet of phones for all engines: ARPAbet, lower case; ``pau`` is silence."""

from __future__ import annotations

import unicodedata

_IPA: dict[str, str] = {
    # longest symbols first is not needed: `from_ipa` looks for the longest prefix
    "tʃ": "ch",
    "dʒ": "jh",
    "ts": "s",
    "dz": "z",
    "tɕ": "ch",
    "dʑ": "jh",
    "aɪ": "ay",
    "aʊ": "aw",
    "eɪ": "ey",
    "oʊ": "ow",
    "əʊ": "ow",
    "ɔɪ": "oy",
    "p": "p",
    "b": "b",
    "m": "m",
    "ɓ": "b",
    "ɸ": "f",
    "β": "v",
    "f": "f",
    "v": "v",
    "ʋ": "v",
    "pf": "f",
    "θ": "th",
    "ð": "dh",
    "t": "t",
    "d": "d",
    "ʈ": "t",
    "ɖ": "d",
    "ɾ": "d",
    "ɗ": "d",
    "s": "s",
    "z": "z",
    "ʃ": "sh",
    "ʒ": "zh",
    "ʂ": "sh",
    "ʐ": "zh",
    "ɕ": "sh",
    "ʑ": "zh",
    "ç": "hh",
    "x": "k",
    "ɣ": "g",
    "χ": "k",
    "ħ": "hh",
    "ʕ": "hh",
    "h": "hh",
    "ɦ": "hh",
    "k": "k",
    "g": "g",
    "ɡ": "g",
    "q": "k",
    "ɢ": "g",
    "c": "k",
    "ɟ": "g",
    "ʔ": "hh",
    "n": "n",
    "ŋ": "ng",
    "ɲ": "n",
    "ɳ": "n",
    "ɴ": "ng",
    "l": "l",
    "ɫ": "l",
    "ɭ": "l",
    "ʎ": "l",
    "ɬ": "l",
    "ɮ": "l",
    "r": "r",
    "ɹ": "r",
    "ʀ": "r",
    "ʁ": "r",
    "ɻ": "r",
    "ɽ": "r",
    "w": "w",
    "ʍ": "w",
    "ɥ": "w",
    "j": "y",
    "ʝ": "y",
    "i": "iy",
    "y": "uw",
    "ɨ": "ih",
    "ʉ": "uw",
    "ɯ": "uw",
    "u": "uw",
    "ɪ": "ih",
    "ʏ": "uw",
    "ʊ": "uh",
    "e": "ey",
    "ø": "er",
    "ɘ": "ax",
    "ɵ": "er",
    "ɤ": "ah",
    "o": "ow",
    "ə": "ax",
    "ɚ": "er",
    "ɝ": "er",
    "ɛ": "eh",
    "œ": "er",
    "ɜ": "er",
    "ɞ": "er",
    "ʌ": "ah",
    "ɔ": "ao",
    "æ": "ae",
    "ɐ": "ah",
    "a": "aa",
    "ɶ": "aa",
    "ɑ": "aa",
    "ɒ": "ao",
    "ᵻ": "ih",
    "ɬ̩": "l",
}


def from_ipa(name: str) -> str:
    """The nearest ARPAbet phone of an IPA symbol; ``pau`` for pauses, ``ax`` for the unknown.

    Tone, stress, length and other diacritics do not change what lips do.
    """
    bare = "".join(
        c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c) or c == "̧"
    )
    bare = unicodedata.normalize("NFC", bare).strip("ˈˌːˑ_:;'|‖.~ʰʲʷˠˤ^`-0123456789 \u0361")
    if not bare:
        return "pau"
    for length in (2, 1):
        if bare[:length] in _IPA:
            return _IPA[bare[:length]]
    return "ax"
