"""Only named people review: by the users file, and by OpenID Connect, in real browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from layers import people
from layers.people import Person
from tests.browser import provider
from tests.browser.conftest import Site, Visit, playwright, serve, visiting
from tests.pages import town

pytestmark = pytest.mark.browser
expect = playwright.expect
PASSWORD = "correct horse"  # noqa: S105 (of a person of this test)


@pytest.fixture(scope="module")
def guarded_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = town.make(tmp_path_factory.mktemp("guarded"), 20)
    people.save(folder / "users.csv", {"甲": Person(name="甲", secret=people.hashed(PASSWORD))})
    yield from serve(folder, login="users")


def log_in(visit: Visit, name: str, password: str) -> None:
    if visit.page.locator(".st-key-login-name input").count() == 0:
        visit.page.locator(".st-key-log-in button").click()
    visit.page.locator(".st-key-login-name input").fill(name)
    visit.page.locator(".st-key-login-password input").fill(password)
    visit.page.locator(".st-key-login-password input").press("Enter")


def test_who_is_not_logged_in_only_reads(chromium: "playwright.Browser", guarded_site: Site) -> None:
    for visit in visiting(chromium, guarded_site):
        visit.open("?panel=plans")
        expect(visit.page.get_by_text("登录后可以加入规划")).to_be_visible()
        assert visit.page.locator("input[type=file]").count() == 0
        visit.choose(town.PARK)
        expect(visit.page.locator(".st-key-details")).to_contain_text("登录后可以复核")
        assert visit.page.locator(".st-key-do-confirmed").count() == 0
        assert visit.page.locator(".st-key-reviewer").count() == 0


def test_a_wrong_password_opens_nothing_and_a_right_one_reviews_under_its_name_over_a_reload(
    chromium: "playwright.Browser", guarded_site: Site
) -> None:
    for visit in visiting(chromium, guarded_site):
        visit.open()
        log_in(visit, "甲", "wrong password")
        expect(visit.page.get_by_text("姓名或密码不对")).to_be_visible()
        log_in(visit, "甲", PASSWORD)
        expect(visit.page.locator(".st-key-log-out")).to_contain_text("甲")
        visit.page.wait_for_function("document.cookie.includes('planmap_login=')")
        visit.open()
        expect(visit.page.locator(".st-key-log-out")).to_contain_text("甲")
        visit.choose(town.PARK)
        visit.page.locator(".st-key-do-confirmed button").click()
        expect(visit.page.locator(".st-key-details")).to_contain_text("甲 · ")
        visit.shot("zh-login")
        visit.page.locator(".st-key-log-out button").click()
        expect(visit.page.locator(".st-key-details")).to_contain_text("登录后可以复核")
        visit.page.wait_for_function("!document.cookie.includes('planmap_login=')")
        assert visit.errors == []
        for other in visiting(chromium, guarded_site):
            other.open()
            expect(other.page.locator(".st-key-log-in")).to_be_visible()


def test_who_is_taken_off_the_file_is_out_at_once(chromium: "playwright.Browser", guarded_site: Site) -> None:
    users = guarded_site.folder / "users.csv"
    before = people.load(users)
    people.save(users, before | {"乙": Person(name="乙", secret=people.hashed(PASSWORD))})
    for visit in visiting(chromium, guarded_site):
        visit.open()
        log_in(visit, "乙", PASSWORD)
        visit.choose(town.AREA)
        button = visit.page.locator(".st-key-do-confirmed button")
        expect(button).to_be_enabled()
        people.save(users, before)
        button.click()
        expect(visit.page.locator(".st-key-details")).to_contain_text("登录后可以复核")
        expect(visit.page.locator(".st-key-details")).to_contain_text("未复核")


@pytest.fixture
def oidc(tmp_path: Path) -> Iterator[tuple[Site, "provider.Provider"]]:
    """A site whose people log in at a provider on this machine."""
    folder = town.make(tmp_path, 20)
    people.save(folder / "users.csv", {"丁": Person(name="丁", email="ding@example.org")})
    with provider.running() as vouching:

        def secrets(url: str) -> str:
            return (
                f'[auth]\nredirect_uri = "{url}/oauth2callback"\ncookie_secret = "of this test"\n'
                f'client_id = "{provider.CLIENT}"\nclient_secret = "of this test"\n'
                f'server_metadata_url = "{vouching.url}/.well-known/openid-configuration"\n'
            )

        for site in serve(folder, secrets, login="oidc"):
            yield site, vouching


def test_whom_openid_connect_vouches_for_reviews_under_the_name_of_the_list_and_others_read(
    chromium: "playwright.Browser", oidc: tuple[Site, "provider.Provider"]
) -> None:
    site, vouching = oidc
    cases = (
        ({"sub": "1", "email": "Ding@example.org", "email_verified": True}, "丁"),
        ({"sub": "2", "email": "ding@example.org", "email_verified": False}, ""),
        ({"sub": "3", "email": "eve@example.org", "email_verified": True}, ""),
    )
    for person, name in cases:
        vouching.person = person
        for visit in visiting(chromium, site):
            visit.open()
            visit.page.locator(".st-key-log-in button").click()
            expect(visit.page.locator(".st-key-log-out")).to_contain_text(name or str(person["email"]))
            visit.map.locator(".legend .head").wait_for()
            visit.choose(town.PARK)
            details = visit.page.locator(".st-key-details")
            if name:
                visit.page.locator(".st-key-do-confirmed button").click()
                expect(details).to_contain_text("丁 · ")
            else:
                expect(details).to_contain_text("登录后可以复核")
            assert visit.outside == []
