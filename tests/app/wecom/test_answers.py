"""Whatever WeCom's JSON holds, it is read with its types or it is no answer."""

import json

import pytest

from app.wecom.answers import Answer
from app.wecom.errors import NoAnswer


@pytest.mark.parametrize(
    "value", ["Infinity", "NaN", "1e400", '"--5"', '"٣-"', '"x"', "[1]", "true", '"' + "9" * 5000 + '"']
)
def test_what_is_no_number_is_no_answer(value: str) -> None:
    """Sabotage: trust what Python makes of JSON: infinity is a float, and no whole number can be made of it."""
    answer = Answer(json.loads(f'{{"order": {value}}}'), "tests")
    with pytest.raises(NoAnswer):
        answer.number("order")


@pytest.mark.parametrize(("value", "number"), [("7", 7), ('"-7"', -7), ("7.0", 7), ('""', 0), ("null", 0)])
def test_numbers_come_in_many_ways(value: str, number: int) -> None:
    assert Answer(json.loads(f'{{"order": {value}}}'), "tests").number("order") == number
