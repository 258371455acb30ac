"""One process works on a film at a time; a killed one leaves no lock behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from filmagent.errors import BusyError, InputError
from filmagent.film.folder import Folder

HOLD = """
import sys, time
from pathlib import Path
from filmagent.film.folder import Folder
with Folder(Path(sys.argv[1])).locked():
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_told_who_works_on_the_film(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(BusyError, match=str(holder.pid)), Folder(tmp_path).locked():
            pass
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    with Folder(tmp_path).locked():
        pass


def test_a_folder_that_is_no_film_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a film folder"):
        Folder(tmp_path).require()
