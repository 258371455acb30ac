"""Which language a text is in: by its script, then by its commonest words."""

from __future__ import annotations

import re
from collections import Counter

# (first, last code point) of a script → language, where the script tells
_SCRIPTS = (
    ("\u3040", "\u30ff", "ja"), ("\uac00", "\ud7af", "ko"), ("\u0600", "\u06ff", "ar"),
    ("\u0590", "\u05ff", "he"), ("\u0400", "\u04ff", "ru"), ("\u0370", "\u03ff", "el"),
    ("\u0900", "\u097f", "hi"), ("\u0e00", "\u0e7f", "th"), ("\u4e00", "\u9fff", "zh"),
    ("\u10a0", "\u10ff", "ka"), ("\u0530", "\u058f", "hy"), ("\u0980", "\u09ff", "bn"),
    ("\u0b80", "\u0bff", "ta"),
)  # fmt: skip
_COMMON = {
    "en": "the and you i to is it of that what not are we this have for don't my",
    "fr": "le la les et vous je est pas que un une tu ne c'est des pour dans elle",
    "es": "el la los y que no es un una te lo en por para está usted qué me",
    "de": "der die das und ich ist nicht du sie ein eine wir es zu mit auf war",
    "it": "il lo la e che non è un una di sono per ti mi ho hai questo cosa",
    "pt": "o a os e que não é um uma você eu de para está com isso meu",
    "nl": "de het een en ik je is niet dat van we wat zijn hij ze met",
    "pl": "nie to się i w na jest że co tak jak ja ty mi do",
    "tr": "bir ve bu ne için ben sen değil mi çok evet hayır var",
    "sv": "jag och det är inte du att en ett vi han hon som på",
}
_COMMON_SETS = {code: frozenset(words.split()) for code, words in _COMMON.items()}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def guess_language(text: str, default: str = "en") -> str:
    """The language of a text, as a two-letter code.

    >>> guess_language("你好吗"), guess_language("Je ne sais pas"), guess_language("Mmm.")
    ('zh', 'fr', 'en')
    """
    text = text[:20_000]
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return default
    scripts: Counter[str] = Counter()
    for char in letters:
        scripts[_script(char)] += 1
    # Japanese mixes kana with Chinese characters
    if scripts["ja"] and scripts["ja"] * 8 >= scripts["zh"]:
        return "ja"
    best, count = max(scripts.items(), key=lambda item: (item[1], item[0]))
    # a word of a dense script weighs more than a letter of an alphabet
    dense = scripts["zh"] * 3 >= scripts["latin"] and scripts["zh"] > 0
    if best != "latin" and count:
        return "fa" if best == "ar" and any(c in "پچژگ" for c in text) else best
    if dense:
        return "zh"
    words = Counter(word.casefold().replace("’", "'") for word in _WORD.findall(text))
    scores = {code: sum(words[word] for word in common) for code, common in _COMMON_SETS.items()}
    code, score = max(scores.items(), key=lambda item: (item[1], item[0] == default, item[0]))
    # one common word may be of many languages
    return code if score > 1 and score * 8 >= words.total() else default


def _script(char: str) -> str:
    for first, last, language in _SCRIPTS:
        if first <= char <= last:
            return language
    return "latin"
