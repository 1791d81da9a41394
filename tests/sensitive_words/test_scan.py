"""The command line contract: JSON lines in, JSON lines out, whatever comes."""

import json
import os
import subprocess
import sys
from dataclasses import fields

from hypothesis import given, settings
from hypothesis import strategies as st

from sensitive_words import Entry, Options
from sensitive_words.scan import scan
from tests.support.effort import least_cpu_seconds


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
    assert all(f"  {name}：" in told for name in Entry.__dataclass_fields__)
    done = run("scan", stdin='\ufeff{"id":1,"text":"傻逼","words":["傻逼"]}\n\n{'.encode())
    assert done.returncode == 0
    assert [json.loads(line)["id"] for line in done.stdout.decode().splitlines()] == [1, None]


def test_each_answer_comes_before_the_next_line_is_asked() -> None:
    """So that the filter can be driven through a pipe."""
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [sys.executable, "-m", "sensitive_words", "scan"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=buffered) as process:
        assert process.stdin
        assert process.stdout
        for number in range(3):
            process.stdin.write(json.dumps({"id": number, "text": "傻逼", "words": ["傻逼"]}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()


def test_words_may_be_anything_and_repeat() -> None:
    words = ["a.*b", "[", "(x", "bad word", "👍", "词", "词", {"text": "词", "category": "rude"}]
    (answer,) = answers({"id": None, "text": "a.*b [ (x bad  word 👍 一个词", "words": words})
    found = [(hit["word"], hit["category"]) for hit in answer["hits"]]  # type: ignore[attr-defined]
    bare = [word for word in words if isinstance(word, str)]
    assert {word for word, _ in found} == set(bare)
    assert ("词", "custom") in found
    assert ("词", "rude") in found


def test_an_identifier_of_any_kind_comes_back() -> None:
    for identifier in (None, 1.5, True, [1], {"a": "b"}, "编号", 10**30):
        (answer,) = answers({"id": identifier, "text": "x"})
        assert answer["id"] == identifier


def test_a_text_of_one_long_clause_takes_time_in_proportion() -> None:
    def seconds(length: int) -> float:
        question = {"text": "最" * length, "words": ["最", {"text": "最最", "negation": True}]}
        return least_cpu_seconds(lambda: answers(question))

    assert seconds(8_000) < 12 * max(seconds(2_000), 0.02)
