"""The command line contract: JSON lines in, JSON lines out, whatever comes."""

import json
import subprocess
import sys
from dataclasses import fields

from hypothesis import given, settings
from hypothesis import strategies as st

from sensitive_words import Options
from sensitive_words.scan import scan


def answers(*lines: object) -> list[dict[str, object]]:
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return [json.loads(answer) for answer in scan(raw)]


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "sensitive_words", *arguments], input=stdin, capture_output=True, check=False
    )


def test_hits_have_exactly_the_agreed_keys() -> None:
    (answer,) = answers({"id": "a", "text": "😀你是傻*逼", "words": ["傻逼"]})
    assert answer == {
        "id": "a",
        "hits": [{"start": 3, "end": 6, "text": "傻*逼", "word": "傻逼", "category": "custom", "action": "block"}],
        "replaced": "😀你是＊＊＊",
    }


def test_a_bad_line_says_why_and_the_run_goes_on() -> None:
    lines = (
        b"oops",
        b"[1]",
        {"id": 2},
        {"id": 3, "text": "x", "options": {"gap": "y"}},
        {"id": 4, "text": "x", "words": [1]},
    )
    *bad, good = answers(*lines, {"id": 5, "text": "好"})
    assert [line["id"] for line in bad] == [None, None, 2, 3, 4]
    assert all(isinstance(line["error"], str) for line in bad)
    assert good == {"id": 5, "hits": [], "replaced": "好"}


def test_a_bare_word_takes_over_the_known_harmless_phrases() -> None:
    text = "最近有最好的最新款"
    (with_them, without) = answers(
        {"text": text, "words": ["最"]},
        {"text": text, "words": ["最"], "options": {"known_contexts": False, "segmentation": False}},
    )
    assert [hit["start"] for hit in with_them["hits"]] == [3]  # type: ignore[attr-defined]
    assert len(without["hits"]) == 3  # type: ignore[arg-type]


def test_without_words_the_starter_lists_answer() -> None:
    (stopped, passed) = answers(
        {"text": "全网最低价，绝对正品，国家级品质，假一赔十"}, {"text": "最近到了最新款，第一次来吗"}
    )
    assert {hit["action"] for hit in stopped["hits"]} == {"block", "record"} or stopped["hits"]  # type: ignore[attr-defined]
    assert {"最低价", "绝对", "国家级", "假一赔"} <= {hit["word"] for hit in stopped["hits"]}  # type: ignore[attr-defined]
    assert passed["hits"] == []


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=80)
    | st.text(max_size=60).map(lambda t: json.dumps({"text": t, "words": [t[:5] or "x"]}).encode())
)
def test_no_line_ends_the_run(raw: bytes) -> None:
    for answer in scan([raw]):
        assert "\n" not in answer
        assert set(json.loads(answer)) in ({"id", "hits", "replaced"}, {"id", "error"})


def test_help_documents_every_option_and_the_process_speaks_utf8() -> None:
    told = run("scan", "--help").stdout.decode()
    assert all(f"{option.name} = " in told for option in fields(Options))
    done = run("scan", stdin='\ufeff{"id":1,"text":"傻逼","words":["傻逼"]}\n\n{'.encode())
    assert done.returncode == 0
    assert [json.loads(line)["id"] for line in done.stdout.decode().splitlines()] == [1, None]
