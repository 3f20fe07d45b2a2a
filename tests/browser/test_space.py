"""The page within another one: on a Hugging Face Space in a frame as high as it asks to be, on a page that scrolls around it; and as Gradio's web component."""
from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import gradio
import pytest
from serving import serving

from .acts import REACHED, drag
from .conftest import settled

# The page around it, as far as it matters here: it speaks with the frame as iframe-resizer 4 does, which is what Spaces use.
SPACE = """<!doctype html><meta name="viewport" content="width=device-width, initial-scale=1"><body style="margin: 0">
<div id="above" style="height: 60px">YOU/avatar-studio</div>
<iframe id="space" scrolling="no" allow="clipboard-read; clipboard-write" style="display: block; border: 0; width: 100%; height: calc(100vh - 60px)"></iframe>
<div id="below"></div>
<script>
    const { above, below } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    document.getElementById("above").style.height = `${above ?? 60}px`;
    document.getElementById("below").style.height = `${below ?? 0}px`;
    const frame = document.getElementById("space"), say = (words) => frame.contentWindow.postMessage(`[iFrameSizer]${words}`, "*");
    const sayWhere = () => say(`pageInfo:${JSON.stringify({ scrollTop: scrollY, clientHeight: innerHeight, offsetTop: frame.offsetTop })}`);
    const begin = frame.onload = () => say("space:8:false:false:32:true:true::max:::0:false:parent:scroll:false");
    addEventListener("message", ({ data }) => {
        if (data === "[iFrameResizerChild]Ready") return begin();
        const [, height, , kind] = String(data).startsWith("[iFrameSizer]space:") ? data.split(":") : [];
        if (kind === "pageInfo") for (const event of ["scroll", "resize"]) addEventListener(event, sayWhere);
        if (kind === "pageInfo") sayWhere();
        else if (height > 0) frame.style.height = `${height}px`;
    });
    frame.src = `./${location.search}`;
</script>"""


@pytest.fixture
def space(visit, address):
    """space(query="", around="", **context options) -> the Space's page, and the frame with the first avatar drawn. around: above=PIXELS&below=PIXELS."""
    def open_space(query: str = "", around: str = "", **options):
        page = visit(**options)
        page.route(f"{address}space*", lambda route: route.fulfill(body=SPACE, content_type="text/html"))
        page.goto(f"{address}space{query}#{around}")
        page.wait_for_function("document.getElementById('space').contentWindow.document.querySelector('[data-part=root]')")
        frame = page.frames[1]
        settled(frame)
        if not around:
            frame.wait_for_function("window.parentIFrame && innerHeight === parent.innerHeight - 60")
        return page, frame
    return open_space


def in_sight(page, frame, part: str) -> bool:
    """Whether all of a part is on the screen."""
    box = frame.locator(f"[data-part={part}]").bounding_box()
    return frame.eval_on_selector(f"[data-part={part}]", REACHED) and 60 <= box["y"] and box["y"] + box["height"] <= page.viewport_size["height"]


@pytest.mark.parametrize("options", [{}, {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}])
def test_the_avatar_stays_in_sight_however_far_down_its_sliders_are(space, options):
    page, frame = space(**options)
    last = frame.locator("#trait-lines")
    assert last.bounding_box()["y"] > page.viewport_size["height"]
    box = frame.locator(".work").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, page.viewport_size["height"] - 40)
    page.mouse.wheel(0, 3000)
    frame.wait_for_function("() => { const box = document.querySelector('#trait-lines').getBoundingClientRect(); return box.bottom < innerHeight; }")
    assert in_sight(page, frame, "preview") and in_sight(page, frame, "dice")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    before = settled(frame)
    at = last.bounding_box()
    page.mouse.click(at["x"] + 0.8 * at["width"], at["y"] + at["height"] / 2)
    settled(frame, after=before)
    assert in_sight(page, frame, "preview")


def test_the_frame_follows_the_window(space):
    page, frame = space()
    page.set_viewport_size({"width": 1000, "height": 600})
    frame.wait_for_function("innerHeight === 540")
    assert in_sight(page, frame, "preview") and in_sight(page, frame, "link")


def test_who_asks_for_the_frames_height_is_not_told_how_far_it_scrolls(space):
    page, frame = space()
    page.evaluate("say('resize')")
    for one in (frame, page):  # the question on its way, and its answer
        one.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    assert frame.evaluate("innerHeight === parent.innerHeight - 60")


