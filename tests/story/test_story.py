"""The main job, whole and real: from a customer's scan to a checked answer in the chat, and a mass message."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from tests.story import chapters
from tests.story.installation import Installation
from tests.story.people import Colleague, Guide

pytestmark = pytest.mark.browser


def test_the_story_from_a_scan_to_a_mass_message(
    installation: Installation, new_browser: Callable[[], BrowserContext]
) -> None:
    """
    Real processes, the real pages, the unmodified SDK, a fresh database.

    Sabotage: let the app skip any one write to WeCom (`customers.write_remark`, `tags.write_tags`,
    `campaigns.create_part`), or the word list wait a minute before it looks for a new version.
    """
    lin = Guide(installation, new_browser(), "lin", "林晓")
    li = Colleague(installation, new_browser(), "li", "李昂")
    yun = Colleague(installation, new_browser(), "yun", "周云")
    he = Colleague(installation, new_browser(), "he", "何静")
    boss = Colleague(installation, new_browser(), "boss", "陈思远")

    lin.opens_wecom()
    chapters.a_customer_scans_and_is_welcomed(lin)
    chapters.the_sidebar_knows_who_it_is(lin)
    chapters.the_guide_keeps_notes_that_survive_a_sync(lin)
    chapters.the_guide_answers_from_the_library(lin)
    chapters.a_forbidden_text_is_stopped(lin)

    chapters.another_customer_leaves(lin)
    chapters.the_manager_writes_a_mass_message(li)
    chapters.somebody_else_approves(yun)
    chapters.the_guide_confirms_and_results_come_back(lin, li)
    chapters.the_others_are_reminded(li)

    chapters.a_new_word_stops_the_script(he, boss, lin)
    chapters.the_bot_answers(lin)

    assert [problem for person in (lin, li, yun, he, boss) for problem in person.problems] == []
