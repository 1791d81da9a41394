"""What a shop gets on its first day fits together: the list stops one script, which is there for that."""

from scripts_library import render, starter_pack
from sensitive_words import Action, Lexicon, starter_entries

KEPT_EXAMPLE = "开业全场最低价"


def test_the_starter_list_stops_the_kept_example_and_nothing_else():
    """Sabotage: drop an exception such as 最近 from the advertising list."""
    lexicon = Lexicon(starter_entries())
    stopped = {
        script.title
        for script in starter_pack().scripts
        for part in script.parts
        if lexicon.check(part.text).action in (Action.BLOCK, Action.REPLACE)
    }
    assert stopped == {KEPT_EXAMPLE}


def test_nothing_else_so_much_as_warns():
    """A starter script that asks for a reason each time would teach people to click warnings away."""
    lexicon = Lexicon(starter_entries())
    warned = {
        (script.title, hit.word)
        for script in starter_pack().scripts
        if script.title != KEPT_EXAMPLE
        for part in script.parts
        for hit in lexicon.check(part.text).hits
        if hit.action is not Action.RECORD
    }
    assert warned == set()


def test_filled_with_the_examples_it_is_still_the_only_one():
    lexicon = Lexicon(starter_entries())
    stopped = set()
    for script in starter_pack().scripts:
        values = {
            each.name: each.choices[0] if each.choices else each.example or "若干" for each in script.variables
        }
        stopped |= {
            script.title
            for part in script.parts
            if lexicon.check(render(part.text, values).text).action in (Action.BLOCK, Action.REPLACE)
        }
    assert stopped == {KEPT_EXAMPLE}