def test_a_chip_scrolls_to_its_control_and_leaves_the_page_around_where_it_is(space):
    page, frame = space(around="above=110&below=300")
    frame.wait_for_function("'gradioCover' in document.documentElement.dataset")
    before = settled(frame)
    frame.fill("[data-part=sentence]", "long pink twin tails, big hoop earrings")
    frame.press("[data-part=sentence]", "Enter")
    settled(frame, after=before)
    frame.click("[data-part=understood] [data-chip=earrings]")
    frame.wait_for_selector("#panel-headwear:not([hidden])")
    assert in_sight(page, frame, "tabs") and page.evaluate("scrollY") == 0


def test_far_down_in_somebodys_page_it_is_as_high_as_it_is_long(space):
    page, frame = space(around="above=1200")
    frame.wait_for_function("innerHeight > 800")
    assert frame.evaluate("!('gradioCover' in document.documentElement.dataset) && document.documentElement.scrollHeight <= innerHeight")


def test_what_the_page_says_is_in_sight(space):
    page, frame = space(permissions=["clipboard-read", "clipboard-write"])
    frame.click("[data-part=link]")
    frame.wait_for_selector(".toast:has-text('Link copied')")
    box = frame.locator(".toast").bounding_box()
    assert 60 < box["y"] and box["y"] + box["height"] < page.viewport_size["height"]


def test_a_link_is_the_avatars_alone_and_gives_away_no_key(space, address):
    page, frame = space("?__theme=dark&__sign=secret", permissions=["clipboard-read", "clipboard-write"])
    with page.expect_request(f"{address}frame*") as asked:
        first = settled(frame)
        box = frame.locator("#trait-skin_tone").bounding_box()
        page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2)
    assert asked.value.url == f"{address}frame?__sign=secret"  # which lets it in
    code = settled(frame, after=first)
    frame.click("[data-part=link]")
    frame.wait_for_selector(".toast:has-text('Link copied')")
    assert page.evaluate("navigator.clipboard.readText()") == f"{address}?a={code}"
    assert parse_qs(urlsplit(frame.url).query) == {"__theme": ["dark"], "__sign": ["secret"], "a": [code]}  # a reload looks as before


def test_the_address_around_a_space_follows_the_avatar_and_forgets_it(visit, studio, jobs, monkeypatch):
    monkeypatch.setenv("SPACE_ID", "you/avatar-studio")
    around, page = "https://huggingface.co/spaces/you/avatar-studio", visit()
    with serving(studio, jobs) as served:
        page.route(around, lambda route: route.fulfill(content_type="text/html", body=f"""<iframe src="{served.local_url}?like=this&__sign=secret" style="width: 1200px; height: 700px"></iframe>
            <script>window.told = []; addEventListener("message", ({{ data }}) => {{ if (data.queryString !== undefined) told.push(data.queryString); }});</script>"""))
        page.goto(around)
        frame = page.frames[1]
        first = settled(frame)
        frame.click("[data-part=dice]")
        code = settled(frame, after=first)
        page.wait_for_function("query => told.length === 1 && told[0] === query", arg=f"like=this&a={code}")
        frame.click("#tab-play")
        frame.click("button:has-text('Forget everything')")  # it asks once
        frame.click("button:has-text('Press again')")
        frame.wait_for_url("**/?like=this&__sign=secret")
        page.wait_for_function("told.length === 2 && told[1] === 'like=this'")
        settled(frame)
    visit.troubles[:] = [trouble for trouble in visit.troubles if not trouble.startswith(("a request to https://huggingface.co/", f"a request to {served.local_url}"))]


def test_as_a_web_component_of_somebody_elses_page_it_asks_the_studio_for_frames(visit, address):
    page, blog = visit(), "http://localhost/blog"
    component = Path(gradio.__file__).parent / "templates" / "frontend" / "gradio.js"  # as Gradio's own server offers it
    page.route(f"{address}gradio.js", lambda route: route.fulfill(path=component, headers={"Access-Control-Allow-Origin": "*", "Content-Type": "text/javascript"}))
    page.route(blog, lambda route: route.fulfill(body=f'<h1>A blog</h1><script type="module" src="{address}gradio.js"></script><gradio-app src="{address}"></gradio-app>',
                                                 content_type="text/html"))
    page.goto(blog)
    first = settled(page)
    drag(page, "skin_tone", 0.8)
    page.wait_for_selector("[data-part=frame][data-shown]")
    page.mouse.up()
    assert settled(page, after=first)
    visit.troubles.remove(f"a request to {blog}")
