"""The command line as a shell and a script see it."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from filmagent import cli
from filmagent.errors import InputError
from filmagent.film import Film, shelf_views, snapshot


def run(*words: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "filmagent", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done


def events(done: subprocess.CompletedProcess[str]) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def film(planned: Film, tmp_path: Path) -> Path:
    shutil.copytree(planned.root, tmp_path / "film")
    return tmp_path / "film"


def test_help_is_grouped_and_names_every_command() -> None:
    text = run("--help").stdout
    for group in ("Make a film", "Look", "Direct", "One stage"):
        assert group in text
    others = ["make", "render", "refine", "status", "list", "cast", "set", "boards", "lock"]
    for verb in [*cli.making.VERBS, *others]:
        assert f"│ {verb} " in text, verb


def test_help_and_a_known_status_load_no_department() -> None:
    code = (
        "import sys, filmagent.cli, filmagent.film.snapshot\n"
        "heavy = {'numpy', 'pydantic', 'scipy', 'trimesh', 'av', 'bpy', 'torch'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_status_is_one_json_document_and_is_remembered_until_something_changes(film: Path) -> None:
    first = json.loads(run("status", film, "--json").stdout)
    states = {i["item"]: i["state"] for i in first["items"]}
    assert states["stage/1"] == "done" and states["cut"] == "missing"
    assert snapshot.read(film) == {k: first[k] for k in ("items", "changed_by_hand")}
    path = film / "shotlist.json"
    raw = json.loads(path.read_text())
    raw["scenes"][0]["setups"][0]["lens_mm"] = 35.0
    path.write_text(json.dumps(raw))
    assert snapshot.read(film) is None
    second = json.loads(run("status", film, "--json").stdout)
    stale = {i["item"]: i["because"] for i in second["items"] if i["state"] == "stale"}
    assert stale["takes/1"] == ["shotlist"]
    assert second["changed_by_hand"] == ["shotlist.json"]


def test_a_verb_streams_events_and_ends_with_what_was_made(film: Path) -> None:
    heard = events(run("edit", film, "--redo", "edit", "--json"))
    assert [e["event" if "event" in e else "kind"] for e in heard] == [
        "stage",
        "item",
        "end",
        "made",
    ]
    assert heard[-1]["film"] == str(film)
    assert snapshot.read(film) is not None, "status need not be worked out after a run"


def test_words_for_eyes_go_to_stderr_and_no_bar_where_there_is_no_terminal(film: Path) -> None:
    done = run("edit", film, "--redo", "edit")
    assert done.stdout == ""
    assert "━" not in done.stderr and "\x1b" not in done.stderr


def test_a_terminal_gets_a_bar(film: Path) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "filmagent", "edit", str(film), "--redo", "edit"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        timeout=120,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"},
    )
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode(errors="replace")
    os.close(ours)
    assert done.returncode == 0 and done.stdout == b""
    assert "cutting" in shown and "━" in shown


def test_cast_set_and_lock_answer_in_json(film: Path) -> None:
    assert json.loads(run("cast", film, "MARA=ruth", "--json").stdout)["MARA"] == "ruth"
    assert json.loads(run("set", film, "1=street", "--json").stdout) == {"1": "street"}
    assert json.loads(run("lock", film, "1A", "--json").stdout) == {"locked": ["1A"]}
    assert json.loads(run("lock", film, "1A", "--unlock", "--json").stdout) == {"locked": []}


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["make", "x.fountain", "--qualty", "final"], 2, "--quality"),
        (["make", "x.fountain", "--quality", "finl"], 2, "final"),
        (["mkae", "x"], 2, '"make"'),
        (["make"], 2, "screenplay"),
        (["status", "nowhere"], 2, "is not a film folder"),
        (["cast", "{film}", "MARRA=ines"], 2, 'did you mean "MARA"'),
        (["cast", "{film}", "MARA"], 2, "MARA=ines"),
        (["set", "{film}", "1=caffe"], 2, 'did you mean "cafe"'),
        (["lock", "{film}", "9Z"], 2, 'no setup "9Z"'),
        (["edit", "{film}", "--redo", "edt"], 2, "stages are"),
    ],
)
def test_what_cannot_be_is_refused_with_the_nearest(
    film: Path, words: list[str], code: int, says: str
) -> None:
    done = run(*(w.format(film=film) for w in words), code=code)
    assert says in " ".join(done.stderr.split())
    assert done.stdout == ""


def test_a_failure_is_an_event_too(film: Path) -> None:
    (film / "breakdown.json").write_text("{")
    done = run("edit", film, "--json", code=3)
    last = events(done)[-1]
    assert last["event"] == "failed" and last["code"] == 3 and "breakdown.json" in last["error"]


@pytest.mark.parametrize("shelf", ["props", "voices", "looks", "stages", "sets", "cast", "actions"])
def test_the_shelf_is_listed(shelf: str) -> None:
    rows = shelf_views.rows(shelf)
    assert rows and all(row["name"] and row.keys() == rows[0].keys() for row in rows)
    json.dumps(rows)


def test_a_list_is_one_json_document() -> None:
    listed = json.loads(run("list", "voices", "--json").stdout)
    assert listed["pictures"] is None and listed["voices"] == shelf_views.rows("voices")


def test_the_pictures_of_a_shelf_are_drawn_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf_views.shelf, "cache", lambda: tmp_path)
    monkeypatch.setattr(shelf_views, "_content", lambda kind: ["as it is"])
    drawn: list[Path] = []

    def draw(root: Path, progress: object) -> list[shelf_views.Figure]:
        path = root / "x.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\x89PNG")
        drawn.append(path)
        return [("<b>", "a & b", [path])]

    monkeypatch.setitem(shelf_views._FIGURES, "actions", draw)
    told: list[str] = []
    first = shelf_views.picture_sheet("actions", lambda e: told.append(e.kind))
    assert shelf_views.picture_sheet("actions", lambda e: told.append(e.kind)) == first
    assert len(drawn) == 1 and told == ["stage", "end"]
    assert "&lt;b&gt;" in first.read_text() and "data:image/png;base64," in first.read_text()


def test_doctor_says_what_a_missing_thing_costs() -> None:
    found = json.loads(run("doctor", "--json").stdout)
    by_name = {f["name"]: f for f in found}
    assert by_name["preview renderer"]["present"]
    for f in found:
        assert f["found"] if f["present"] else f["costs"], f


@pytest.mark.parametrize(
    ("text", "rate"), [("24", (24, 1)), ("23.976", (24000, 1001)), ("30000/1001", (30000, 1001))]
)
def test_frame_rates_are_fractions(text: str, rate: tuple[int, int]) -> None:
    assert cli.parse_fps(text) == rate


def test_sizes_are_even_and_follow_the_aspect() -> None:
    assert cli.parse_size(None, None) is None
    assert cli.parse_size("641x361", None) == (640, 360)
    assert cli.parse_size("640x360", "2.39:1") == (640, 268)
    with pytest.raises(InputError, match="out of range"):
        cli.parse_size("99999x64", None)


def test_a_look_is_named_before_a_film_is_graded(film: Path) -> None:
    settings = json.loads((film / "film.json").read_text())
    (film / "film.json").write_text(json.dumps({**settings, "look": "none"}))
    assert "has no look" in run("refine", film, code=2).stderr
    assert 'did you mean "noir"' in run("refine", film, "--look", "nior", code=2).stderr
    rows = json.loads(run("list", "looks", "--json").stdout)["looks"]
    assert {"clean", "classic", "warm", "noir"} <= {row["name"] for row in rows}
