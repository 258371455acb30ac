"""A scene's elements → beats: each one event, line, silence, card or transition."""

from __future__ import annotations

import re
from collections.abc import Callable

from filmagent.crew.house import cards
from filmagent.crew.house.lexicon import fold, folded
from filmagent.crew.house.manner import (
    is_extension,
    pause_seconds,
    read_extensions,
    read_transition,
    split_manner,
)
from filmagent.crew.house.mentions import Attention
from filmagent.crew.house.notes import directions
from filmagent.crew.house.people import Roll
from filmagent.crew.house.scenes import is_bulleted, without_bullet
from filmagent.crew.house.sentences import events, join, sentences
from filmagent.documents import Beat, Span
from filmagent.documents.breakdown import BeatKind, Delivery
from filmagent.screenplay import (
    Action,
    Dialogue,
    Element,
    Lyrics,
    Note,
    Parenthetical,
    Speech,
    Transition,
)
from filmagent.screenplay import Span as Lines

_INLINE = re.compile(r"[(（]([^()（）\n]{1,60})[)）]")
_BROKEN_OFF = ("--", "—", "–")


class BeatMaker:
    """Makes the beats of one scene. Ids are provisional: ``0``, ``1`` …

    Parameters
    ----------
    roll
        Everybody of the film.
    attention
        Who is who in this scene's prose.
    acts
        True for a sentence in which an action of the catalogue happens.
    """

    def __init__(self, roll: Roll, attention: Attention, acts: Callable[[str], bool]) -> None:
        self.roll = roll
        self.attention = attention
        self.acts = acts
        self.beats: list[Beat] = []
        self._waiting: list[str] = []
        self._speech: list[Beat] = []

    def take(self, element: Element) -> None:
        """Read one element."""
        begun = len(self.beats)
        match element:
            case Speech():
                self._speak(element)
            case Action(centred=True):
                self._card(element.plain, over=False, span=element.span)
            case Action():
                self._act(element.plain, element.span)
            case Transition():
                self._transition(element.plain, element.span, known=True)
            case Lyrics():
                self._add("action", element.span, text=element.plain)
            case Note():
                self._waiting += directions(element)
                return
            case _:
                return
        if not isinstance(element, Speech):
            self._speech = []
        asked = self._waiting + directions(element)
        if asked and len(self.beats) > begun:
            self._place(asked, self.beats[begun:])
            self._waiting = []

    def finish(self) -> list[Beat]:
        """The beats; notes at the very end direct the last one."""
        if self._waiting and self.beats:
            self.beats[-1].directions += self._waiting
        self._overlap()
        return self.beats

    def _place(self, asked: list[str], made: list[Beat]) -> None:
        """A note before the prose directs its first beat; of several lines, the first spoken."""
        lines = [beat for beat in made if beat.kind == "line"] or made
        lines[0].directions += asked

    def _add(self, kind: BeatKind, span: Lines, **more: object) -> Beat:
        beat = Beat.model_validate(
            {
                "id": str(len(self.beats)),
                "kind": kind,
                "span": Span(first=span.first, end=span.end),
                **more,
            }
        )
        self.beats.append(beat)
        return beat

    # prose

    def _act(self, text: str, span: Lines) -> None:
        if self._transition(text, span, known=False):
            return
        if fold(text).strip(" .!*") in folded("script_words", "card", "end"):
            self._card(text, over=False, span=span)
            return
        seconds = pause_seconds(text.strip("()（）"))
        if seconds is not None:
            self._add("pause", span, seconds=seconds)
            return
        if any(is_bulleted(line) for line in text.split("\n")):
            for offset, line in enumerate(text.split("\n")):
                if line.strip():
                    row = Lines(span.first + offset, span.first + offset + 1)
                    self._prose(without_bullet(line), row)
            return
        for words, card in cards.cut(text):
            if card:
                self._card(words, card == "over", span)
            else:
                self._prose(words, span)

    def _prose(self, text: str, span: Lines) -> None:
        found = sentences(text)
        silent = {s for s in found if pause_seconds(s) is not None}
        here: list[str] = []
        for sentence in [*found, ""]:
            if sentence and sentence not in silent:
                here.append(sentence)
                continue
            for event in events(here, self.acts):
                people: list[str] = []
                for each in sentences(event):
                    people += [who for who in self.attention.read(each) if who not in people]
                self._add("action", span, text=event, people=people)
            here = []
            if sentence:
                self._add("pause", span, seconds=pause_seconds(sentence))

    def _card(self, text: str, over: bool, span: Lines) -> None:
        words = text.strip()
        if words:
            self._add("card", span, text=words, over_picture=over, seconds=cards.seconds(words))

    def _transition(self, text: str, span: Lines, known: bool) -> bool:
        how = read_transition(text, sure=known)
        if how is None:
            return False
        self._add("transition", span, text=text, transition=how)
        return True

    # speech

    def _speak(self, speech: Speech) -> None:
        cue = self.roll.cue(speech.name)
        who = cue.who or self._last_two()
        # some write (O.S.) on the line below the name
        below = [p.plain for p in speech.parts[:1] if isinstance(p, Parenthetical)]
        delivery, continued, parentheticals = read_extensions(
            [*speech.extensions, *(words for words in below if is_extension(words))],
            away=who[0] not in self.attention.present,
        )
        delivery = cue.delivery or delivery
        made = self._lines(speech, who[0], delivery, continued, parentheticals)
        for other in who[1:2]:
            self.attention.speaks(other, delivery == "on")
            for beat in [beat for beat in made if beat.kind == "line"]:
                twin = self._add(
                    "line", Lines(beat.span.first, beat.span.end), text=beat.text, speaker=other,
                    delivery=delivery, parenthetical=beat.parenthetical, dual_with=beat.id,
                    people=[other],
                )  # fmt: skip
                beat.dual_with = twin.id
        if speech.dual and self._speech:
            # the first lines of both speeches are said at the same time, then the second ones …
            ours = _unpaired(made)
            for left, right in zip(self._speech, ours, strict=False):
                left.dual_with, right.dual_with = right.id, left.id
            self._speech = []
        else:
            self._speech = _unpaired(made)

    def _last_two(self) -> list[str]:
        """BOTH: the two who were named or spoke last."""
        bodies = [c.id for c in self.roll.characters if c.id not in self.roll.crowds]
        recent = [who for who in self.attention.recent if who in bodies]
        return [*recent[-2:], *(who for who in bodies if who not in recent)][:2]

    def _lines(
        self, speech: Speech, who: str, delivery: Delivery, continued: bool, before: list[str]
    ) -> list[Beat]:
        made: list[Beat] = []
        manner = list(before)
        self.attention.speaks(who, delivery == "on")
        for words, span, how in _said(speech):
            if how == "manner" and is_extension(words):
                continue
            if how == "manner":
                seconds, rest = split_manner(words)
                if seconds is not None:
                    made.append(self._add("pause", span, seconds=seconds))
                manner += [rest] if rest else []
                continue
            said = [*manner, "sings"] if how == "sung" else manner
            people = [who] if delivery == "on" else []
            toward = [m for words in said for m in self.attention.known.find(words)]
            people += [m.who for m in toward if m.who not in people]
            made.append(
                self._add(
                    "line",
                    span,
                    text=words,
                    speaker=who,
                    delivery=delivery,
                    parenthetical=", ".join(said),
                    continued=continued,
                    people=people,
                )
            )
            manner, continued = [], True
        return made

    def _overlap(self) -> None:
        """A line that breaks off is cut short by the next speaker, when nothing is between."""
        interrupting = folded("script_words", "extension", "overlapping")
        for beat, after in zip(self.beats, self.beats[1:], strict=False):
            if beat.kind != "line" or after.kind != "line" or after.speaker == beat.speaker:
                continue
            if beat.dual_with is not None and beat.dual_with == after.id:
                continue
            broken = beat.text.rstrip(" \"”’'").endswith(_BROKEN_OFF)
            manner = {fold(part) for part in after.parenthetical.split(",")}
            beat.overlapped = broken or bool(manner & interrupting)


