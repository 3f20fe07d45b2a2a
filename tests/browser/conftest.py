"""One served page and one browser for all browser tests; each test gets a page of its own."""
from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.browser import chromium_path

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
             "--disable-features=LocalNetworkAccessChecks"]  # the last: two pages of this machine may speak with each other
STILL = """{ const { scrollIntoView } = Element.prototype;
    Element.prototype.scrollIntoView = function (options) { scrollIntoView.call(this, { ...options, behavior: "auto" }); }; }"""  # what glides away while it is pressed gets no click
PHOTOS = Path(__file__).parents[1] / "photos"


@pytest.fixture(scope="session")
def address(served):
    return served.local_url


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright: pip install playwright")
    path = chromium_path()
    if path is None:
        pytest.skip("no browser here: install chromium, or set CHROMIUM to the path of one")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, address):
    """visit(query="", script="", **context options) -> a page with its first avatar drawn. script: runs in it before its own.

    At the end no console may have had an error and no request may have left for another machine; what a test makes go
    wrong on purpose it takes out of visit.troubles.
    """
    contexts, troubles = [], []

    def open_page(query: str = "", script: str = "", **options):
        options = {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, "accept_downloads": True, **options}
        context = browser.new_context(**options)
        context.set_default_timeout(120_000)  # a busy machine is slow, not wrong
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(STILL)
        if script:
            page.add_init_script(script)
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith((address, "data:", "blob:"))
                else troubles.append(f"a request to {request.url[:200]}"))
        page.goto(address + query)
        settled(page)
        return page

    open_page.troubles = troubles
    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def settled(page, after: str | None = None) -> str:
    """Wait until the final picture of the last change stands; with `after`, a code, until it is another avatar's.

    Returns the avatar's code.
    """
    page.wait_for_function(
        "after => { const root = document.querySelector('[data-part=root]');"
        " return root?.dataset.state === 'settled' && root.dataset.code !== after }", arg=after)
    return page.get_attribute("[data-part=root]", "data-code")
