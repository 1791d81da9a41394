"""Both segmenters cut alike, so a verdict does not depend on which one is installed."""

import subprocess
import sys

from sensitive_words import segment
from sensitive_words.score import HALVES, cases

WITHOUT_RJIEBA = """
import sys
sys.modules["rjieba"] = None
from sensitive_words import segment
for line in sys.stdin.read().split("\\n"):
    sys.stdout.write("/".join(segment.cut(line)) + "\\n")
"""


def test_plain_jieba_cuts_the_corpus_like_rjieba(tmp_path) -> None:  # type: ignore[no-untyped-def]
    texts = [case.text for half in HALVES for case in cases(half)]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_RJIEBA],
        input="\n".join(texts).encode(),
        capture_output=True,
        check=True,
        env={"XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"},
    )
    assert done.stdout.decode().splitlines() == ["/".join(segment.cut(text)) for text in texts]
    (cache,) = tmp_path.glob("sensitive_words")
    assert cache.stat().st_mode & 0o077 == 0