def _unpaired(made: list[Beat]) -> list[Beat]:
    return [beat for beat in made if beat.kind == "line" and beat.dual_with is None]


def _said(speech: Speech) -> list[tuple[str, Lines, str]]:
    """The words of a speech in order, with silences and manners written inside the dialogue."""
    found: list[tuple[str, Lines, str]] = []
    for part in speech.parts:
        if isinstance(part, Parenthetical):
            found.append((part.plain, part.span, "manner"))
            continue
        how = "sung" if isinstance(part, Lyrics) else "spoken"
        words = join(part.plain.split("\n")) if isinstance(part, Dialogue) else part.plain
        words = join(words.split("\n"))
        at = 0
        for inside in _INLINE.finditer(words):
            if not _is_direction(inside.group(1)):
                continue
            if words[at : inside.start()].strip():
                found.append((words[at : inside.start()].strip(), part.span, how))
            found.append((inside.group(1), part.span, "manner"))
            at = inside.end()
        if words[at:].strip():
            found.append((words[at:].strip(), part.span, how))
    return found


def _is_direction(words: str) -> bool:
    """Parentheses inside dialogue: a silence or a verb of the catalogue, else they are spoken."""
    first = fold(words).split()[:1]
    manners = ("laughs", "laughing", "sighs", "sighing", "whispers", "whispering", "crying")
    return pause_seconds(words) is not None or (bool(first) and first[0] in manners)
