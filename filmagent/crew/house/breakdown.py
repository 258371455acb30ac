"""The house breakdown: a screenplay → scenes, people, props and beats, each with its reason."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping

from filmagent.crew.house.beats import BeatMaker
from filmagent.crew.house.casting import cast_members, find_character
from filmagent.crew.house.intercut import part_sides
from filmagent.crew.house.keeping import keep_beat_ids, keep_scene_ids
from filmagent.crew.house.language import guess_language
from filmagent.crew.house.lexicon import fold, pattern
from filmagent.crew.house.mentions import Attention, Known, means_somebody
from filmagent.crew.house.notes import Directed, read_notes
from filmagent.crew.house.people import Roll, call_roll
from filmagent.crew.house.places import Choice, choose_set
from filmagent.crew.house.scenes import RawScene, slice_scenes
from filmagent.crew.house.things import Props
from filmagent.crew.house.traits import describe
from filmagent.crew.house.voicing import cast_voices
from filmagent.crew.house.warnings import Problems, about_people, about_scenes, near
from filmagent.documents import Beat, Breakdown, Catalogue, Character, Scene, Span
from filmagent.documents.seeds import seed
from filmagent.errors import InputError
from filmagent.screenplay import Element, Screenplay

_SUBJECT_WITHIN = 8
"""Letters of a sentence before its subject: ``The young NOOR …``."""
_EMPTY_SECONDS = 2.0
"""How long a scene in which nothing is written is shown."""
# keys of the title page, by language
_TITLE = (
    "title", "标题", "片名", "標題", "titre", "título", "titel", "titolo", "название", "タイトル",
    "題名", "제목", "العنوان", "כותרת",
)  # fmt: skip
_AUTHOR = (
    "author", "authors", "作者", "编剧", "編劇", "auteur", "auteurs", "autor", "autora", "autore",
    "автор", "脚本", "작가", "المؤلف", "تأليف", "מאת",
)  # fmt: skip


def break_down(
    screenplay: Screenplay,
    catalogue: Catalogue,
    previous: Breakdown | None = None,
    strict: bool = False,
) -> Breakdown:
    """Break a screenplay down.

    Parameters
    ----------
    screenplay
        With at least one scene.
    catalogue
        What there is to choose from.
    previous
        The breakdown of the draft before: ids, cast members and voices are kept.
    strict
        Refuse a place that no set answers to.

    Raises
    ------
    InputError
        No scene; or, when strict, a place or a name in a note that the library lacks.
    """
    elements = list(screenplay.elements)
    raw = slice_scenes(elements)
    if not raw:
        raise InputError(
            "The screenplay has no scene; begin each scene with a heading on a line of its own, "
            "such as INT. CAFÉ - DAY."
        )
    roll = call_roll(elements, _names_of(previous))
    describe(roll.characters, elements)
    language = _language(screenplay, elements)
    known = Known(roll.characters)
    raw = part_sides(raw, roll, known)
    scenes = _scenes(raw, roll, known, catalogue)
    old = keep_scene_ids(scenes, [r.number for r in raw], previous.scenes if previous else [])
    props = Props(catalogue.props, english=language == "en")
    for scene, before in zip(scenes, old, strict=True):
        keep_beat_ids(scene.id, scene.beats, before)
        _vary_pauses(scene.beats)
        scene.props = props.find(scene.beats)
    _pair_intercuts(raw, scenes)
    _carry_phones(raw, scenes)
    problems = Problems(strict)
    directed = read_notes(elements, _scene_of(elements, scenes))
    _choose_sets(raw, scenes, catalogue, directed, problems)
    _cast(roll, scenes, catalogue, directed, previous, language, problems)
    made = Breakdown(
        title=screenplay.value(*_TITLE),
        credit=_credit(screenplay),
        language=language,
        characters=[c for c in roll.characters if c.id not in roll.crowds or c.speaks],
        scenes=scenes,
    )
    made.warnings = [*problems.said, *about_people(made, roll), *about_scenes(made)]
    return made


def _names_of(previous: Breakdown | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for character in previous.characters if previous else []:
        for name in [character.name, *character.aliases]:
            found.setdefault(fold(name), character.id)
    return found


def _credit(screenplay: Screenplay) -> str:
    author = screenplay.value(*_AUTHOR)
    return " ".join(part for part in (screenplay.value("credit"), author) if part)


def _language(screenplay: Screenplay, elements: list[Element]) -> str:
    stated = screenplay.value("language").casefold()
    if len(stated) in (2, 3) or stated[2:3] == "-":
        return stated.split("-")[0]
    said = " ".join(p.plain for e in elements for p in getattr(e, "parts", ()))
    prose = " ".join(getattr(e, "plain", "") for e in elements if not hasattr(e, "parts"))
    return guess_language(said + " " + said + " " + prose)


# scenes


def _acts(catalogue: Catalogue, known: Known) -> Callable[[str], bool]:
    """True for a sentence in which somebody does something the catalogue knows."""
    verbs = pattern(tuple(sorted({fold(w) for a in catalogue.actions for w in a.words})))

    def acts(sentence: str) -> bool:
        text = fold(sentence)
        if verbs.search(text):
            return True
        named = [mention.start for mention in known.find(sentence) if not mention.owner]
        # prose in other languages: whoever is named or meant does something
        other = not text.isascii() and (bool(named) or means_somebody(sentence))
        return other or bool(named and named[0] <= _SUBJECT_WITHIN)

    return acts


def _scenes(raw: list[RawScene], roll: Roll, known: Known, catalogue: Catalogue) -> list[Scene]:
    acts = _acts(catalogue, known)
    scenes: list[Scene] = []
    attention = Attention(known)
    for each in raw:
        # who was spoken of last may still be meant by the next scene's first "he"
        attention = Attention(known, recent=list(attention.recent))
        scenes.append(_scene(each, roll, attention, acts))
    return scenes


def _scene(raw: RawScene, roll: Roll, attention: Attention, acts: Callable[[str], bool]) -> Scene:
    maker = BeatMaker(roll, attention, acts)
    for element in raw.elements:
        maker.take(element)
    beats = maker.finish()
    scene = Scene(
        id="",
        slugline=raw.heading,
        setting=raw.setting,
        place=raw.place,
        time=raw.time,
        join=raw.join,
        beats=beats,
        people=_bodily(beats, roll),
        span=Span(first=raw.first, end=max(raw.end, raw.first + 1)),
    )
    if not any(beat.kind in ("action", "line", "pause") for beat in beats):
        hold = Beat(id="hold", kind="pause", seconds=_EMPTY_SECONDS, span=scene.span)
        scene.beats = [*beats, hold]
    return scene


def _bodily(beats: list[Beat], roll: Roll) -> list[str]:
    """Who is there in the flesh, in the order they come up."""
    found: dict[str, None] = {}
    for beat in beats:
        if beat.kind == "action":
            found |= dict.fromkeys(beat.people)
        elif beat.kind == "line" and beat.delivery == "on" and beat.speaker:
            found |= {beat.speaker: None}
    return [who for who in found if who not in roll.crowds]


def _vary_pauses(beats: list[Beat]) -> None:
    """No two silences are equally long, and each stays as long as it is from draft to draft."""
    for beat in beats:
        if beat.kind == "pause" and beat.seconds is not None and 0.8 <= beat.seconds <= 1.5:
            shift = (seed(0, "pause", beat.id) % 1000) / 1000.0 - 0.5
            beat.seconds = min(max(round(beat.seconds + 0.36 * shift, 2), 0.8), 1.5)


def _pair_intercuts(raw: list[RawScene], scenes: list[Scene]) -> None:
    for each, scene in zip(raw, scenes, strict=True):
        if each.partner is not None:
            where = next(k for k, other in enumerate(raw) if other is each.partner)
            scene.intercut_with = scenes[where].id


def _carry_phones(raw: list[RawScene], scenes: list[Scene]) -> None:
    """Who goes on telephoning in an intercut still has the phone at the ear."""
    made = {id(each): scene for each, scene in zip(raw, scenes, strict=True)}
    for each, scene in zip(raw, scenes, strict=True):
        origin = made.get(id(each.before)) if each.before else None
        phones = [p for p in origin.props if p.model == "phone"] if origin else []
        if not phones or any(prop.model == "phone" for prop in scene.props):
            continue
        scene.props = [*scene.props, *(phone.model_copy() for phone in phones)]
        spoken = [b for b in scene.beats if b.kind == "line" and b.delivery == "on"]
        for beat in spoken[:1]:
            beat.parenthetical = ", ".join(p for p in (beat.parenthetical, "on the phone") if p)


def _scene_of(elements: list[Element], scenes: list[Scene]) -> dict[int, str]:
    """Index of an element → id of the scene it stands in."""
    begun = sorted((scene.span.first, place) for place, scene in enumerate(scenes))
    found: dict[int, str] = {}
    for index, element in enumerate(elements):
        at = bisect_right(begun, (element.span.first, len(scenes)))
        if at:
            found[index] = scenes[begun[at - 1][1]].id
    return found


# choices


def _choose_sets(
    raw: list[RawScene],
    scenes: list[Scene],
    catalogue: Catalogue,
    directed: Directed,
    problems: Problems,
) -> None:
    names = [entry.name for entry in catalogue.sets]
    wishes = {fold(where): name for where, name in directed.sets.items()}
    for where, name in directed.sets.items():
        if name not in names:
            problems.add(
                f"The note [[set: {where}={name}]] names no set of the library{near(name, names)}.",
                f"The sets are {', '.join(names)}.",
            )
    lacking: dict[str, list[str]] = {}
    chosen: dict[tuple[str, str], Choice] = {}
    before = ""
    for each, scene in zip(raw, scenes, strict=True):
        wish = wishes.get(fold(scene.id)) or wishes.get(fold(scene.place))
        if wish in names:
            scene.set, scene.set_reason = wish or "", "The script's note asks for it."
            before = scene.set
            continue
        spot = (each.setting, fold(each.place))
        choice = chosen.get(spot) or choose_set(each, catalogue.sets)
        chosen[spot] = choice
        if each.goes_on and before and not choice.exact:
            scene.set, scene.set_reason = before, "It goes on where the scene before was."
            continue
        before = choice.name
        scene.set, scene.set_reason = choice.name, choice.reason
        if not choice.exact and problems.strict:
            raise InputError(
                f"Scene {scene.id} ({scene.slugline}): {choice.reason} Choose one of "
                f"{', '.join(names)} with a note such as [[set: {scene.id}={choice.name}]]."
            )
        if not choice.exact and scene.place not in lacking.setdefault(choice.name, []):
            lacking[choice.name].append(scene.place)
    titles = {entry.name: entry.title for entry in catalogue.sets}
    for name, places in lacking.items():
        more = f" and {len(places) - 6} more places" if places[6:] else ""
        listed = ", ".join(f'"{place}"' for place in places[:6])
        nearest = titles.get(name, "none")
        problems.said.append(
            f'The library has no set for {listed}{more}; the nearest, "{nearest}", is taken.'
        )


def _cast(
    roll: Roll,
    scenes: list[Scene],
    catalogue: Catalogue,
    directed: Directed,
    previous: Breakdown | None,
    language: str,
    problems: Problems,
) -> None:
    members = [member.name for member in catalogue.members]
    asked = _asked(directed.cast, roll, members, "cast", problems)
    voices = [voice.name for voice in catalogue.voices]
    voices += [f"{voice.engine}:{voice.name}" for voice in catalogue.voices]
    asked_voices = _asked(directed.voices, roll, voices, "voice", problems)
    before = {c.id: c for c in previous.characters} if previous else {}
    bodies = [c for c in roll.characters if c.id not in roll.crowds]
    kept = {i: c.member for i, c in before.items() if c.member}
    problems.said += cast_members(bodies, scenes, catalogue, asked, kept)
    lines: dict[str, list[str]] = {}
    for scene in scenes:
        for beat in scene.beats:
            if beat.kind == "line" and beat.speaker:
                lines.setdefault(beat.speaker, []).append(beat.text)
    for character in roll.characters:
        character.speaks = character.id in lines
    languages = {who: guess_language(" ".join(said), language) for who, said in lines.items()}
    kept_voices = {
        i: c.voice
        for i, c in before.items()
        if c.voice is not None and i not in asked_voices and kept.get(i) == _member(i, bodies)
    }
    problems.said += cast_voices(
        roll.characters, lines, languages, catalogue, asked_voices, kept_voices
    )


def _member(identifier: str, characters: list[Character]) -> str | None:
    return next((c.member for c in characters if c.id == identifier), None)


def _asked(
    wishes: Mapping[str, str], roll: Roll, names: list[str], key: str, problems: Problems
) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, wish in wishes.items():
        character = find_character(name, roll.characters)
        if character is None:
            close = near(name.upper(), [c.name for c in roll.characters])
            problems.add(
                f"The note [[{key}: {name}={wish}]] names nobody of the screenplay{close}.",
                "Mend the name or remove the note.",
            )
        elif wish not in names:
            problems.add(
                f"The note [[{key}: {name}={wish}]] asks for what the library "
                f"lacks{near(wish, names)}.",
                "`filmagent list cast` shows what there is.",
            )
        else:
            found[character.id] = wish
    return found
