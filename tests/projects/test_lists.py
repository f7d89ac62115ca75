"""Enumerations are written out: every item under its own full name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects import clauses, lists, words
from projects.lists import Item
from tests.projects.writing import read


def items(text: str) -> list[Item]:
    return [item for group in clauses.joined(text, words.tokens(text)) for item in lists.items(text, group)]


def written_out(text: str) -> list[str]:
    return [item.name for item in items(text)]


known = pytest.mark.xfail(reason="a known limit, see docs/extraction.md")


# A sentence, and the names it must be read as.
CASES = [
    # items that are whole
    ("加快建设松鹤河湿地公园、岚坪植物园和云岫文化馆。", ["松鹤河湿地公园", "岚坪植物园", "云岫文化馆"]),
    ("建设松鹤路小学、棠溪中学（二期）等学校。", ["松鹤路小学", "棠溪中学(二期)"]),
    ("增加中心城区至机场、莱芜快速通道。", ["中心城区至机场快速通道", "中心城区至莱芜快速通道"]),
    ("建成温岭至玉环铁路、莱芜货运铁路。", ["温岭至玉环铁路", "莱芜货运铁路"]),
    ("建设松鹤植物园,棠溪体育馆,岚坪剧院。", ["松鹤植物园", "棠溪体育馆", "岚坪剧院"]),
    # what counts them parts them from what sums them up
    ("推进松鹤、云岫、柏坪三大片区建设。", ["松鹤片区", "云岫片区", "柏坪片区"]),
    ("打造松鹤、云岫4大产业基地。", ["松鹤产业基地", "云岫产业基地"]),
    # what may be called after anything
    ("支持大青山、鄂尔多斯实验室发展。", ["大青山实验室", "鄂尔多斯实验室"]),
    # bare regions share the ending of the next item
    ("推进定兴、徐水云计算中心和岚坪体育馆。", ["定兴云计算中心", "徐水云计算中心", "岚坪体育馆"]),
    # a letter that cannot end a phrase as the adverb it mostly is
    ("建设岚坪古城、安国中药都、松鹤植物园。", ["岚坪古城", "安国中药都", "松鹤植物园"]),
    # stretches get the line, not the works on it
    ("加快柏坪至临江、松河至长岭等高速公路续建项目。", ["柏坪至临江高速公路", "松河至长岭高速公路"]),
    # grade and rank before a name
    ("4F级松鹤国际机场通过验收。", ["松鹤国际机场"]),
    # works on things of one kind are on each of them
    ("加强棠溪水库和松鹤水库除险加固。", ["棠溪水库除险加固", "松鹤水库除险加固"]),
    ("完成上松街、下松街城市更新项目。", ["上松街城市更新项目", "下松街城市更新项目"]),
    # shared heads
    ("轨道交通6号线和即将启动的8号线。", ["轨道交通6号线", "轨道交通8号线"]),
    ("推进轨道交通1号线、2号线和即将开工的4号、6号线建设。", [f"轨道交通{n}号线" for n in (1, 2, 4, 6)]),
    ("建设松鹤大道二期和即将开工的三期工程。", ["松鹤大道二期工程", "松鹤大道三期工程"]),
    ("实施轨道交通1号线、2号线和4号线建设。", ["轨道交通1号线", "轨道交通2号线", "轨道交通4号线"]),
    ("推进国道104、220、308线改扩建。", ["国道104线改扩建", "国道220线改扩建", "国道308线改扩建"]),
    ("改造省道101、105、243线。", ["省道101线", "省道105线", "省道243线"]),
    ("建设松鹤科技产业园二期、三期。", ["松鹤科技产业园二期", "松鹤科技产业园三期"]),
    ("提升松鹤大道、G104、S102棠溪段拓宽改造工程。", ["松鹤大道", "G104棠溪段拓宽改造工程", "S102棠溪段拓宽改造工程"]),
    ("建设松鹤产业园二三期、九曜楼。", ["松鹤产业园二三期", "九曜楼"]),
    ("依托轨道交通1号、2号和6号线,规划商圈。", ["轨道交通1号线", "轨道交通2号线", "轨道交通6号线"]),
    # what is done to things of a kind is on what is listed
    ("实施松鹤山—云岫川等水库连通工程。", ["松鹤山—云岫川水库连通工程", "水库连通工程"]),
    ("推进松鹤谷、云岫谷等提升工程。", ["松鹤谷", "云岫谷"]),
    # a verb of building that says of two ways, before whose thing it is
    ("按照国家标准改(扩)建区妇幼保健院。", ["区妇幼保健院"]),
    ("完成松鹤水厂改(扩)建工程。", ["松鹤水厂改(扩)建工程"]),
    ("松鹤产业园新建标准厂房。", ["松鹤产业园", "标准厂房"]),
    ("松鹤铁路建设防护绿带。", ["松鹤铁路", "防护绿带"]),
    ("推进云岫水厂扩建提升工程。", ["云岫水厂扩建提升工程"]),
    ("建成区文化艺术中心、区人民医院。", ["区文化艺术中心", "区人民医院"]),
    ("茌平区建设松鹤中学。", ["松鹤中学"]),
    # what a thing is, before its name
    ("控制性节点松鹤河特大桥先期开工。", ["松鹤河特大桥"]),
    ("重点保护云岫山国家级自然保护区。", ["云岫山国家级自然保护区"]),
    # what roads and towns are summed up by
    ("实施G312、G328等普通国省道改扩建。", ["G312改扩建", "G328改扩建"]),
    ("改造松鹤、云岫等乡镇卫生院。", ["松鹤卫生院", "云岫卫生院"]),
    ("完成松鹤灌区、云岫灌区续建配套与现代化改造。", ["松鹤灌区续建配套与现代化改造", "云岫灌区续建配套与现代化改造"]),
    # the square before a station
    ("推进松鹤火车站站前区域综合改造。", ["松鹤火车站站前区域综合改造"]),
    # what singles a part out ends a name
    ("推进松鹤片区有关地块规划调整。", ["松鹤片区"]),
    # verbs that say what a thing is for stand inside its name
    ("建设松鹤铁水联运集结中心、云岫自然博物馆。", ["松鹤铁水联运集结中心", "云岫自然博物馆"]),
    ("高标准建设岚坪(棠溪)智能仿真公共实习实训基地。", ["岚坪(棠溪)智能仿真公共实习实训基地"]),
    ("实施棠溪北区互联互通工程。", ["棠溪北区互联互通工程"]),
    # a line from place to place
    ("建设棠溪至松鹤高速公路。", ["棠溪至松鹤高速公路"]),
    ("改善县城至棠溪旅游公路。", ["县城至棠溪旅游公路"]),
    # what may look like a function word or a time
    ("改造湫岚里、松鹤里两处厂房。", ["湫岚里", "松鹤里"]),
    ("推进明月岭风电场、那荷村建设。", ["明月岭风电场", "那荷村"]),
    ("即松鹤科技园、岚坪产业园。", ["松鹤科技园", "岚坪产业园"]),
    ("建设江心二路、松鹤文化街。", ["江心二路", "松鹤文化街"]),
    ("拓宽松鹤路(岚坪路口—火车站)。", ["松鹤路"]),
    # regions and other places that share an ending, without 等
    ("推进西宁、银川国际物流枢纽建设。", ["西宁国际物流枢纽", "银川国际物流枢纽"]),
    ("推进定边、府谷机场建设。", ["定边机场", "府谷机场"]),
    # regions of several levels, or by their full names, share none
    ("支持定边县、绥德县、榆林高新区建设。", ["榆林高新区"]),
    ("支持定边、绥德、榆林高新区建设。", ["榆林高新区"]),
    # two things joined by 和, each with a name of its own
    ("建设松鹤驿站和棠溪游客中心。", ["松鹤驿站", "棠溪游客中心"]),
    # shared tails, with 等 and without
    ("推进松溪、岚湖等湿地公园建设。", ["松溪湿地公园", "岚湖湿地公园"]),
    ("推进松鹤河、棠泷河等河道治理工程。", ["松鹤河河道治理工程", "棠泷河河道治理工程"]),
    ("加快松鹤至棠泷、松鹤至岚坪方向高速公路建设。", ["松鹤至棠泷高速公路", "松鹤至岚坪方向高速公路"]),
    ("松鹤大道西延、棠溪路南延工程。", ["松鹤大道西延工程", "棠溪路南延工程"]),
    ("新建棠岚、松鹤等6条高铁。", ["棠岚高铁", "松鹤高铁"]),
    ("推进棠溪至松鹤、岚坪至云岫等铁路建设。", ["棠溪至松鹤铁路", "岚坪至云岫铁路"]),
    ("推进棠溪至松鹤、岚坪至云岫等7个铁路重大项目。", ["棠溪至松鹤铁路", "岚坪至云岫铁路"]),
    ("支持定边、府谷经济开发区扩区调区。", ["定边经济开发区", "府谷经济开发区"]),
    # who makes how much of what
    ("推进棠溪化工年产5万吨新酯、松鹤材料3GWh电池等项目。", ["棠溪化工年产5万吨新酯", "松鹤材料3GWh电池"]),
    # works of its own each
    ("推进松鹤河治理、棠溪水库扩建。", ["松鹤河", "棠溪水库扩建"]),
    # a tail that sums up says nothing of the names of its items
    ("建设云岫文化馆、棠泷体育中心等重点项目。", ["云岫文化馆", "棠泷体育中心"]),
    ("打造松鹤塔、棠泷阁等地标。", ["松鹤塔", "棠泷阁"]),
    ("建设松鹤云谷、棠溪智谷、岚坪数谷“三谷”。", ["松鹤云谷", "棠溪智谷", "岚坪数谷"]),
    # two lists in one sentence
    (
        "加快松鹤河、棠泷河等河道治理工程，棠溪、岚湖等湿地公园建设。",
        ["松鹤河河道治理工程", "棠泷河河道治理工程", "棠溪湿地公园", "岚湖湿地公园"],
    ),
    # coordinators inside a name
    ("规划建设数字经济和智慧物流产业园。", ["数字经济和智慧物流产业园"]),
    ("建设松鹤河大桥及连接线工程。", ["松鹤河大桥及连接线工程"]),
    ("建设松鹤和谐广场。", ["松鹤和谐广场"]),
    # asides and departments
    ("建设云岫大桥（区交通局、区住建局负责）。", ["云岫大桥"]),
    ("完成云岫水库除险加固工程（责任单位：区水务局）。", ["云岫水库除险加固工程"]),
    ("建设云岫大道（以下简称新大道）。", ["云岫大道"]),
    # names in quotes
    ("打造“松鹤印象”文化街区、“云岫之门”广场。", ["松鹤印象文化街区", "云岫之门广场"]),
    ("建设“棠溪小镇”、“松鹤里”历史文化街区。", ["棠溪小镇", "松鹤里历史文化街区"]),
    # roads by number, and from here to there
    ("实施G104京岚线改建工程。", ["G104京岚线改建工程"]),
    ("建设松鹤至岚坪城际铁路。", ["松鹤至岚坪城际铁路"]),
    # box lists
    (
        "专栏1 重点项目\n1.棠溪工业园项目；2.松鹤物流园项目；3.岚坪数据中心项目。",
        ["棠溪工业园项目", "松鹤物流园项目", "岚坪数据中心项目"],
    ),
    (
        "专栏2 重点工程\n水利：松鹤水库扩容工程；棠泷河治理工程；岚坪水厂。",
        ["松鹤水库扩容工程", "棠泷河治理工程", "岚坪水厂"],
    ),
    # verbs before a name
    ("加快推进云岫片区建设。", ["云岫片区"]),
    ("高标准建设云岫新城。", ["云岫新城"]),
    ("以棠溪古镇为重点，发展乡村旅游。", ["棠溪古镇"]),
    ("依托岚坪机场，建设岚坪临空产业园。", ["岚坪机场", "岚坪临空产业园"]),
    ("改造提升棠溪路、松鹤街等道路。", ["棠溪路", "松鹤街"]),
    ("在棠溪片区内新建松鹤医院。", ["棠溪片区", "松鹤医院"]),
    ("支持松鹤集团有限公司建设棠溪产业园。", ["棠溪产业园"]),
    # words that look like a verb and belong to the name
    ("规划展览馆建成投用。", ["规划展览馆"]),
    ("扩建建设路小学。", ["建设路小学"]),
    # brackets that belong to the name
    ("建设松鹤医院(新院区)。", ["松鹤医院(新院区)"]),
    ("推进棠溪产业园(一期)建设，总投资12亿元。", ["棠溪产业园(一期)"]),
    # a list whose items come broken at the column's edge
    ("建设松鹤公园、\n棠泷公园、\n岚坪公园。", ["松鹤公园", "棠泷公园", "岚坪公园"]),
    ("高质量建设建设路小学。", ["建设路小学"]),
    ("实施松鹤干渠三河流域治理工程。", ["松鹤干渠三河流域治理工程"]),
    ("改造提升湫水路、云岫街。", ["湫水路", "云岫街"]),
    ("推进松鹤公园及棠泷公园、岚坪公园建设。", ["松鹤公园", "棠泷公园", "岚坪公园"]),
    ("建设松鹤里、棠泷里等12处特色街区。", ["松鹤里特色街区", "棠泷里特色街区"]),
]  # fmt: skip
LIMITS = [
    ("提升S102、S243等干线公路。", ["S102干线公路", "S243干线公路"]),
    ("建设云岫与松鹤生态廊道。", ["云岫与松鹤生态廊道"]),
    ("打造棠溪和美街区。", ["棠溪和美街区"]),
    ("打造“松鹤坊”“棠泷里”特色街区。", ["松鹤坊", "棠泷里"]),
    ("提升G309、S102等干线公路。", ["G309干线公路", "S102干线公路"]),
]  # fmt: skip


class TestNames:
    """Sentences come out as the names a careful reader would write down, and nothing is a fragment of one."""

    @pytest.mark.parametrize(("sentence", "expected"), [*CASES, *(pytest.param(*case, marks=known) for case in LIMITS)])
    def test_the_sentence_is_read_as_these_names(self, sentence: str, expected: list[str]) -> None:
        found = [name.replace("“", "").replace("”", "") for name in read(sentence)]
        assert [name for name in expected if name not in found] == [], found
        fragments = {n for n in found if len(n) >= 3 and n not in expected and any(n in e for e in expected)}
        assert {n for n in fragments if n not in words.heads()} == set()

    @pytest.mark.parametrize(
        ("sentence", "absent"),
        [
            ("建设云岫大桥（区交通局、区住建局负责）。", "区交通局"),
            ("牵头单位：区发展改革局、区财政局。", "区财政局"),
            ("松鹤公园、棠泷公园等重点项目。", "松鹤公园重点项目"),
            ("推进松鹤公园、棠泷公园建设。", "棠泷公园建设"),
            ("在松鹤片区建设棠泷公园。", "松鹤片区建设棠泷公园"),
        ],
    )
    def test_what_is_no_name_is_not_made(self, sentence: str, absent: str) -> None:
        assert absent not in read(sentence)


class TestItems:
    def test_a_lone_phrase_is_not_listed(self) -> None:
        (item,) = items("松鹤公园")
        assert (item.name, item.rule, item.listed, item.tail) == ("松鹤公园", "phrase", False, "")

    def test_an_enumeration_is_listed_and_knows_what_sums_it_up(self) -> None:
        first = items("松鹤公园、棠泷公园等重点项目")[0]
        assert first.listed
        assert first.tail.endswith("项目")
        assert first.tail_head is not None
        assert first.tail_head.word.endswith("项目")

    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("松鹤公园", "phrase"),
            ("轨道交通1号线、2号线", "shared head"),
            ("松鹤大道西延、棠溪路南延工程", "shared tail"),
            ("松溪、岚湖等湿地公园", "summed up"),
        ],
    )
    def test_the_rule_is_told(self, text: str, rule: str) -> None:
        assert items(text)[0].rule == rule

    def test_waters_take_the_ending_that_sums_them_up_whatever_their_head_noun(self) -> None:
        assert written_out("松鹤河、棠新河等滨水生态廊道")[:2] == ["松鹤河滨水生态廊道", "棠新河滨水生态廊道"]
        assert written_out("松鹤公园、棠溪公园等滨水生态廊道")[:2] == ["松鹤公园", "棠溪公园"]

    def test_what_stands_alone_before_what_sums_it_up_is_known_as_written(self) -> None:
        [item] = [i for i in items("松鹤河—棠泷河—岚湖等水系连通工程") if i.tail]
        assert item.name == "松鹤河—棠泷河—岚湖水系连通工程"
        assert "松鹤河—棠泷河—岚湖等水系连通工程" in item.aliases

    def test_the_short_form_is_an_alias(self) -> None:
        assert items("松鹤河、棠泷河等河道治理工程")[0].aliases == ("松鹤河",)
        assert "国道104线" in items("国道104、220线改扩建")[0].aliases

    @pytest.mark.parametrize(
        ("sentence", "expected"),
        [
            ("改造柏坪、绵岭等镇卫生院。", ["柏坪镇卫生院", "绵岭镇卫生院"]),
            ("布局棠溪南、岚坪南4处急救站。", ["棠溪南急救站", "岚坪南急救站"]),
            ("推进湫水新城建设云岫大厦。", ["湫水新城", "云岫大厦"]),
            ("建设湫水新城规划展览馆。", ["湫水新城规划展览馆"]),
            ("湫水公园东至松鹤路,南濒云岫江。", ["湫水公园", "松鹤路", "云岫江"]),
            ("实施松鹤湖流域、棠溪流域等流域综合治理工程。", ["松鹤湖流域综合治理工程", "棠溪流域综合治理工程"]),
            ("实施松鹤小学、云岫中学等中小学扩建项目。", ["松鹤小学扩建项目", "云岫中学扩建项目"]),
            ("努力实现松鹤科学城、云岫水库建成。", ["松鹤科学城", "云岫水库"]),
            ("治理云岫河南连松鹤湖、北接棠溪水库的水系。", ["云岫河", "松鹤湖", "棠溪水库"]),
            ("距湫水国际机场20公里", ["湫水国际机场"]),
            ("改建G303湫水线。", ["G303湫水线"]),
            ("实施S102后柳至云岫段改造。", ["S102后柳至云岫段改造"]),
            (
                "推进254省道松鹤寺至湫水店段、县道X136棠溪至岚坪公路。",
                ["254省道松鹤寺至湫水店段", "县道X136棠溪至岚坪公路"],
            ),
            ("定州经曲阳至阜平铁路", ["定州经曲阳至阜平铁路"]),
            ("松鹤大道与云岫路节点立交", ["松鹤大道与云岫路节点立交"]),
            ("松鹤大道与云岫湾立交", ["松鹤大道", "云岫湾立交"]),
            ("松鹤与云岫互通立交", ["松鹤与云岫互通立交"]),
            ("建设南屏公园、东源水厂", ["南屏公园", "东源水厂"]),
            ("加快G104改建推进松鹤至云岫段建设", ["松鹤至云岫段"]),
            ("定州至曲阳、松鹤路提升", ["定州至曲阳", "松鹤路"]),
            ("建设2022湫水公园", ["2022湫水公园"]),
            ("从定州经曲阳至阜平", ["定州", "曲阳至阜平"]),
            ("改扩建松鹤镇卫生院", ["松鹤镇卫生院"]),
            ("2024湫水一中新校区", ["湫水一中新校区"]),
            ("建设湫水服务中心(松鹤堂、岚坪馆)", ["湫水服务中心", "岚坪馆"]),
            ("建设湫水污水处理厂(二期)", ["湫水污水处理厂(二期)"]),
        ],
    )
    def test_verbs_and_numbers_are_no_part_of_a_name(self, sentence: str, expected: list[str]) -> None:
        assert [name for name in written_out(sentence) if len(name) > 4 or name in expected][
            : len(expected)
        ] == expected

    def test_without_its_town_a_name_is_an_alias(self) -> None:
        assert items("建设龙头镇王家渡村。")[0].aliases == ("王家渡村",)
        assert items("建设龙头镇中心卫生院。")[0].aliases == ()

    def test_without_its_zone_or_its_works_a_name_is_an_alias(self) -> None:
        assert items("建设松鹤高新区岚坪科技园。")[0].aliases == ("岚坪科技园",)
        assert items("建设岚坪博物馆重点项目。")[0].aliases == ("岚坪博物馆",)
        assert items("建设文化馆项目。")[0].aliases == ()

    @pytest.mark.parametrize(
        ("text", "aliases"),
        [
            ("推进松鹤河治理", ("松鹤河治理",)),
            ("松鹤路西段打通。", ("松鹤路西段",)),
            ("S9线南延开工。", ("S9线南延",)),
            ("津石高速高阳段征迁。", ("津石高速高阳段",)),
            ("磁县松鹤古城。", ("松鹤古城",)),
            ("石棉松鹤村。", ("松鹤村",)),
            ("石棉植物园。", ()),
            ("松鹤湾大峡谷5A级景区。", ("松鹤湾大峡谷景区",)),
            ("抓好松鹤机场三期扩建进度", ("松鹤机场三期扩建",)),
            ("石家庄市长安区松鹤公园。", ("长安区松鹤公园", "松鹤公园")),
        ],
    )
    def test_with_its_works_or_stretch_and_without_its_county_a_name_is_an_alias(
        self, text: str, aliases: tuple[str, ...]
    ) -> None:
        assert items(text)[0].aliases == aliases

    def test_each_item_stands_where_it_is_written(self) -> None:
        text = "轨道交通1号线、2号线和4号线"
        assert [text[i.phrase.start : i.phrase.end] for i in items(text)] == ["轨道交通1号线", "2号线", "4号线"]

    @pytest.mark.parametrize("dash", ["-", "—", "至"])
    def test_stretches_share_what_they_are_stretches_of(self, dash: str) -> None:
        text = f"唐县{dash}涞水、定州{dash}曲阳高速公路"
        assert written_out(text) == [f"唐县{dash}涞水高速公路", f"定州{dash}曲阳高速公路"]

    def test_the_unit_comes_from_the_last_number(self) -> None:
        assert written_out("国道104、220、308线") == ["国道104线", "国道220线", "国道308线"]

    @given(
        st.lists(st.sampled_from(["松鹤", "棠泷", "岚坪", "云岫"]), min_size=2, max_size=4, unique=True),
        st.sampled_from(["湿地公园", "文化馆", "产业园", "植物园", "水库"]),
        st.sampled_from(["、", "和"]),
    )
    @settings(deadline=None)
    def test_whole_items_come_as_they_are(self, places: list[str], head: str, last: str) -> None:
        whole = [place + head for place in places]
        assert written_out("、".join(whole[:-1]) + last + whole[-1]) == whole

    @given(st.lists(st.integers(1, 30), min_size=2, max_size=5, unique=True))
    @settings(deadline=None)
    def test_lines_by_number_all_get_their_head(self, numbers: list[int]) -> None:
        text = "轨道交通" + "、".join(f"{n}号线" for n in numbers)
        assert written_out(text) == [f"轨道交通{n}号线" for n in numbers]

    @given(st.text(alphabet="松鹤公园河项目工程等、和及二三期号线12路(“)”", max_size=60))
    @settings(deadline=None)
    def test_any_text_gives_items_that_stand_in_it(self, text: str) -> None:
        for item in items(text):
            assert 0 <= item.phrase.start < item.phrase.end <= len(text)
            assert item.name
            assert item.rule in ("phrase", "shared head", "shared tail", "summed up")


def test_the_work_grows_with_the_list() -> None:
    def read_characters(n: int) -> int:
        seen = 0
        real = words.head_at

        def counting(text: str, end: int, start: int = 0) -> words.Head | None:
            nonlocal seen
            seen += 1
            return real(text, end, start)

        words.head_at = counting
        try:
            items("、".join(["松鹤公园", "棠泷水库", "岚坪"] * n) + "等项目")
        finally:
            words.head_at = real
        return seen

    few, many = read_characters(20), read_characters(80)
    assert many <= 5 * few


@pytest.mark.parametrize(
    ("text", "alias"),
    [
        ("盘活原山东柴油机厂地块", "原山东柴油机厂地块"),
        ("形成沿松鹤河生态带", "沿松鹤河生态带"),
        ("推进松鹤河沿岸重金属污染治理", "松鹤河沿岸重金属污染治理"),
        ("加强泰安白金堰遗址", "白金堰遗址"),
        ("治理松鹤河干流", "松鹤河"),
        ("修复松鹤河棠溪段岸线", "松鹤河棠溪段"),
        ("建设泰安紫石关村", "紫石关村"),
    ],
)
def test_what_stands_beside_a_name_may_be_counted_to_it(text: str, alias: str) -> None:
    assert alias in {a for item in items(text) for a in item.aliases}


def test_a_region_before_a_street_that_is_called_after_it_is_no_other_name() -> None:
    assert "路北延" not in {a for item in items("推进青岛路北延") for a in item.aliases}
