"""The screenplay's elements → scenes: headings, and the lines of action that work like headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from filmagent.crew.house.lexicon import fold, folded, pattern, table
from filmagent.crew.house.sluglines import Slugline, read_slugline
from filmagent.documents.breakdown import Join, Setting, TimeOfDay
from filmagent.screenplay import Action, Element, Heading, Span, Transition
from filmagent.screenplay.grammar import is_heading

_BULLET = re.compile(r"\s*(?:[-–—•*·]+\s+|--+\s*|\(?[A-Z]\)\s+|\d{1,2}[.)]\s+)")
_INTERCUT = re.compile(
    r"^.*?(?:intercut(?:ting)?|交叉剪辑|平行剪辑|カットバック)(?:\s+with|\s+between|\s*[-:–—])*\s*",
    re.IGNORECASE,
)


@dataclass
class RawScene:
    """A scene before anybody reads its beats."""

    heading: str
    setting: Setting
    place: str
    time: TimeOfDay
    number: str = ""
    join: Join | None = None
    intercut: str | None = None
    """The words after INTERCUT; None: it is not intercut."""
    goes_on: bool = False
    """Headed by something that is no known place: it goes on where the scene before was."""
    headed: bool = True
    """Opened by a heading of its own."""
    before: RawScene | None = None
    """Of a side of an intercut: the scene in the same place that it goes on from."""
    partner: RawScene | None = None
    """The scene it is cut together with."""
    elements: list[Element] = field(default_factory=list)
    first: int = 0
    end: int = 0


@dataclass
class _Stretch:
    """MONTAGE … END MONTAGE, FLASHBACK … END FLASHBACK."""

    join: Join
    home: RawScene | None


def side_of(place: str) -> Setting | None:
    """Inside or outside, where the kind of place tells: .BACK YARD needs no EXT."""
    kind = kind_of_place(fold(place))
    if kind in ("street", "outdoors"):
        return "ext"
    return "int" if kind and kind != "vehicle" else None


def kind_of_place(place: str) -> str:
    """The kind of a folded place; the part named last decides (HOUSE - KITCHEN); "" if unknown."""
    found: list[tuple[int, int, str]] = []
    for kind, words in table("place_words")["kind"].items():
        for match in pattern(tuple(fold(w) for w in words)).finditer(place):
            found.append((match.end(), len(match.group()), kind))
    return max(found, default=(0, 0, ""))[2]


def is_bulleted(line: str) -> bool:
    """True for an item of a list, as montages are written."""
    return _BULLET.match(line) is not None


def without_bullet(line: str) -> str:
    """The item without its dash, letter or number."""
    match = _BULLET.match(line)
    return line[match.end() :] if match else line


def slice_scenes(elements: list[Element]) -> list[RawScene]:
    """Cut the elements into scenes. What stands before the first heading belongs to the first."""
    slicer = _Slicer()
    for element in elements:
        slicer.take(element)
    scenes = slicer.scenes
    if scenes and slicer.preamble:
        scenes[0].elements = slicer.preamble + scenes[0].elements
    return scenes


class _Slicer:
    def __init__(self) -> None:
        self.scenes: list[RawScene] = []
        self.preamble: list[Element] = []
        self.stretch: _Stretch | None = None
        self.next_join: Join | None = None
        self.away_from: RawScene | None = None
        self.returning: RawScene | None = None

    def take(self, element: Element) -> None:
        if isinstance(element, Heading):
            self._heading(element)
        elif isinstance(element, (Action, Transition)) and self._turn(element):
            return
        elif not self.scenes:
            self.preamble.append(element)
        else:
            if self.next_join or self.returning:
                self._reopen(element)
            self._add(element)

    def _add(self, element: Element) -> None:
        scene = self.scenes[-1]
        scene.elements.append(element)
        scene.end = max(scene.end, element.span.end)

    def _reopen(self, element: Element) -> None:
        """Something happens after END MONTAGE or FLASHBACK TO: without a heading of its own."""
        home = self.returning or self.scenes[-1]
        self._open("", read_slugline(""), element.span, home=home)

    def _heading(self, heading: Heading) -> None:
        slug = read_slugline(heading.plain)
        stretch = _stretch(heading.plain)
        if slug.setting is None and stretch == "intercut" and self.scenes:
            self._intercut(heading.plain, heading.span)
            return
        if stretch in ("montage_ends", "flashback_ends"):
            self._close()
        if stretch == "montage_begins":
            self.stretch = _Stretch("montage", self.scenes[-1] if self.scenes else None)
        if slug.setting is None and (stretch is not None or slug.join is not None):
            # .FLASHBACK - THE HARBOUR, .MONTAGE - MARA'S DAY: what it is about, not a place
            slug = Slugline(None, "", slug.time, slug.join)
        waiting = self.scenes[-1] if self.scenes else None
        if waiting and not waiting.headed and waiting.intercut is not None and not waiting.elements:
            # INTERCUT WITH: and a heading below it
            self.scenes.pop()
        else:
            waiting = None
        self._open(heading.plain, slug, heading.span, heading.number)
        scene = self.scenes[-1]
        if waiting:
            scene.intercut = waiting.intercut
        told = slug.setting or slug.time or slug.join or kind_of_place(fold(slug.place))
        if slug.place and not told and not heading.number and len(self.scenes) > 1:
            scene.goes_on = True
            scene.join = scene.join or "continuous"

    def _open(
        self, text: str, slug: Slugline, span: Span, number: str = "", home: RawScene | None = None
    ) -> None:
        before = home or (self.scenes[-1] if self.scenes else None)
        join = slug.join or self.next_join or (self.stretch.join if self.stretch else None)
        scene = RawScene(
            heading=text or (before.heading if before else ""),
            setting=slug.setting or side_of(slug.place) or (before.setting if before else "int"),
            place=slug.place or (before.place if before else ""),
            time=slug.time or (before.time if before else "day"),
            number=number,
            join=join if self.scenes or join in ("montage", "flashback") else None,
            intercut="" if join == "intercut" else None,
            first=span.first,
            end=span.end,
        )
        if join == "flashback" and self.scenes:
            self.away_from = self.away_from or self.scenes[-1]
        self.next_join = self.returning = None
        self.scenes.append(scene)

    def _intercut(self, text: str, span: Span) -> None:
        self._open("", read_slugline(""), span)
        self.scenes[-1].intercut = _after_intercut(text)
        self.scenes[-1].headed = False

    def _turn(self, element: Action | Transition) -> bool:
        """Lines that turn the film's time: MONTAGE, FLASHBACK TO:, INTERCUT WITH …, LATER."""
        text = element.plain
        if "\n" in text:
            return self._list_of_places(element)
        turn = _stretch(text)
        if turn == "intercut" and self.scenes:
            self._intercut(text, element.span)
            return True
        if turn == "montage_begins":
            self.stretch = _Stretch("montage", self.scenes[-1] if self.scenes else None)
            if self.scenes:
                self._open(text, Slugline(None, "", None, "montage"), element.span)
            return True
        if turn == "flashback_begins":
            self.next_join = "flashback"
            return True
        if turn in ("montage_ends", "flashback_ends"):
            self._close()
            return True
        if self.scenes and isinstance(element, Action) and _is_later(text):
            self._open(text, Slugline(None, "", read_slugline(text).time, "later"), element.span)
            return True
        return self._list_of_places(element)

    def _close(self) -> None:
        self.returning = self.stretch.home if self.stretch else self.away_from
        self.stretch = self.away_from = None

    def _list_of_places(self, element: Action | Transition) -> bool:
        """Items of a montage that name their own place open scenes of their own."""
        lines = element.plain.split("\n")
        placed = [is_bulleted(line) and is_heading(without_bullet(line)) for line in lines]
        if not (self.stretch and any(placed)):
            return False
        for offset, (line, own) in enumerate(zip(lines, placed, strict=True)):
            span = Span(element.span.first + offset, element.span.first + offset + 1)
            heading, _, rest = without_bullet(line).partition(":")
            if own:
                self._open(heading.strip(), read_slugline(heading), span)
            words = rest.strip() if own else line
            if words and self.scenes:
                self._add(Action(words, span=span))
        return True


def _after_intercut(text: str) -> str:
    return _INTERCUT.sub("", text, count=1).strip(" .:")


def _stretch(text: str) -> str | None:
    """Which turn a whole line is; None for prose."""
    shouted = text.isupper() or text == text.upper()
    plain = fold(text).strip(" .:")
    if not plain or not shouted:
        return None
    if re.match(r"(?:intercut|交叉剪辑|平行剪辑|カットバック)", plain):
        return "intercut"
    head = re.split(r"\s*(?:[:\-–—(.]|\s-\s)", plain)[0].strip()
    for turn in ("montage_ends", "flashback_ends", "montage_begins", "flashback_begins"):
        words = folded("script_words", "stretch", turn)
        if plain in words or head in words:
            return turn
    return None


def _is_later(text: str) -> bool:
    if len(text) > 40 or not (text.isupper() or text == text.upper()):
        return False
    slug = read_slugline(text.strip(" .:"))
    return slug.join == "later" and not slug.place
