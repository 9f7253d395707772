"""The page in a browser: headless Chromium, driven by Selenium, where both and the driver are installed."""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from newsarc.output.story import story_html
from newsarc.text.sanitize import visible
from tests.naive import Named, Page, write
from tests.output.story.archives import HOSTILE, hostile_archive, story_of

webdriver: Any = pytest.importorskip("selenium.webdriver", reason='pip install "newsarc[browser]"')
pytest.importorskip("vl_convert", reason='pip install "newsarc[graph]"')
if not (shutil.which("chromium") and shutil.which("chromedriver")):
    pytest.skip("there is no chromium or no chromedriver", allow_module_level=True)

EVENTS, SOME = 500, 120
CONTEXTS = ["Raqqa", "Elections", "Harbour", "Weather", "Railways", "Example Party"]
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,900",
)
PATIENCE = 100


def generated_archive(root: Path, events: int) -> Path:
    """Write events over some years, most of them naming earlier ones; number 7 has the only zebra."""
    chance = random.Random(3)
    words = ("river", "harbour", "council", "storm", "bridge", "election", "railway", "museum", "glacier", "market")
    day = dt.date(2010, 1, 1)
    pages: list[Page] = []
    for number in range(events):
        day += dt.timedelta(days=chance.randrange(20, 400) if number % 40 == 0 else chance.choice([0, 0, 0, 1, 3]))
        headline = f"Event {number} of the " + " ".join(chance.choice(words) for _ in range(chance.randrange(3, 16)))
        earlier = {number - step for step in chance.sample([1, 2, 3, 5, 8, 13, 40, 100], 2)}
        related = tuple(
            Named(pages[at].path, tuple(chance.sample(CONTEXTS, chance.randrange(1, 3))))
            for at in sorted(earlier)
            if at >= 0
        )
        summary = "A zébra is seen" if number == 7 else f"The summary of {number}"
        pages.append(
            Page(day, f"event-{number}", headline, (), summary, (("Wire", f"https://e.example/{number}"),), related)
        )
    return write(root, pages)


