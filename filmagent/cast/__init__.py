"""Performance: how people speak, move, look and handle things.

===================  ======================================================================
`cast.voice`         the voices of this machine (`flite`, `espeak`), a line said by one
`cast.lipsync`       phones → visemes → face shapes
===================  ======================================================================
"""

from filmagent.cast.voice import speak, voices

__all__ = ["speak", "voices"]
