import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import heads, placement, selection, stretches, toponym

JINAN = "370100"


@pytest.mark.parametrize("module", [toponym, heads, selection, stretches, placement])
def test_the_examples_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("济南市第三人民医院", "山东省济南市第三人民医院"),
        ("经十一路", "经11路"),
        ("长清区全民健身中心", "济南市长清区全民健身中心"),
        ("省肿瘤医院", "山东省肿瘤医院"),
        ("国家健康医疗大数据中心（北方）", "国家健康医疗大数据中心(北方)"),
        ("山东国舜建设集团有限公司", "国舜建设"),
        ("济南植物园", "植物园"),
    ],
)
def test_ways_of_writing_one_name_share_a_key(one, other):
    assert toponym.key(one, JINAN) == toponym.key(other, JINAN)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("经六路", "经七路"),
        ("山东大学", "济南大学"),
        ("济南西站", "济南东站"),
        ("区块链研究院", "块链研究院"),
        ("省会大剧院", "会大剧院"),
        ("市中区", "中区"),
        ("长清软件园", "软件园"),
    ],
)
def test_different_names_keep_different_keys(one, other):
    assert toponym.key(one, JINAN) != toponym.key(other, JINAN)


def test_prefixes_are_those_of_the_city_in_hand():
    assert toponym.key("济南市植物园", "320100") == "济南市植物园"
    assert toponym.key("南京市植物园", "320100") == "植物园"


@given(st.text(min_size=1, max_size=30))
def test_any_text_has_a_stable_key(text):
    key = toponym.key(text, JINAN)
    assert toponym.key(key, JINAN) == key or len(key) < len(toponym.key(text, JINAN)) + 1


@given(st.integers(0, 999))
def test_numbers_below_a_thousand_are_read_right(number):
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    if number < 10:
        text = digits[number]
    else:
        text = f"{digits[hundreds]}百" if hundreds else ""
        if tens:
            text += f"{digits[tens]}十"
        elif hundreds and ones:
            text += "零"
        text += digits[ones] if ones else ""
    assert toponym.arabic(text) == str(number)


@pytest.mark.parametrize("name", ["国道104线", "104国道", "G104", "G104线", "G104国道", "g 104"])
def test_a_national_road_is_known_in_any_writing(name):
    assert toponym.route(name) == "g104"


@pytest.mark.parametrize("name", ["1030引黄工程", "5G基地", "国道", "经十路"])
def test_what_is_no_road_number_is_none(name):
    assert toponym.route(name) is None


@given(
    st.lists(st.sampled_from([*"山东省济南市中区长清平阴县路三十公司(院)级会", "槐荫区", "有限公司", "大明湖"])).map(
        "".join
    )
)
def test_no_piece_of_a_name_has_another_key_before_it_may(text):
    text = toponym.normal(text)
    least = toponym.changing(text, JINAN)
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            assert toponym.key(text[start:end], JINAN) == text[start:end] or least[start] <= end
