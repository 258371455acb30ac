"""The Catalogue: what is on the shelves of this machine, as names for a crew to choose from."""

from __future__ import annotations

from filmagent import cast
from filmagent.crew.house.slate import idioms
from filmagent.documents import Catalogue
from filmagent.library import actions, props, sets
from filmagent.library import cast as members


def catalogue() -> Catalogue:
    """Everything a crew may name."""
    return Catalogue(
        sets=[sets.load(name).entry() for name in sets.names()],
        members=[members.load(name).entry() for name in members.names()],
        actions=actions.load(),
        voices=cast.voices(),
        props=[props.load(name).entry() for name in props.names()],
        idioms=idioms(),
    )
