"""The pages in a real browser: Debian's chromium, driven by selenium, with no network to be had."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kit import command, mail
from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.report import CheckReport
from patchtool.mail.series import read_series
from patchtool.report.html.page import check_page

try:
    from selenium import webdriver
    from selenium.webdriver.common.keys import Keys
except ImportError:
    webdriver = None

SERIES = Path(__file__).parents[2] / "fixtures" / "series"
TRACE = "document.querySelector('.trace')"
SHOWN = "return [...document.querySelectorAll('.finding')].filter((one) => one.offsetParent).length"


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A chromium without a window; skips, saying so, where it or its driver is missing."""
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    # Right to skip: a browser is no dependency of ours, and .ci/run installs one.
    if webdriver is None or not chromium or not chromedriver:
        pytest.skip("no chromium, chromedriver or selenium: the pages were NOT tried in a browser")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    profile = tmp_path_factory.mktemp("profile")
    for one in (
        "headless=new",
        "no-sandbox",
        "disable-dev-shm-usage",
        "disable-gpu",
        "window-size=1400,1000",
    ):
        options.add_argument(f"--{one}")
    options.add_argument(f"--user-data-dir={profile}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))
    yield started
    started.quit()


@pytest.fixture(scope="module")
def pages(mini: Path, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """What the commands write of the mini kernel."""
    folder = tmp_path_factory.mktemp("pages")
    made = SimpleNamespace(
        check=folder / "check.html", model=folder / "model.html", kconfig=folder / "k.html"
    )
    given = ("--repo", mini, "--format", "html", "-o")
    keep = {"PATCHTOOL_CACHE": str(folder / "cache")}
    broken = ("check", SERIES / "broken-rename.mbox", "--base", "mainline")
    assert command(*broken, *given, made.check, cwd=folder, **keep).returncode == 1
    chosen = ("--rev", "mainline", "--arch", "powerpc", "--smp", "--scenario", "munmap")
    assert command("model", *chosen, *given, made.model, cwd=folder, **keep).returncode == 1
    symbol = ("--symbol", "MMU_GATHER_NO_RANGE", "--base", "mainline")
    assert command("kconfig", SERIES / "v1.mbox", *symbol, *given, made.kconfig, cwd=folder).returncode == 0
    return made


class Page:
    """A page that is open, and what its user does."""

    def __init__(self, driver: Any, place: Path) -> None:
        self.driver = driver
        driver.get_log("browser")
        driver.get("about:blank")
        driver.get(place.as_uri())

    def __enter__(self) -> Page:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            assert self.driver.get_log("browser") == []

    def run(self, script: str, *given: Any) -> Any:
        return self.driver.execute_script(script, *given)

    def all(self, selector: str) -> list[Any]:
        return self.driver.find_elements("css selector", selector)

    def one(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def choose(self, name: str, value: str) -> None:
        # The list of a select is the desktop's own window, which no driver opens without one.
        self.run(
            "const chooser = arguments[0]; chooser.value = arguments[1];"
            "chooser.dispatchEvent(new Event('input', {bubbles: true}))",
            self.one(f"select[name={name}]"),
            value,
        )

    def said(self) -> str:
        return self.one("#shown").text

    def step(self) -> tuple[str, str]:
        """The step that is marked in the first trace, and the line of code beside it."""
        here = self.run(f"return {TRACE}.querySelector('.pane .here')?.textContent.trim() || ''")
        return self.one(".trace output").text, here


def test_every_page_opens_without_a_word_on_the_console(driver: Any, pages: SimpleNamespace) -> None:
    for place in vars(pages).values():
        with Page(driver, place) as page:
            assert page.run("return document.documentElement.className") == "live"
            assert page.run("return performance.getEntriesByType('resource').length") == 0
            assert page.run("return document.documentElement.scrollWidth <= innerWidth")


def test_a_trace_is_stepped_through_with_keys(driver: Any, pages: SimpleNamespace) -> None:
    with Page(driver, pages.model) as page:
        steps = len(page.run(f"return [...{TRACE}.querySelectorAll('tr.step')]"))
        page.press("j")
        assert page.run(f"return document.activeElement.parentElement === {TRACE}")
        assert page.step() == (f"step 1 of {steps}", "")
        page.press(Keys.ARROW_RIGHT)
        text, code = page.step()
        assert text == f"step 2 of {steps}"
        place = page.run(f"return {TRACE}.querySelector('tr.now a').textContent")
        assert code.startswith(place.partition(":")[2])
        page.press(Keys.END)
        assert page.step()[0] == f"step {steps} of {steps}"
        page.press(Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
        assert page.step()[0] == f"step {steps - 1} of {steps}"
        lit = page.run(f"return [...{TRACE}.querySelectorAll('tr.step')].map((row) => row.className)")
        assert [name.split()[-1] for name in lit[-2:]] == ["now", "later"]
        page.press(Keys.HOME)
        assert page.step()[0] == f"step 1 of {steps}"


def test_and_with_the_mouse(driver: Any, pages: SimpleNamespace) -> None:
    with Page(driver, pages.model) as page:
        page.one(".trace button[data-act=last]").click()
        steps = page.step()[0].split()[-1]
        assert page.step()[0] == f"step {steps} of {steps}"
        page.one(".trace button[data-act=back]").click()
        assert page.step()[0] == f"step {int(steps) - 1} of {steps}"
        page.all(".trace tr.step")[1].click()
        assert page.step()[0] == f"step 2 of {steps}"
        page.one(".trace button[data-act=first]").click()
        page.one(".trace button[data-act=on]").click()
        assert page.step()[0] == f"step 2 of {steps}"
        slider = page.one(".trace input[type=range]")
        slider.send_keys(Keys.ARROW_RIGHT)
        assert page.step()[0] == f"step 3 of {steps}"


def test_a_fail_opens_its_trace(driver: Any, pages: SimpleNamespace) -> None:
    with Page(driver, pages.model) as page:
        second = page.all("#verdicts td a")[1]
        aim = second.get_attribute("href").partition("#")[2]
        assert not page.run("return document.getElementById(arguments[0]).open", aim)
        second.click()
        page.run("return new Promise(requestAnimationFrame)")
        assert page.run("return document.getElementById(arguments[0]).open", aim)


def test_findings_are_filtered_by_severity_and_rule(driver: Any, pages: SimpleNamespace) -> None:
    with Page(driver, pages.check) as page:
        every = page.run(SHOWN)
        assert page.said().startswith(f"{every} of {every} findings, 9 of 9 patches")
        note = page.one("[name=severity][value=note] + .chip")
        note.click()
        assert page.run(SHOWN) == len(page.all(".finding:not(.note)")) < every
        shown = "return [...document.querySelectorAll('.patch')].filter((one) => one.offsetParent).length"
        assert 0 < page.run(shown) < 9
        note.click()
        assert page.run(SHOWN) == every
        rule = page.run("return document.querySelector('.finding').dataset.rule")
        page.choose("rule", rule)
        assert page.run(SHOWN) == len(page.all(f".finding[data-rule={rule}]")) < every


def test_and_by_patch_and_text(driver: Any, pages: SimpleNamespace) -> None:
    with Page(driver, pages.check) as page:
        every = page.run(SHOWN)
        patch = page.run("return document.querySelector('.finding[data-patch]').dataset.patch")
        page.choose("patch", patch)
        assert page.run(SHOWN) == len(page.all(f".finding[data-patch='{patch}']")) < every
        page.choose("patch", "")
        page.press(Keys.ESCAPE, "/")
        page.press("Signed-off-by has")
        assert 0 < page.run(SHOWN) < every
        page.press(" no such words")
        assert page.run(SHOWN) == 0
        assert page.said().startswith(f"0 of {every} findings, 0 of 9 patches")


def test_j_and_k_go_from_finding_to_finding(driver: Any, pages: SimpleNamespace) -> None:
    with Page(driver, pages.check) as page:
        stops = page.run("return [...document.querySelectorAll('.finding')].map((one) => one.id)")
        seen = []
        for key in ("j", "j", "k", "k"):
            page.press(key)
            seen.append(page.run("return document.activeElement.id"))
        assert seen == [stops[0], stops[1], stops[0], stops[0]]
        outline = page.run("return getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        page.press("?")
        assert page.run("return document.getElementById('help').open")
        page.press(Keys.ESCAPE)
        assert not page.run("return document.getElementById('help').open")


def test_an_architecture_is_chosen(driver: Any, pages: SimpleNamespace) -> None:
    with Page(driver, pages.kconfig) as page:
        page.choose("archs", "alpha")
        rows = page.run(
            "return [...document.querySelectorAll('#ledger tr[data-archs]')]"
            ".filter((row) => row.offsetParent).map((row) => row.dataset.archs)"
        )
        assert rows
        assert all("alpha" in row.split() for row in rows)
        page.choose("archs", "s390")
        bare = "[...document.querySelectorAll('#ledger table')].filter((one) => one.offsetParent"
        assert page.run(f"return {bare} && ![...one.tBodies].some((body) => body.offsetParent)).length") == 0


def test_colours_are_the_readers(driver: Any, pages: SimpleNamespace) -> None:
    seen = {}
    for scheme in ("light", "dark"):
        wanted = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", wanted)
        with Page(driver, pages.model) as page:
            seen[scheme] = page.run("return getComputedStyle(document.body).backgroundColor")
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert seen == {"light": "rgb(253, 253, 252)", "dark": "rgb(21, 24, 27)"}


def test_on_paper_everything_is_open(driver: Any, pages: SimpleNamespace) -> None:
    with Page(driver, pages.model) as page:
        closed = len(page.all("details:not([open])"))
        assert closed > 0
        shut = "document.querySelectorAll('details:not([open])').length"
        page.run(f"addEventListener('beforeprint', () => {{ window.opened = {shut} === 0; }})")
        paper = driver.execute_cdp_cmd("Page.printToPDF", {})
        assert base64.b64decode(paper["data"]).startswith(b"%PDF-")
        assert page.run("return window.opened") is True
        assert len(page.all("details:not([open])")) == closed
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        assert page.run("return getComputedStyle(document.querySelector('.side')).display") == "none"
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_a_hostile_mail_runs_nothing(driver: Any, tmp_path: Path) -> None:
    evil = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    text = f"diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n+</style>{evil}\n".encode()
    place = tmp_path / "evil.mbox"
    place.write_bytes(mail(text, f"[PATCH] {evil}"))
    series = read_series(str(place))
    finding = Finding(evil, Severity.ERROR, Location(f"a{evil}", 1), evil, "k", evil, 1, source=evil)
    report = CheckReport(series, None, (finding,), (), (), 0, (evil,), (evil,))
    written = tmp_path / "page.html"
    written.write_text(check_page(report), encoding="ascii")
    with Page(driver, written) as page:
        assert page.run("return document.querySelectorAll('img').length") == 0
        assert page.run("return document.scripts.length") == 1
        assert page.driver.title.startswith("<script>")
        assert page.one("h1").text == evil


def test_the_policy_stops_what_is_not_ours(driver: Any, pages: SimpleNamespace, tmp_path: Path) -> None:
    spoilt = pages.check.read_text().replace("<main", "<script>document.title = 'owned'</script><main", 1)
    place = tmp_path / "spoilt.html"
    place.write_text(spoilt)
    page = Page(driver, place)
    assert page.driver.title != "owned"
    (complaint,) = driver.get_log("browser")
    assert "Content Security Policy" in complaint["message"]
