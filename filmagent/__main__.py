"""``python -m filmagent``: the same as ``filmagent``."""

from filmagent.cli import main

main()
