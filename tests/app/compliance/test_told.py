"""What a person is told of a verdict: every passage, but not each twice."""

from app.compliance.schemas import told
from sensitive_words import Action, Entry, Lexicon


def entry(number: int, text: str, action: Action, category: str = "advertising") -> Entry:
    return Entry(id=str(number), text=text, category=category, action=action)


def words(*entries: Entry, text: str) -> list[str]:
    return [hit.text for hit in told(Lexicon(entries).check(text).hits)]


def test_a_word_inside_a_stricter_one_is_not_told_again():
    """Sabotage: return every hit."""
    found = words(
        entry(1, "最低价", Action.BLOCK), entry(2, "最", Action.RECORD), text="这是最低价，也是您最想要的"
    )
    assert found == ["最低价", "最"]


def test_a_stricter_word_inside_a_milder_one_is_told():
    assert "最低" in words(entry(1, "最低价格", Action.RECORD), entry(2, "最低", Action.BLOCK), text="最低价格")


def test_another_category_is_another_matter():
    found = words(entry(1, "最低价", Action.BLOCK), entry(2, "低价", Action.BLOCK, "competitor"), text="最低价")
    assert found == ["最低价", "低价"]
