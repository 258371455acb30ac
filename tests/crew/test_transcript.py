"""The discussion of a film is kept, whatever happens, and reads well."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from filmagent.crew.problems import Problem
from filmagent.crew.transcript import Event, Transcript, read, shortened

WRITER = """
import sys
from pathlib import Path
from filmagent.crew.transcript import Transcript
log = Transcript(Path(sys.argv[1])).of(department="writing")
n = 0
print("ready", flush=True)
while True:
    n += 1
    log.say("writer", f"{n} " + "x" * 500)
"""


def talk(log: Transcript) -> None:
    """A discussion in two scenes, as it might go."""
    write = log.of(department="writing")
    write.asked(
        "screenwriter", "outline", "1-abc123", 1, "Write.",
        answer={"title": "The Spare Key", "scenes": [{"id": "1", "place": "café"}]},
    )  # fmt: skip
    write.decided("screenwriter", "model")
    block = log.of(department="blocking", scene="10")
    block.asked(
        "director", "block", "2-abc123", 1, "Block.", answer={"seat": "throne"},
        problems=[Problem("placement mara", '"throne" is no seat.', ("bench", "chair"))],
    )  # fmt: skip
    block.asked("director", "block", "2-abc123", 2, "Block.", error="The model will not answer.")
    block.decided("director", "house", "The model will not answer.")
    act = log.of(department="acting", scene="2", item="2.10")
    act.say("actor MARA", "She would never say *please*.")
    log.of(department="acting", scene="2", item="2.9").say("actor JONAS", "He waits.")
    log.of(department="blocking", scene="2").decided("director", "model")


@pytest.fixture
def log(tmp_path: Path) -> Transcript:
    return Transcript(tmp_path / "discussion.jsonl")


def test_a_director_reads_who_said_what_and_who_decided(log: Transcript):
    talk(log)
    assert log.markdown("The Spare Key") == (
        "# The Spare Key: what the crew said\n\n"
        "## The whole film\n\n"
        "### Writing\n\n"
        "**Screenwriter** (outline 1-abc123):\n\n"
        "- title: The Spare Key\n"
        "- scenes:\n"
        "  - 1 · café\n\n"
        "*Screenwriter decides.*\n\n"
        "## Scene 2\n\n"
        "### Blocking\n\n"
        "*Director decides.*\n\n"
        "### Acting\n\n"
        "#### 2.9\n\n"
        "**Actor JONAS:** He waits.\n\n"
        "#### 2.10\n\n"
        "**Actor MARA:** She would never say \\*please\\*.\n\n"
        "## Scene 10\n\n"
        "### Blocking\n\n"
        "**Director** (block 2-abc123) is told what cannot be:\n\n"
        '- placement mara: "throne" is no seat. (choose from: bench, chair)\n\n'
        "**Director** (block 2-abc123, second try): no answer. "
        "The model will not answer.\n\n"
        "*The house crew decides. The model will not answer.*\n"
    )


def test_scenes_and_items_stand_in_the_films_order_not_in_that_of_the_threads(tmp_path: Path):
    logs = [Transcript(tmp_path / f"{n}.jsonl") for n in range(2)]
    for log, order in zip(logs, (range(12), reversed(range(12))), strict=True):
        for n in order:
            page = log.of(department="acting", scene=str(n % 3), item=f"{n % 3}.{n}")
            page.say("actor", f"{n}")
            page.decided("actor", "model")
    assert logs[0].markdown() == logs[1].markdown()


def test_many_threads_lose_no_event_and_keep_the_order_of_each_item(log: Transcript):
    def work(scene: int) -> None:
        page = log.of(department="blocking", scene=str(scene))
        for n in range(50):
            page.say("director", f"{n}")

    threads = [threading.Thread(target=work, args=(scene,)) for scene in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = log.events()
    assert [e.text for e in events] == [str(n) for _ in range(8) for n in range(50)]
    assert [e.step for e in events[:50]] == list(range(1, 51))


def test_what_was_written_before_a_kill_is_there_after_it(tmp_path: Path):
    path = tmp_path / "discussion.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, env=os.environ
    )
    assert process.stdout is not None
    process.stdout.readline()
    while not path.exists() or path.stat().st_size < 20_000:
        assert process.poll() is None
    process.kill()
    process.wait()
    process.stdout.close()
    steps = [event.step for event in read(path)]
    assert len(steps) > 30 and steps == list(range(1, len(steps) + 1))


def test_half_a_last_line_is_passed_over_and_the_next_run_writes_on(tmp_path: Path):
    path = tmp_path / "discussion.jsonl"
    Transcript(path).of(scene="1").say("director", "First.")
    with path.open("ab") as file:
        file.write('{"run": 1, "step": 2, "kind": "said", "text": "é'.encode()[:-1])
    assert [e.text for e in read(path)] == ["First."]
    again = Transcript(path)
    again.of(scene="2").say("director", "Second.")
    assert [e.text for e in read(path)] == ["First.", "Second."]
    assert [e.run for e in read(path)] == [1, 2]


def test_of_an_item_discussed_twice_the_last_discussion_is_told(tmp_path: Path):
    path = tmp_path / "discussion.jsonl"
    first = Transcript(path)
    first.of(scene="1").say("director", "Old.")
    first.of(scene="1").say("director", "Older.")
    first.of(scene="2").say("director", "Kept.")
    Transcript(path).of(scene="1").say("director", "New.")
    assert [e.text for e in Transcript(path).events()] == ["New.", "Kept."]
    assert len(read(path)) == 4, "nothing is ever thrown away"


def test_every_note_stays_in_the_order_in_which_people_gave_them(tmp_path: Path):
    path = tmp_path / "discussion.jsonl"
    for text in ("Closer.", "Darker."):
        Transcript(path).of(department="notes").say("director", text)
    assert [e.text for e in Transcript(path).events()] == ["Closer.", "Darker."]


def test_nothing_is_written_before_something_is_said(tmp_path: Path):
    log = Transcript(tmp_path / "film" / "discussion.jsonl")
    assert not log.path.exists() and log.events() == []
    assert log.markdown() == "# The film: what the crew said\n"


SECRETS = [
    "sk-proj-abcdefghijklmnop1234567890",
    "Authorization: Bearer abcdef1234567890",
    "api_key='0123456789abcdef'",
    "https://user:hunter2pass@example.org/v1",
    "OPENAI_API_KEY=abcdef123456",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_key_is_not_written_down(log: Transcript, secret: str):
    page = log.of(scene="1")
    page.say("director", f"I found {secret} in the script.")
    page.asked("director", "block", "1", 1, secret, answer={"seat": secret}, error=secret)
    page.asked("d", "b", "1", 1, "", answer=secret, problems=[Problem(secret, secret, (secret,))])
    page.decided("director", "house", secret)
    written = log.path.read_text()
    for part in ("abcdef", "0123456789", "hunter2"):
        assert part not in written, written
    assert "[secret]" in written


def test_a_key_at_a_cut_is_not_written_down_in_part(log: Transcript):
    for length in range(300, 700, 7):
        log.say("director", "a " * (length // 2) + "sk-" + "abcdef" * 30 + " z" * 2000)
    assert "abcdef" not in log.path.read_text()


def test_a_secret_of_the_story_is_told(log: Transcript):
    log.say("director", "Her secret: everybody knows it. The token: a key.")
    assert "everybody knows it. The token: a key" in log.markdown()


def test_quotes_are_bounded_however_long_the_talk(log: Transcript):
    huge = {f"k{n}": ["word " * 10_000] * 100 for n in range(100)}
    log.asked("d", "b", "1", 1, "q" * 10**6, answer=huge, problems=[Problem("w", "p" * 10**6)] * 99)
    log.say("d", "t" * 10**6)
    assert log.path.stat().st_size < 60_000
    assert shortened("a" * 500 + "z" * 500, 100).endswith("zzz")


@pytest.mark.parametrize(
    "text",
    ["# Title\n## Scene 9", "<script>alert(1)</script>", "**bold** `code` [a](b)", "- x\n- y"],
)
def test_what_is_said_cannot_change_the_page(log: Transcript, text: str):
    log.say("director", text)
    log.asked("director", "block", "1", 1, "", answer={"note": text, "list": [text]})
    page = log.markdown()
    headings = [line for line in page.splitlines() if line.startswith("#")]
    assert headings == ["# The film: what the crew said", "## The whole film"]
    assert not re.search(r"<script|(?<!\\)[\]`]|(?<!\\)\*\*bold", page)


def test_the_page_is_the_same_bytes_for_the_same_discussion(tmp_path: Path):
    pages = []
    for n in range(2):
        log = Transcript(tmp_path / f"{n}.jsonl")
        talk(log)
        log.write_markdown(tmp_path / f"{n}.md")
        pages.append((tmp_path / f"{n}.md").read_bytes())
    assert pages[0] == pages[1]


def test_lines_are_json_that_any_tool_reads(log: Transcript):
    talk(log)
    rows = [json.loads(line) for line in log.path.read_text("utf-8").splitlines()]
    assert {row["kind"] for row in rows} == {"asked", "said", "decided"}
    assert [Event.model_validate(row) for row in rows] == read(log.path)


@pytest.mark.parametrize("text", ["你好,妈妈", "مرحبا", "🎬 é", "\ud800"])
def test_any_script_is_kept(log: Transcript, text: str):
    log.say("director", text)
    assert read(log.path)[0].text == text.encode("utf-8", "replace").decode()
