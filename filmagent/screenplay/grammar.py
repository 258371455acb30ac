"""What a line looks like. Each function takes a line without comments and stripped."""

from __future__ import annotations

import re

# Fountain's own prefixes count in any case.
_HEADING = re.compile(
    r"(?:int\.?\s?/\s?ext|ext\.?\s?/\s?int|i\s?/\s?e|e\s?/\s?i|int|ext|est)(?:[.\s:/]|$)",
    re.IGNORECASE,
)
# The same written out, or in other languages: the line must be wholly upper case, or of a script
# without case, so that prose is not mistaken for a heading.
_WRITTEN_OUT = (
    r"(?:INTERIORE?|EXTERIORE?|INTÉRIEUR|EXTÉRIEUR|INTERNO|ESTERNO|ESTABLISHING|INNEN|AUSSEN|AUẞEN"
    r"|ИНТ|ЭКСТ|НАТ|ИНТЕРЬЕР|НАТУРА|ΕΣΩΤ|ΕΞΩΤ)"
)
_HEADING_CASED = re.compile(rf"{_WRITTEN_OUT}(?:\.?\s?/\s?{_WRITTEN_OUT})?(?:[.\s:/]|$)")
_HEADING_UNCASED = re.compile(
    r"(?:内景|外景|內景|内外景|室内|室外|内\s?/\s?外|内|外|屋内|屋外|실내|실외|داخلي|خارجي|פנים|חוץ)"
    r"[.。．:：·、/\s–—-]"
)

# Lines that stand alone though in capitals and followed by text: never somebody's name.
_NEVER_CUE = re.compile(
    r"(?:FADE (?:IN|OUT|TO|UP)|CUT TO|SMASH CUT|MATCH CUT|JUMP CUT|HARD CUT|DISSOLVE|CROSSFADE"
    r"|WIPE TO|SUPER(?:IMPOSE)?|TITLE(?: CARD)?|TITLE OVER|CHYRON|CAPTION|INTERTITLE|LOWER THIRD"
    r"|INTERCUT|(?:BEGIN |END |END OF |BACK TO )?(?:MONTAGE|FLASHBACK)|SERIES OF SHOTS"
    r"|(?:MOMENTS |MINUTES |HOURS |MUCH |SECONDS )?LATER|CONTINUOUS|THE END|BACK TO)"
    r"(?:\W.*)?",
    re.DOTALL,
)

_TITLE_KEYS = frozenset(
    [
        "title", "credit", "author", "authors", "source", "notes", "copyright", "contact", "date",
        "draft", "draft date", "revision", "format", "language", "episode", "series", "director",
        "written by", "based on", "font", "titre", "auteur", "auteurs", "título", "autor",
        "autora", "autores", "titel", "autorin", "titolo", "autore", "название", "автор", "标题",
        "片名", "剧名", "作者", "编剧", "標題", "編劇", "タイトル", "題名", "脚本", "제목", "작가",
        "العنوان", "المؤلف", "تأليف", "כותרת", "מאת",
    ]
)  # fmt: skip
"""Keys of a title page known by name; any other key is taken too when not in capitals."""


def is_heading(line: str) -> bool:
    """True for a scene heading that needs no leading dot."""
    if _HEADING.match(line):
        return True
    if _HEADING_CASED.match(line):
        return line.isupper()
    return _HEADING_UNCASED.match(line) is not None


def is_forced_heading(line: str) -> bool:
    """True for ``.KITCHEN``, not for an ellipsis."""
    return line.startswith(".") and line[1:2] != "." and bool(line.replace(".", "").strip())


def is_cue(line: str) -> bool:
    """True for a character's name that needs no ``@``: all its letters are capitals.

    The name ends where its extensions in parentheses begin. Stage directions in capitals
    (``FADE IN:``, ``SUPER:``) and exclamations (``BANG!``) are nobody's name.
    """
    name = line.removesuffix("^").replace("（", "(").split("(", 1)[0].strip()
    if not name.isupper() or name[-1] in "!?…>" or name.endswith(("...", "TO:")):
        return False
    return name[0] not in "-–—•>(" and not _NEVER_CUE.fullmatch(name)


def is_transition(line: str) -> bool:
    """True for ``CUT TO:``: capitals that end in ``TO:``."""
    return line.endswith("TO:") and line.isupper()


def is_forced_transition(line: str) -> bool:
    """True for ``> Burn to white.``"""
    return line.startswith(">") and not line.endswith("<") and bool(line.replace(">", "").strip())


def is_centred(line: str) -> bool:
    """True for ``> THE END <``."""
    return len(line) > 2 and line[0] == ">" and line[-1] == "<" and bool(line[1:-1].strip())


def is_page_break(line: str) -> bool:
    """True for three or more ``=`` and nothing else."""
    return len(line) >= 3 and not line.strip("=")


def section_level(line: str) -> int:
    """1–6 for a section, 0 for anything else."""
    level = min(len(line) - len(line.lstrip("#")), 6)
    return level if line[level:].strip() else 0


def is_synopsis(line: str) -> bool:
    """True for ``= what happens``."""
    return line.startswith("=") and bool(line.replace("=", "").strip())


def is_lyric(line: str) -> bool:
    """True for ``~Willy Wonka, Willy Wonka``."""
    return line.startswith("~") and bool(line[1:].strip())


def stands_alone(line: str) -> bool:
    """True for a line that is what it is even in the middle of a paragraph of action."""
    return bool(
        is_page_break(line)
        or section_level(line)
        or is_synopsis(line)
        or is_centred(line)
        or is_lyric(line)
    )


def scene_number(line: str) -> str:
    """The number between hashes at the end of a heading, or ""."""
    if not line.endswith("#"):
        return ""
    start = line.rfind("#", 0, len(line) - 1)
    number = line[start + 1 : -1].strip()
    kept = line[:start].strip() if start > 0 else ""
    return number if kept and number and " " not in number else ""


def is_parenthetical(text: str) -> bool | None:
    """True when the text is one pair of parentheses and what they hold; None when still open."""
    if text[:1] not in ("(", "（"):
        return False
    depth = 0
    for place, char in enumerate(text):
        if char in "(（":
            depth += 1
        elif char in ")）":
            depth -= 1
            if depth == 0:
                return place == len(text) - 1 and len(text) > 2
    return None


def title_key(line: str, sure: bool) -> str:
    """The key of a line of the title page, or "".

    ``sure`` when the page is known to be one; before that, headings, transitions and keys in
    capitals that are no known key (``FADE IN:``, ``MARA:``) do not begin one.
    """
    places = [p for p in (line.find(":"), line.find("：")) if p > 0]
    key = line[: min(places)].strip() if places else ""
    if not key or len(key) > 40 or not key[0].isalnum():
        return ""
    if sure or key.casefold() in _TITLE_KEYS:
        return key
    if is_heading(line) or is_transition(line) or key.isupper() or key == key.upper():
        return ""
    return key
