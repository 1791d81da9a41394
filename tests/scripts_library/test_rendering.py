"""A text is read once: what is filled in stands as it is, where the spans say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts_library import (
    InvalidTemplate,
    InvalidValue,
    literal,
    render,
    standard_catalogue,
    template_problems,
    variables_in,
    with_foreign_variables,
)

plain = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=20)
tricky = st.one_of(
    plain,
    st.sampled_from(["{门店名}", "{{", "}", "{身高:填写}", "#买家昵称#", "〔姓氏〕", "😀{称呼}", "\\1", "%s"]),
)
names = st.sampled_from(["称呼", "姓氏", "门店名", "身高", "款式"])


def test_a_script_is_filled_for_the_customer_in_the_chat():
    rendered = render(
        "{称呼}您好，我是{门店名}的{导购名}", {"称呼": "王姐", "门店名": "南京路店", "导购名": "林晓"}
    )

    assert rendered.text == "王姐您好，我是南京路店的林晓"
    assert rendered.complete
    assert [(span.name, rendered.text[span.start : span.end]) for span in rendered.spans] == [
        ("称呼", "王姐"),
        ("门店名", "南京路店"),
        ("导购名", "林晓"),
    ]


@given(parts=st.lists(st.tuples(plain, names), max_size=6), values=st.dictionaries(names, tricky))
def test_values_are_never_read_again_and_spans_are_right(parts, values):
    """Sabotage: render the result a second time, or count spans in bytes."""
    template = "".join(literal(text) + f"{{{name}}}" for text, name in parts)

    rendered = render(template, values)

    shown = [rendered.text[span.start : span.end] for span in rendered.spans]
    for (_, name), passage, span in zip(parts, shown, rendered.spans, strict=True):
        variable = standard_catalogue().get(name)
        given_value = values.get(name, "")
        expected = given_value if given_value.strip() else (variable.fallback or f"〔{name}〕")
        assert passage == expected
        assert span.filled == bool(given_value.strip() or variable.fallback)
    between, position = [], 0
    for span in rendered.spans:
        between.append(rendered.text[position : span.start])
        position = span.end
    assert between == [text for text, _ in parts]


@given(plain)
def test_any_text_can_be_written_literally(text):
    assert render(literal(text), {}).text == text
    assert variables_in(literal(text)) == ()


@given(st.text(alphabet="{}:/：称呼身高填写SM#\n x", max_size=30))
def test_any_string_renders_or_is_refused_with_its_places(text):
    problems = template_problems(text)
    if not problems:
        render(text, {})
        return
    with pytest.raises(InvalidTemplate) as refused:
        render(text, {})
    assert refused.value.problems == problems
    assert all(0 <= problem.start < problem.end <= len(text) for problem in problems)


def test_what_the_guide_must_fill_is_shown_and_listed_once():
    rendered = render("身高 {身高}，{身高} 选 {尺码:S/M/L}，尊姓{姓氏}", {"尺码": "M", "姓氏": "  "})

    assert rendered.text == "身高 〔身高〕，〔身高〕 选 M，尊姓〔姓氏〕"
    assert rendered.missing == ("身高", "姓氏")
    assert not rendered.complete


def test_a_fallback_stands_in_for_what_the_record_lacks():
    assert render("{称呼}，您好", {}).text == "朋友，您好"
    assert render("{称呼}您好", {}).complete


def test_an_unknown_variable_refuses():
    with pytest.raises(InvalidTemplate) as refused:
        render("{称呼}，{生肖}", {"生肖": "马"})

    (problem,) = refused.value.problems
    assert (problem.code, problem.start, problem.end) == ("unknown_variable", 5, 9)
    assert "{生肖:填写}" in problem.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("多一个{", "stray_brace"),
        ("多一个}", "stray_brace"),
        ("{}", "bad_name"),
        ("{a b}", "bad_name"),
        ("{尺码:S}", "bad_blank"),
        ("{尺码:S/S}", "bad_blank"),
        ("{尺码:S//M}", "bad_blank"),
        ("{称呼:填写}", "bad_blank"),
        ("{尺码:S/M}或{尺码:L/XL}", "two_meanings"),
    ],
)
def test_a_malformed_variable_is_named(text, code):
    assert [problem.code for problem in template_problems(text)] == [code]


def test_choices_are_kept_to():
    (size,) = variables_in("选 {尺码：S/M／L}")
    assert size.choices == ("S", "M", "L")
    assert size.source == "blank"

    with pytest.raises(InvalidValue, match="只能选S、M、L"):
        render("选 {尺码:S/M/L}", {"尺码": "XXL"})


def test_an_endless_value_is_refused():
    with pytest.raises(InvalidValue, match="最多 200 个字"):
        render("{称呼}", {"称呼": "王" * 201})


def test_the_spelling_of_other_shop_tools_is_understood_and_hashtags_stay():
    text = with_foreign_variables("#买家昵称#您好，｛门店名｝上新 #春日穿搭#，选｛尺码：S/M｝")

    assert text == "{昵称}您好，{门店名}上新 #春日穿搭#，选{尺码：S/M}"
    assert template_problems(text) == ()