class Browser:
    """Chromium with a page of ours: what a reader sees and does."""

    def __init__(self, folder: Path) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for flag in (*FLAGS, f"--user-data-dir={folder}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
        self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.set_script_timeout(PATIENCE)

    def open(self, file: Path, *, width: int = 1400, dark: bool = False) -> None:
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        media = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
        for kind in ("browser", "performance"):
            self.driver.get_log(kind)  # which empties it
        self.driver.get(file.as_uri())
        self.until("document.documentElement.dataset.ready")

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def get(self, expression: str, *arguments: object) -> Any:
        return self.run(f"return {expression}", *arguments)

    def until(self, expression: str) -> None:
        """Wait until ``expression`` holds, frame by frame."""
        holds = self.driver.execute_async_script(f"""
            const done = arguments[arguments.length - 1];
            const end = performance.now() + {PATIENCE * 900};
            const look = () => {{
                if ({expression}) done(true);
                else if (performance.now() > end) done(false);
                else requestAnimationFrame(look);
            }};
            look();
        """)
        assert holds, f"{expression}: {self.messages}"

    def press(self, *keys: str) -> None:
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def click(self, selector: str, number: int = 0) -> None:
        """Click with the mouse, in the middle of what is there."""
        self.run(
            "document.querySelectorAll(arguments[0])[arguments[1]].scrollIntoView({block: 'center'})", selector, number
        )
        self.driver.find_elements("css selector", selector)[number].click()

    def texts(self, selector: str) -> list[str]:
        script = "Array.from(document.querySelectorAll(arguments[0]), (found) => found.textContent)"
        return list(self.get(script, selector))

    @property
    def messages(self) -> list[Any]:
        return list(self.driver.get_log("browser"))

    @property
    def requests(self) -> list[str]:
        events = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    @property
    def headline(self) -> str:
        return "".join(self.texts("#panel:not([hidden]) h2"))

    @property
    def focused(self) -> str:
        return str(
            self.get("document.activeElement.querySelector('.headline')?.textContent ?? document.activeElement.id")
        )


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    started = Browser(tmp_path_factory.mktemp("profile"))
    yield started
    started.driver.quit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page of all 500 events, of fewer, of two walks, of hostile texts, and of one event alone."""
    folder = tmp_path_factory.mktemp("pages")
    archive = generated_archive(folder / "generated", EVENTS)
    hostile = hostile_archive(folder / "hostile")
    stories = {
        "all": story_of(archive),
        "walk": story_of(archive, "event-250", depth=1),
        "long": story_of(archive, "event-250", depth=3),
        "some": story_of(generated_archive(folder / "some", SOME)),
        "one": story_of(hostile, "bytes"),
        "hostile": story_of(hostile),
    }
    for name, story in stories.items():
        (folder / f"{name}.html").write_text(story_html(story), encoding="utf-8")
    return folder


def test_the_page_loads_in_silence_and_asks_for_nothing(browser: Browser, pages: Path) -> None:
    browser.open(pages / "all.html")
    assert browser.messages == []
    assert browser.requests == [(pages / "all.html").as_uri()]
    assert len(browser.texts(".event")) == EVENTS
    assert browser.get("document.querySelectorAll('#curves .dots path').length") == EVENTS
    assert browser.get("document.querySelectorAll('#overview .dots path').length") == EVENTS
    links = browser.get("JSON.parse(document.getElementById('data').textContent).story.links.length")
    assert browser.get("document.querySelectorAll('#curves .links path').length") == links > EVENTS


def test_dots_stand_beside_their_rows_and_in_the_order_of_time(browser: Browser, pages: Path) -> None:
    browser.open(pages / "all.html")
    middles = (
        "Array.from(document.querySelectorAll(arguments[0]), (found) => {const box = found.getBoundingClientRect();"
    )
    middles += "return [box.left + box.width / 2, box.top + box.height / 2]})"
    rows = browser.get(middles, ".event time")
    dots = browser.get(middles, "#curves .dots path")
    assert all(abs(row[1] - dot[1]) < 2 for row, dot in zip(rows, dots, strict=True))
    assert all(row[0] > dot[0] for row, dot in zip(rows, dots, strict=True))
    times = [x for x, _ in browser.get(middles, "#overview .dots path")]
    assert all(before < after + 0.1 for before, after in pairwise(times))


def test_a_click_opens_an_event_and_its_neighbours_light_up(browser: Browser, pages: Path) -> None:
    browser.open(pages / "some.html")
    browser.click(".event", 60)
    assert browser.headline == browser.texts(".headline")[60]
    assert browser.texts("#panel .summary") == ["The summary of 60"]
    assert browser.get("document.querySelector('#panel .sources a').rel") == "noopener noreferrer"
    named = browser.texts("#panel .relations.is-named button span")
    assert named
    browser.until("document.querySelector('#curves.is-active .links-out path')")
    assert len(browser.texts("#curves .links-out path")) == len(named)
    assert browser.texts(".row.is-named .headline") == named
    assert set(browser.texts("#panel .link-contexts")[0].split(" · ")) <= set(CONTEXTS)


def test_a_related_event_jumps_there(browser: Browser, pages: Path) -> None:
    browser.open(pages / "some.html")
    browser.click(".event", 60)
    (first, *_) = browser.texts("#panel .relations button span")
    browser.click("#panel .relations button")
    assert browser.headline == first
    assert browser.get("document.activeElement.id") == "panel-headline"
    assert browser.texts(".event[aria-pressed=true] .headline") == [first]


def test_the_keyboard_alone(browser: Browser, pages: Path) -> None:
    keys = webdriver.Keys
    browser.open(pages / "some.html")
    headlines = browser.texts(".headline")
    browser.press("/")
    assert browser.focused == "search"
    browser.press(keys.ENTER)
    assert browser.focused == headlines[0]
    browser.press(keys.ARROW_DOWN, keys.ARROW_DOWN, keys.ARROW_UP)
    assert browser.focused == headlines[1]
    assert browser.headline == ""
    browser.press(keys.ENTER)
    assert browser.headline == headlines[1]
    browser.press(keys.ARROW_RIGHT)
    assert browser.headline == browser.focused == headlines[2]
    browser.press(keys.TAB)
    assert browser.get("document.getElementById('panel').contains(document.activeElement)")
    browser.press(keys.ARROW_RIGHT)  # works from the panel too
    assert browser.headline == browser.focused == headlines[3]
    browser.press(keys.END)
    assert browser.focused == headlines[-1]
    browser.press(keys.ESCAPE)
    assert browser.headline == ""
    assert browser.focused == headlines[-1]
    assert browser.get("document.querySelectorAll('.event[tabindex=\"0\"]').length") == 1


def test_search_finds_without_case_and_accents(browser: Browser, pages: Path) -> None:
    browser.open(pages / "some.html")
    browser.press("/", "zebra")
    browser.until("document.querySelectorAll('.event').length === 1")
    assert browser.texts(".headline")[0].startswith("Event 7 ")
    assert browser.texts("#found") == ["1 event, 0 links match"]
    browser.until("document.querySelectorAll('#curves .dots path').length === 1")
    browser.press("/", webdriver.Keys.ARROW_LEFT, "z")  # which are the box's own, once one types
    assert browser.get("document.getElementById('search').value") == "zebraz/"
    browser.until("!document.getElementById('nothing').hidden")
    browser.press(webdriver.Keys.ESCAPE)
    browser.until(f"document.querySelectorAll('.event').length === {SOME}")


def test_contexts_filter_events_and_links(browser: Browser, pages: Path) -> None:
    browser.open(pages / "some.html")
    story = browser.get("JSON.parse(document.getElementById('data').textContent).story")
    browser.click("#contexts summary")
    assert sorted(browser.texts("#contexts-list .name")) == sorted(CONTEXTS)
    name = browser.texts("#contexts-list .name")[0]
    links = [link for link in story["links"] if name in link["contexts"]]
    assert browser.texts("#contexts-list .count")[0] == str(len(links))
    browser.click("#contexts-list input")
    events = {end for link in links for end in (link["source"], link["target"])}
    browser.until(f"document.querySelectorAll('#curves .links path').length === {len(links)}")
    assert len(browser.texts(".event")) == len(events) < SOME
    browser.click("#contexts-list input", 1)
    browser.until(f"document.querySelectorAll('.event').length > {len(events)}")
    browser.press(webdriver.Keys.ESCAPE)
    assert not browser.get("document.getElementById('contexts').open")
    browser.click("#contexts summary")
    browser.click("#contexts-clear")
    browser.until(f"document.querySelectorAll('.event').length === {SOME}")


def test_the_pictures_answer_the_mouse(browser: Browser, pages: Path) -> None:
    browser.open(pages / "some.html")
    story = browser.get("JSON.parse(document.getElementById('data').textContent).story")
    headlines = browser.texts(".headline")
    dot = browser.driver.find_elements("css selector", "#overview .dots path")[-1]
    webdriver.ActionChains(browser.driver).move_to_element(dot).perform()
    browser.until("document.querySelector('.row.is-active')")
    assert browser.texts(".row.is-active .headline") == [headlines[-1]]
    dot.click()
    assert browser.headline == headlines[-1]
    # The first link is the shortest one to its event: the middle of its curve is on the screen, left of the dots.
    browser.run("document.getElementById('story').scrollTop = 0")
    x, y = browser.run("""
        const curve = document.querySelector('#curves .touch path');
        const {x, y} = curve.getPointAtLength(curve.getTotalLength() / 2).matrixTransform(curve.getScreenCTM());
        return [Math.round(x), Math.round(y)];
    """)
    actions = webdriver.ActionChains(browser.driver)
    actions.w3c_actions.pointer_action.move_to_location(x, y)
    actions.perform()
    browser.until("!document.getElementById('tip').hidden")
    assert browser.texts("#tip")[0].split(" · ") in [link["contexts"] for link in story["links"]]


def test_the_scale_of_time_zooms(browser: Browser, pages: Path) -> None:
    browser.open(pages / "some.html")
    middle = "(() => {const box = document.querySelectorAll('#overview .dots path')[30].getBoundingClientRect();"
    middle += "return box.left})()"
    before = browser.get(middle)
    browser.click("#zoom-in")
    browser.until(f"Math.abs({middle} - {before}) > 20")
    browser.click("#zoom-all")
    browser.until(f"Math.abs({middle} - {before}) < 1")


def test_a_walk_opens_at_its_start(browser: Browser, pages: Path) -> None:
    browser.open(pages / "walk.html")
    assert browser.headline.startswith("Event 250 ")
    assert browser.texts(".row.is-start .headline") == [browser.headline]
    box = browser.get("document.querySelector('.is-start').getBoundingClientRect().toJSON()")
    assert 0 < box["top"] < box["bottom"] < 900


@pytest.mark.parametrize("width", [360, 1400])
def test_a_walk_is_at_its_start_below_what_stays_on_top(browser: Browser, pages: Path, width: int) -> None:
    browser.open(pages / "long.html", width=width)
    covered = browser.get(
        "[...document.querySelectorAll('#overview, .year-row')].map((found) => found.getBoundingClientRect())"
        ".filter((box) => box.top < 300).map((box) => box.bottom)"
    )
    box = browser.get("document.querySelector('.is-start button').getBoundingClientRect().toJSON()")
    assert max(covered) <= box["top"] + 1
    assert box["bottom"] <= 900
    assert browser.texts(".row.is-active .headline") == browser.texts(".row.is-start .headline")
    assert browser.texts(".row.is-named .headline")


def test_the_legend_has_the_colours_of_the_page(browser: Browser, pages: Path) -> None:
    def colour(selector: str, name: str) -> str:
        return str(browser.get("getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]", selector, name))

    for dark in (False, True):
        browser.open(pages / "walk.html", dark=dark)
        for mark, drawn in {
            ".mark-start": "#overview .dot-start path",
            ".mark-event": "#overview .dots path",
            ".mark-read": "#overview .read path",
        }.items():
            assert colour(mark, "backgroundColor") == colour(drawn, "fill")
        for row in ("is-named", "is-naming"):
            lines = {"is-named": ".links-out path", "is-naming": ".links-in path"}
            assert colour(f".legend .{row} .mark", "backgroundColor") == colour(f"#overview {lines[row]}", "stroke")
            assert colour(f".legend .{row} .sign", "color") == colour(f".row.{row} .relation", "color")


def test_the_legend_has_only_what_the_page_has(browser: Browser, pages: Path) -> None:
    browser.open(pages / "walk.html")
    assert browser.get("document.getElementById('legend-start').checkVisibility()")
    browser.open(pages / "some.html")
    assert not browser.get("document.getElementById('legend-start').checkVisibility()")
    assert browser.get("document.getElementById('legend').checkVisibility()")
    zoom, picture = browser.get(
        "['.zoom', '#overview-picture'].map((name) => document.querySelector(name).getBoundingClientRect().toJSON())"
    )
    assert zoom["bottom"] <= picture["top"]


def test_dark_and_light(browser: Browser, pages: Path) -> None:
    def brightness(selector: str, name: str) -> int:
        color = browser.get("getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]", selector, name)
        return sum(int(part) for part in color.removeprefix("rgb(").removesuffix(")").split(","))

    browser.open(pages / "walk.html", dark=True)
    assert brightness("body", "backgroundColor") < 150 < brightness("body", "color")
    assert brightness("#curves .links-out path", "stroke") > 400
    browser.click("#theme")
    assert brightness("body", "backgroundColor") > 600 > brightness("body", "color")
    browser.open(pages / "walk.html")
    assert brightness("body", "backgroundColor") > 600
    browser.click("#theme")
    assert brightness("body", "backgroundColor") < 150


def test_a_telephone_is_wide_enough(browser: Browser, pages: Path) -> None:
    browser.open(pages / "walk.html", width=360)
    assert browser.headline == ""
    assert browser.run("""
        const box = document.getElementById("search");
        const style = getComputedStyle(box);
        const pen = document.createElement("canvas").getContext("2d");
        pen.font = style.font;
        const room = box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        return pen.measureText(box.placeholder).width <= room;
    """)
    for text in browser.driver.find_elements("css selector", "#legend li:not([hidden])"):
        assert 0 <= text.rect["x"] < text.rect["x"] + text.rect["width"] <= 360
    assert browser.get("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    browser.click(".event", 1)
    browser.until("!document.getElementById('panel').hidden")
    assert browser.get("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    row, panel = browser.get(
        "[document.querySelector('.event[aria-pressed=true]').getBoundingClientRect().top,"
        "document.getElementById('panel').getBoundingClientRect().top]"
    )
    assert row < panel < 900


def test_hostile_texts_stay_texts(browser: Browser, pages: Path) -> None:
    browser.open(pages / "hostile.html")
    shown = browser.texts(".headline")
    assert HOSTILE["script"] in shown
    assert visible(HOSTILE["bidi"]) in shown
    assert "Bytes \ufffd\ufffd of no text" in shown
    for number in range(len(shown)):
        browser.run("document.querySelectorAll('.event')[arguments[0]].click()", number)
        assert browser.headline == shown[number]
    assert browser.get("window.pwned") is None
    assert browser.get("document.querySelectorAll('script').length") == 3
    assert browser.get("document.querySelectorAll('img, #app style, #app b').length") == 0
    assert browser.get("Array.from(document.links).every((link) => /^(https?|file):/.test(link.href))")
    assert browser.messages == []
    assert browser.requests == [(pages / "hostile.html").as_uri()]


def test_one_event_alone(browser: Browser, pages: Path) -> None:
    browser.open(pages / "one.html")
    assert browser.headline == "Bytes \ufffd\ufffd of no text"
    assert not browser.get("document.getElementById('overview').checkVisibility()")
    assert browser.get("document.getElementById('contexts').hidden")
    assert browser.messages == []


def test_without_scripts_the_events_can_be_read(browser: Browser, pages: Path) -> None:
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.driver.get((pages / "hostile.html").as_uri())
        shown = browser.driver.find_element("css selector", "noscript").text
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert HOSTILE["script"] in shown
    assert "Summary: Red" not in shown
    assert shown.count("2020") >= len(HOSTILE)
