"""The website as it is built: for a county's settings, in every language, small, and with nothing from elsewhere."""

import gzip
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from infra.errors import OperatorError
from infra.site.build import build_site, built_site
from infra.site.pages import PUBLIC, STAFF
from infra.site.settings import LANGUAGES, SiteSettings, read_settings, settings_of
from infra.stand.demo import PAGES

FIRST_VIEW_MAX = 150_000
ELSEWHERE = re.compile(r"""https?://(?!www\.w3\.org/)[^\s"'`\\)]+""")
ALLOWED = ("https://beian.miit.gov.cn/",)  # a link in the footer, which the law asks for


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo county's, built."""
    folder = tmp_path_factory.mktemp("built") / "site"
    build_site(read_settings(PAGES), folder)
    return folder


def _pages(site: Path) -> list[Path]:
    return [
        (site if language == LANGUAGES[0] else site / language) / f"{page}.html"
        for language in LANGUAGES
        for page in (*PUBLIC, *STAFF)
    ]


def _first_view(page: Path) -> list[Path]:
    asked = re.findall(r'(?:src|href)="([^"#]+\.(?:js|css|svg))"', page.read_text("utf-8"))
    return [page, *sorted({(page.parent / name).resolve() for name in asked})]


def test_every_page_is_there_in_every_language_and_says_which(site: Path) -> None:
    for page in _pages(site):
        language = page.parent.name if page.parent != site else LANGUAGES[0]
        assert f'<html lang="{language}">' in page.read_text("utf-8")


def test_the_first_view_of_each_page_is_small(site: Path) -> None:
    for page in _pages(site):
        weight = sum(len(gzip.compress(file.read_bytes())) for file in _first_view(page))
        assert weight < FIRST_VIEW_MAX, f"{page.relative_to(site)}: {weight} bytes"


def test_no_page_names_another_host(site: Path) -> None:
    found = {
        address
        for file in site.rglob("*")
        if file.is_file()
        for address in ELSEWHERE.findall(file.read_text("utf-8"))
        if not address.startswith(ALLOWED)
    }
    assert found == set()


def test_without_script_every_page_says_whom_to_call_and_where_to_go(site: Path) -> None:
    for page in _pages(site):
        said = re.search(r"<noscript>(.*?)</noscript>", page.read_text("utf-8"), re.DOTALL)
        assert said
        assert "0000-0000000" in said[1]
        assert "12345" in said[1]
        assert (
            "1 Yunxi Avenue" if page.parent.name == "en" else "1號" if page.parent.name == "zh-Hant" else "1号"
        ) in said[1]


def test_a_page_leads_to_itself_in_the_other_languages(site: Path) -> None:
    for page in _pages(site):
        names = re.findall(r'<a href="([^"]+)" lang="[^"]+" hreflang', page.read_text("utf-8"))
        assert len(names) == (0 if page.name == "print.html" else len(LANGUAGES))
        for name in names:
            assert (page.parent / name).resolve().is_file()
            assert (page.parent / name).resolve().name == page.name


def test_the_same_sources_give_the_same_files(site: Path, tmp_path: Path) -> None:
    build_site(read_settings(PAGES), tmp_path / "again")
    mine = {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    again = {
        path.relative_to(tmp_path / "again"): path.read_bytes()
        for path in (tmp_path / "again").rglob("*")
        if path.is_file()
    }
    assert mine == again


def test_a_built_site_is_not_built_again() -> None:
    first = built_site(read_settings(PAGES)) / "index.html"
    made = first.stat().st_mtime_ns
    assert built_site(read_settings(PAGES)) / "index.html" == first
    assert first.stat().st_mtime_ns == made


def test_other_settings_are_another_site() -> None:
    one, other = (built_site(SiteSettings(county=county)) for county in ("云溪县", "云岭县"))
    assert one != other
    assert "云岭县" in (other / "index.html").read_text("utf-8")


def test_the_pages_may_talk_to_the_api_and_the_uploads_that_are_set_and_to_nobody_else(tmp_path: Path) -> None:
    settings = SiteSettings(county="云溪县", api="https://api.example/prod", uploads="https://files.example")
    build_site(settings, tmp_path / "site")
    page = (tmp_path / "site" / "en" / "write.html").read_text("utf-8").replace("&#39;", "'")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy[1].split("; ")}
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == ["'self'"]
    assert rules["worker-src"] == rules["child-src"] == ["'self'"]  # old Safari asks child-src
    assert rules["frame-src"] == ["'none'"]
    assert rules["connect-src"] == ["'self'", "https://api.example", "https://files.example"]
    assert not any("unsafe" in word for words in rules.values() for word in words)
    scripts = "".join(path.read_text("utf-8") for path in (tmp_path / "site" / "assets" / "en").glob("*.js"))
    assert "https://api.example/prod" in scripts


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "county"),
        ({"county": ""}, "county"),
        ({"county": "云溪县", "api": "api.example"}, "https://host"),
        ({"county": "云溪县", "api": "javascript:alert(1)"}, "https://host"),
        ({"county": "云溪县", "zone": "Asia/Yunxi"}, "Asia/Shanghai"),
        ({"county": "云溪县", "phone": "110"}, "phone"),
        ({"county": "云溪县", "languages": {"fr": {}}}, "zh-Hant, en"),
        ({"county": "云溪县", "office": {"telephone": "1"}}, "office.telephone"),
    ],
)
def test_a_mistake_in_the_settings_is_named_with_what_to_write(values: dict[str, object], said: str) -> None:
    with pytest.raises(OperatorError, match=re.escape(said)):
        settings_of(values, "our-county-site.toml")


def test_what_a_county_writes_is_text_on_the_page_and_never_markup(tmp_path: Path) -> None:
    build_site(settings_of({"county": "<b>云溪</b>", "icp": '"><script>alert(1)</script>'}, "x"), tmp_path / "site")
    page = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert "<b>" not in page
    assert "<script>alert" not in page


def test_addresses_stay_below_the_folder_the_site_lies_in(site: Path) -> None:
    """A county may serve the site from a folder of a bucket."""
    for page in _pages(site):
        for name in re.findall(r'(?:src|href)="([^"]+)"', page.read_text("utf-8")):
            if not urlsplit(name).scheme and not name.startswith("#"):
                at = urljoin(f"https://x/deep/{page.relative_to(site)}", name)
                assert at.startswith("https://x/deep/")
