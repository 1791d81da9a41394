import json
from pathlib import Path

import pytest

from wecom_simulator import envelope

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text())
CASES = [pytest.param(case, id=case["name"]) for case in VECTORS["cases"]]


@pytest.mark.parametrize("case", CASES)
def test_seals_exactly_as_the_vectors(case):
    """Sabotage: pad to 16 instead of 32."""
    key = VECTORS["encoding_aes_key"]
    sealed = envelope.encrypt(key, case["msg"], case["receive_id"], case["random16"].encode())
    assert sealed == case["encrypt"]
    signed = envelope.signature(VECTORS["token"], case["timestamp"], case["nonce"], sealed)
    assert signed == case["msg_signature"]


@pytest.mark.parametrize("case", CASES)
def test_opens_the_vectors(case):
    opened = envelope.decrypt(VECTORS["encoding_aes_key"], case["encrypt"], case["receive_id"])
    assert opened == case["msg"]


def test_the_random_part_is_fresh_each_time():
    key = VECTORS["encoding_aes_key"]
    assert envelope.encrypt(key, "hello", "ww1") != envelope.encrypt(key, "hello", "ww1")


def test_another_receive_id_is_refused():
    sealed = envelope.encrypt(VECTORS["encoding_aes_key"], "hello", "ww1")
    with pytest.raises(envelope.BadEnvelope):
        envelope.decrypt(VECTORS["encoding_aes_key"], sealed, "ww2")


@pytest.mark.parametrize("sealed", ["", "%%%", "QUJD", "A" * 43 + "="])
def test_rubbish_is_refused(sealed):
    with pytest.raises(envelope.BadEnvelope):
        envelope.decrypt(VECTORS["encoding_aes_key"], sealed, "ww1")


def test_a_short_aes_key_is_refused():
    with pytest.raises(envelope.BadEnvelope):
        envelope.key_of("abc")
