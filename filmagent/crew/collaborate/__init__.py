"""How a crew comes to a decision: control flow over questions, with no knowledge of films.

=====================  =====================================================================
`decide`               ask, check, tell what is wrong, ask again; at last the house decides
`decide_items`         the same for an answer that is a list: only what is wrong is asked again
`critique`             critic, correction, check, critic again, until nobody complains
`debate`               proposals, mutual review, a judge
=====================  =====================================================================

Mechanical checks run on every answer before any model judges it, so that no rule depends on a
model's memory. Whatever becomes of a question is written into the `Transcript`.
A refusal, an answer that stays wrong and a server that cannot be reached make the house crew
decide that one thing; every other error of a model ends the run.
"""

from filmagent.crew.collaborate.asking import Decision, decide
from filmagent.crew.collaborate.critique import Complaint, Critique, Review, critique
from filmagent.crew.collaborate.debate import Debate, Verdict, debate
from filmagent.crew.collaborate.items import Items, decide_items

__all__ = [
    "Complaint",
    "Critique",
    "Debate",
    "Decision",
    "Items",
    "Review",
    "Verdict",
    "critique",
    "debate",
    "decide",
    "decide_items",
]
