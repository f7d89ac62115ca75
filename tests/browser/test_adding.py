"""Plans dropped in, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Site, Visit, playwright, serve, visiting
from tests.pages import town
from tests.pages.test_pure import TEXT

pytestmark = pytest.mark.browser
expect = playwright.expect
TOTAL = len(town.names(20))


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose layers may change."""
    yield from serve(town.make(tmp_path_factory.mktemp("own"), 20), upload_mb="1")


def add(visit: Visit, *files: dict[str, object] | Path) -> None:
    visit.page.locator("input[type=file]").set_input_files(list(files))


def file(name: str, content: str | bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "text/plain", "buffer": content.encode() if isinstance(content, str) else content}


def test_an_added_plan_shows_at_once_to_its_owner_alone_and_is_saved_on_request(
    chromium: "playwright.Browser", own_site: Site
) -> None:
    for visit in visiting(chromium, own_site):
        visit.open("?panel=plans")
        add(visit, file("样例片区规划.txt", TEXT))
        expect(visit.page.locator(".st-key-preview")).to_contain_text("正在查看新加入的规划")
        # Whatever the reader finds in it: the map shows that, and nothing of the city's layers.
        visit.clear_of("样例园区")
        expect(visit.page.locator(".pm-brand")).not_to_contain_text(f"/ {TOTAL} 项")
        expect(visit.page.locator('[data-testid="stDataFrame"] table')).to_contain_text("新增")
        visit.shot("zh-added")
        for other in visiting(chromium, own_site):
            other.open()
            expect(other.page.locator(".pm-brand")).to_contain_text(f"显示 {TOTAL} / {TOTAL}")
        visit.page.get_by_role("button", name="保存到图层").click()
        expect(visit.page.get_by_text("已保存，图层现有")).to_be_visible()
        # Its sentences stay, though its file never lay in the folder of the plans.
        assert len(list((own_site.folder / "added" / town.ADCODE).iterdir())) == 1
        visit.search("阜台")
        visit.page.locator(".st-key-hits button").first.click()
        expect(visit.page.locator(".st-key-details q")).to_contain_text("总投资12亿元")
        expect(visit.page.locator(".pm-brand")).not_to_contain_text(f"/ {TOTAL} 项")
        # And it is taken off again, file and all.
        visit.open("?panel=plans")
        visit.page.locator(".st-key-added-before").get_by_role("button").first.click()
        visit.shot("zh-added-before")
        visit.page.get_by_role("button", name="从图层移除").click()
        expect(visit.page.get_by_text("已移除《")).to_be_visible()
        expect(visit.page.locator(".pm-brand")).to_contain_text(f"显示 {TOTAL} / {TOTAL} 项")
        expect(visit.page.locator(".st-key-added-before")).to_have_count(0)
        assert not list((own_site.folder / "added" / town.ADCODE).iterdir())
        assert visit.errors == []
        assert visit.outside == []


def test_what_is_dropped_leaves_everything_as_it_was(chromium: "playwright.Browser", own_site: Site) -> None:
    for visit in visiting(chromium, own_site):
        visit.open("?panel=plans")
        before = visit.page.locator(".pm-brand span").inner_text()
        add(visit, file("a.txt", TEXT.replace("阜台", "岚坪")))
        visit.page.get_by_role("button", name="放弃").click()
        expect(visit.page.locator(".pm-brand span")).to_have_text(before)


def test_hostile_names_of_files_and_things_run_nothing(chromium: "playwright.Browser", own_site: Site) -> None:
    evil = "<img src=x onerror=window.hacked=1>`javascript:window.hacked=2`</script><script>window.hacked=3</script>"
    for visit in visiting(chromium, own_site):
        visit.open("?panel=plans")
        add(
            visit,
            file(f"{evil}.txt", TEXT.replace("样例片区", evil).replace("阜台科技产业园", f"阜台{evil}科技产业园")),
        )
        expect(visit.page.locator(".st-key-preview")).to_contain_text("正在查看新加入的规划")
        expect(visit.page.locator('[data-testid="stDataFrame"] table')).to_be_attached()
        for name in visit.drawn()[:3]:
            visit.choose(name)
            expect(visit.page.locator(".st-key-details h2")).to_be_visible()
        assert visit.page.evaluate("window.hacked") is None
        assert visit.frame.evaluate("window.hacked") is None
        assert visit.page.locator("img[src=x]").count() == 0
        assert visit.outside == []
        assert visit.errors == []


def test_marks_in_a_title_ask_for_nothing_from_elsewhere(chromium: "playwright.Browser", own_site: Site) -> None:
    picture = "![图](//e.cn/x)"
    text = TEXT.replace("济南市槐荫区样例片区", f"槐荫{picture}")
    for visit in visiting(chromium, own_site):
        visit.open("?panel=plans")
        add(visit, file(f"{picture}.txt", text))
        expect(visit.page.locator(".st-key-preview")).to_contain_text("正在查看新加入的规划")
        visit.page.get_by_role("button", name="保存到图层").click()
        expect(visit.page.get_by_text("已保存，图层现有")).to_be_visible()
        pill = visit.page.locator(".st-key-facet-plan button", has_text="槐荫").first
        pill.click()
        expect(visit.page.locator(".st-key-tags")).to_contain_text("槐荫")
        visit.open("?panel=plans")
        visit.page.locator(".st-key-added-before").get_by_role("button").last.click()
        visit.shot("zh-hostile-title")
        visit.page.get_by_role("button", name="从图层移除").click()
        expect(visit.page.get_by_text("已移除《")).to_be_visible()
        assert visit.page.locator('a[href*="e.cn"], img[src*="e.cn"]').count() == 0
        assert visit.outside == []
        assert visit.errors == []


def test_more_files_than_one_come_in_together_and_too_large_ones_do_not(
    chromium: "playwright.Browser", own_site: Site
) -> None:
    for visit in visiting(chromium, own_site):
        visit.open("?panel=plans")
        add(visit, file("large.txt", "规" * 2**20))
        expect(visit.page.locator(".st-key-add [role=alert]")).to_be_visible()
        why = visit.page.locator(".st-key-add").evaluate("(box) => getComputedStyle(box, '::after').content")
        assert why.startswith('"红色的文件未加入：每个不超过 1 MB')
        visit.page.locator(".stFileChip").hover()
        tooltip = visit.page.locator('[data-testid="stTooltipErrorContent"]')
        tooltip.wait_for(state="attached")
        expect(tooltip).to_be_hidden()
        assert visit.page.locator(".st-key-preview button").count() == 0
        add(visit, file("one.txt", TEXT.replace("阜台", "岚坪")), file("two.txt", TEXT.replace("阜台", "湫水")))
        preview = visit.page.locator(".st-key-preview")
        expect(preview).to_contain_text("正在查看新加入的规划")
        expect(visit.page.locator(".st-key-facet-plan button")).to_have_count(2)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("<img src=x onerror=alert(1)>.txt", bytes(range(256)) * 40),
        ("scan.pdf", b"%PDF-1.4\n%%EOF\n"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_in_one_sentence(
    chromium: "playwright.Browser", own_site: Site, name: str, content: bytes
) -> None:
    for visit in visiting(chromium, own_site):
        visit.open("?panel=plans")
        add(visit, file(name, content))
        expect(visit.page.locator('[data-testid="stAlert"]')).to_be_visible()
        assert visit.page.locator("img[src=x]").count() == 0
        assert visit.errors == []
