"""How good is a crew? Scripts and films scored by the same rules, and blind judging by pairs.

====================  ======================================================================
`bench.script`        `Script`: what is scored: lines, their shots, actions, moves
`bench.released`      FilmAgent's released script JSON → `Script`
`bench.translated`    … → a screenplay in Fountain, for ``filmagent import-filmagent``
`bench.filmed`        a film's documents → `Script`
`bench.figures`       `Script` → figures: entropy, shares, moves, violations
`bench.discussed`     a film's transcript → validity before and after repair
`bench.report`        rows of figures → Markdown
`bench.judging`       pairs in a blind order, sheets, votes, agreement, intervals
`bench.asked`         a model as a judge
====================  ======================================================================
"""
