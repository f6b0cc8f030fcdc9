"""The button in pages as they really are, in each engine that readers' browsers have."""

import html
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from browser import npm_file
from buttond import wait_until

pytestmark = pytest.mark.release

BUTTON = "document.querySelector('a.buttond')"
A = "https://example.com/a"


def loader(server):
    return f'<script async src="{server.url}/js/button.js"></script>'


def link(server, more="", url=A, label="Share"):
    address = f'href="{server.url}/add?url={quote(url, safe="")}" data-url="{url}"' if url else f'href="{server.url}/add"'
    return f'<a class="buttond" {address} {more}>{label}</a>'


def wait_stored(server, expected):
    wait_until(lambda: server.stored() == expected, what=f"{expected}, not {server.stored()}")


def shared(engine, code=BUTTON):
    """What a click on the button would share now."""
    engine.script(f"part({code}, 'button').blur(); part({code}, 'button').focus()")
    return engine.script(f"return part({code}, 'button').href")


def shared_url(engine, code=BUTTON):
    return parse_qs(urlsplit(shared(engine, code)).query)["url"][0]


def pause(engine, milliseconds=200):
    """Lets the page's own timers run."""
    engine.script("window.paused = false; setTimeout(() => { window.paused = true }, arguments[0])", milliseconds)
    engine.wait("window.paused")


class TestEmbeds:
    def test_each_form_becomes_a_button_and_counts_once(self, server, engine, site):
        server.report_shares([{"url": "https://example.com/b", "id": "1", "shares": 12}])
        body = (
            link(server)
            + '<a href="http://bufferapp.com/add" class="buffer-add-button" data-url="https://example.com/b" data-count="vertical">Buffer</a>'
            + '<a href=//buffer.com/add" class="buffer-add-button" data-url="https://example.com/c" data-count="none"></a>'
            + f'<buttond-button data-url="https://example.com/d"><a href="{server.url}/add">Share</a></buttond-button>'
            + '<share-button data-url="https://example.com/e">Share</share-button>'
        )
        engine.open(site.html("/", body + loader(server)))
        engine.wait_counts(["0", "12", None, "0", "0"])
        wait_stored(server, {f"example.com/{name}": 1 for name in "abcde"})

    def test_two_bars_of_a_post_are_one_impression(self, server, engine, site):
        engine.open(site.html("/", link(server) * 2 + f'<buttond-button data-url="{A}"></buttond-button>' + loader(server)))
        engine.wait_counts(["0"] * 3)
        pause(engine)
        wait_stored(server, {"example.com/a": 1})
        assert server.books()["seen"] == 1

    def test_a_click_opens_the_dialog_and_says_nothing_of_the_page(self, server, engine, site):
        engine.open(site.html("/", link(server) + loader(server), Referrer_Policy="unsafe-url"))
        engine.wait_counts(["0"])
        engine.click(f"part({BUTTON}, 'label')")
        window = wait_until(lambda: next((one for one in engine.windows() if one != engine.main), None), what="a window")
        engine.switch_to(window)
        engine.wait("location.pathname == '/add' && document.readyState == 'complete'")
        assert len(engine.windows()) == 2
        assert engine.script("return document.referrer") == ""
        assert engine.script("return window.opener == null")
        assert parse_qs(urlsplit(engine.script("return location.href")).query)["url"] == [A]
        wait_until(lambda: server.books("clicks")["accepted"] == 1, what="the click")

    def test_a_second_click_opens_the_dialog_too(self, server, engine, site):
        engine.open(site.html("/", link(server) + link(server, url="https://example.com/b") + loader(server)))
        engine.wait_counts(["0", "0"])
        for number in (0, 1):
            engine.click(f"part(document.querySelectorAll('a.buttond')[{number}], 'label')")
            wait_until(lambda: server.books("clicks")["accepted"] == number + 1, what="the click")
            engine.switch_to(engine.main)

    def test_a_count_is_shown_from_the_least_one_on_that_its_author_names(self, server, engine, site):
        server.report_shares([{"url": A, "id": "1", "shares": 9}, {"url": "https://example.com/b", "id": "1", "shares": 10}])
        body = link(server, 'data-min="10"') + link(server, 'data-min="10"', "https://example.com/b")
        engine.open(site.html("/", body + loader(server)))
        engine.wait_counts([None, "10"])
        name = engine.script(f"return part({BUTTON}, 'button').getAttribute('aria-label')")
        assert name == "Share this page"


class TestPlaces:
    """Direct links to places, as a bar has them beside its button: a click on one is a share, and goes on as ever."""

    BAR = """<div data-url="{url}">{button}<ul>
      <li><a data-place="bluesky" id="place" href="/place" target="_blank" rel="noopener"><b id="inner">Bluesky</b></a></li>
      <li><a id="none" href="#">Elsewhere</a></li></ul></div><a data-place="x" id="alone" href="#">X</a>"""

    def bar(self, server, site, script):
        site.html("/place", "<p>The place</p>")
        return site.html("/", self.BAR.format(url=A, button=link(server)) + script, Referrer_Policy="unsafe-url")

    def shares(self, server):
        return server.export().get("example.com/a", {"shares": 0})["shares"]

    def test_a_click_on_a_place_is_one_share(self, server, engine, site):
        engine.open(self.bar(server, site, loader(server)))
        engine.wait_counts(["0"])
        engine.click("document.getElementById('inner')")
        wait_until(lambda: self.shares(server) == 1, what="the share")
        wait_until(lambda: any(path == "/place" for path, _ in site.requests), what="the place")
        engine.switch_to(engine.main)
        engine.script("document.getElementById('none').click(); document.getElementById('alone').click(); document.dispatchEvent(new Event('click'))")
        engine.script("document.getElementById('place').click()")
        wait_until(lambda: self.shares(server) == 2, what="a second share")
        assert server.metrics()['buttond_requests_total{route="chosen",code="204"}'] == 2

    def test_a_link_that_is_followed_at_once_is_a_share(self, server, engine, site):
        engine.open(self.bar(server, site, loader(server)))
        engine.wait_counts(["0"])
        engine.script("document.getElementById('place').removeAttribute('target')")
        engine.click("document.getElementById('inner')")
        engine.wait("location.pathname == '/place'")
        wait_until(lambda: self.shares(server) == 1, what="the share")

    def test_without_a_server_of_its_own_the_script_reports_nothing(self, server, engine, site):
        engine.open(self.bar(server, site, f"<script>{server.get('/js/button.js').text}</script>"))
        engine.wait_counts(["0"])
        engine.script("document.getElementById('place').removeAttribute('target')")
        engine.click("document.getElementById('inner')")
        engine.wait("location.pathname == '/place'")
        assert not any("chosen" in path for path, _ in site.requests)
        assert self.shares(server) == 0


class TestWhoseServer:
    """The server is the one that our script is from, or else the one that a link leads to; a link to neither is left."""

    def bundled(self, server):
        return f"<script>{server.get('/js/button.js').text}</script>"

    @pytest.mark.parametrize("path", [None, "/cache/js/button.js", "/js/button.min.js", "/js/button.js.php", "/assets/js/button.js"])
    def test_a_copy_of_the_script_asks_the_server_of_the_link(self, server, engine, site, path):
        script = self.bundled(server)
        if path:
            site.page(path, server.get("/js/button.js").text, Content_Type="text/javascript")
            script = f'<script src="{path}"></script>'
        engine.open(site.html("/", link(server) + script))
        engine.wait_counts(["0"])
        assert shared(engine).startswith(server.url + "/add?")
        assert not any(path.startswith(("/add", "/v1")) for path, _ in site.requests)

    def test_a_link_that_leads_elsewhere_is_left_as_it_is(self, server, engine, site):
        body = '<a class="buttond" href="/share-this">Share</a><a class="buttond" href="/x/add">Share</a><buttond-button>Share</buttond-button>'
        engine.open(site.html("/", body + link(server) + self.bundled(server)))
        engine.wait("part(document.querySelectorAll('a.buttond')[2], 'count')?.dataset.shown == '0'")
        assert engine.script("return [...document.querySelectorAll('a.buttond')].map(e => part(e, 'button') != null)") == [False, False, True]
        assert engine.box(BUTTON)[2] > 10
        assert engine.script("return document.querySelector('buttond-button').shadowRoot") is None

    def test_a_module_asks_the_server_it_is_from(self, server, engine, site):
        body = f'<a class="buttond" href="#" data-url="{A}">Share</a><script type="module" src="{server.url}/js/button.js"></script>'
        engine.open(site.html("/", body))
        engine.wait_counts(["0"])

    @pytest.mark.parametrize("trap", ["() => { throw 1 }", "() => 42", "(error, calls) => calls"])
    def test_a_page_that_prepares_stack_traces_has_its_buttons(self, server, engine, site, trap):
        before = f"<script>Error.prepareStackTrace = {trap}</script>"
        for script in (f'<script src="{server.url}/js/button.js"></script>', f'<script type="module" src="{server.url}/js/button.js"></script>'):
            engine.open(site.html("/", before + link(server) + link(server) + script))
            engine.wait_counts(["0", "0"])


class TestWhichPage:
    def test_what_is_shared_follows_the_attribute(self, server, engine, site):
        engine.open(site.html("/", link(server) + loader(server)))
        engine.wait_counts(["0"])
        server.report_shares([{"url": "https://example.com/b", "id": "1", "shares": 5}])
        engine.script(f"{BUTTON}.dataset.url = 'https://example.com/b'; {BUTTON}.dataset.text = 'Other words'")
        address = parse_qs(urlsplit(shared(engine)).query)
        assert (address["url"], address["text"]) == (["https://example.com/b"], ["Other words"])
        engine.wait_counts(["5"])
        wait_stored(server, {"example.com/a": 1, "example.com/b": 1})

    def test_what_is_shared_follows_the_reader(self, server, engine, site):
        name = site.origin.removeprefix("http://")
        engine.open(site.html("/one", link(server, url=None) + loader(server)))
        engine.wait_counts(["0"])
        engine.script("history.pushState({}, '', '/two?page=2'); document.title = 'The second'")
        address = parse_qs(urlsplit(shared(engine)).query)
        assert (address["url"], address["text"]) == ([site.origin + "/two?page=2"], ["The second"])
        engine.script("history.replaceState({}, '', '/two?page=2#part')")
        assert shared_url(engine) == site.origin + "/two?page=2"
        wait_stored(server, {f"{name}/one": 1, f"{name}/two?page=2": 1})

    def test_an_address_that_is_cleaned_is_the_same_page(self, server, engine, site):
        name = site.origin.removeprefix("http://")
        site.html("/one", link(server, url=None) + loader(server))
        engine.open(site.origin + "/one?utm_source=mail")
        engine.wait_counts(["0"])
        engine.script("history.replaceState({}, '', '/one'); document.body.append('x')")
        pause(engine)
        wait_stored(server, {f"{name}/one": 1})
        assert server.books()["seen"] == 1

    def test_a_canonical_link_that_the_last_page_left_behind_does_not_win(self, server, engine, site):
        head = '<link rel="canonical" href="/canonical">'
        engine.open(site.html("/one", link(server, url=None) + loader(server), head=head))
        engine.wait_counts(["0"])
        assert shared_url(engine) == site.origin + "/canonical"
        engine.script("history.pushState({}, '', '/one?page=2')")
        assert shared_url(engine) == site.origin + "/one?page=2"
        engine.script("history.pushState({}, '', '/two')")
        assert shared_url(engine) == site.origin + "/two"
        engine.script("document.querySelector('link').href = '/canonical-two'")
        assert shared_url(engine) == site.origin + "/canonical-two"

    @pytest.mark.parametrize("canonical, expected", [
        ('<link rel="canonical shortlink" href="/c">', "/c"),
        ('<link rel="shortlink CANONICAL" href="/c">', "/c"),
        ('<link rel="canonical" href="localhost:3000/x">', "/page"),
        ('<link rel="canonical">', "/page"),
        ('<link rel="shortlink" href="/s">', "/page"),
    ])
    def test_which_canonical_link_is_one(self, server, engine, site, canonical, expected):
        engine.open(site.html("/page", link(server, url=None) + loader(server), head=canonical))
        engine.wait_counts(["0"])
        assert shared_url(engine) == site.origin + expected

    def test_a_late_canonical_link_counts(self, server, engine, site):
        engine.open(site.html("/page", link(server, url=None) + loader(server)))
        engine.wait_counts(["0"])
        engine.script("document.head.append(Object.assign(document.createElement('link'), {rel: 'canonical', href: '/late'}))")
        assert shared_url(engine) == site.origin + "/late"

    def test_nothing_but_the_web_is_shared_or_asked_for(self, server, engine, site):
        bad = ["mailto:a@example.com", "about:blank", "javascript:alert(1)", "https://", "file:///etc/hosts"]
        body = "".join(f'<a class="buttond" href="{server.url}/add" data-url="{url}">Share</a>' for url in bad)
        frame = html.escape(f'<a class="buttond" href="{server.url}/add">Share</a>{loader(server)}')
        engine.open(site.html("/", f'{body}{link(server)}<iframe srcdoc="{frame}"></iframe>{loader(server)}'))
        engine.wait("part(document.querySelectorAll('a.buttond')[5], 'count')?.dataset.shown == '0'")
        assert engine.script("return [...document.querySelectorAll('a.buttond')].map(e => e.nextElementSibling?.shadowRoot != null)") == [False] * 5 + [True]
        assert engine.script("return getComputedStyle(document.querySelector('a.buttond')).visibility") == "visible"
        pause(engine)
        inner = "return frames[0].document.querySelector('a.buttond').nextElementSibling?.shadowRoot == null"
        assert engine.script(inner)
        wait_stored(server, {"example.com/a": 1})
        assert server.books()["seen"] == 1


class TestFrameworks:
    @pytest.mark.parametrize("moment", ["at once", "on load", "later"])
    @pytest.mark.parametrize("place", ["first", "middle", "last"])
    def test_react_takes_over_a_page_that_has_its_buttons_already(self, server, engine, site, moment, place):
        site.page("/react.js", npm_file("react/umd/react.production.min.js"), Content_Type="text/javascript")
        site.page("/dom.js", npm_file("react-dom/umd/react-dom.production.min.js"), Content_Type="text/javascript")
        names = {"first": ["a", "after"], "middle": ["before", "a", "after"], "last": ["before", "a"]}[place]
        anchor = f"e('a', {{key: 'a', className: 'buttond', href: '{server.url}/add', 'data-url': url}}, 'Share')"
        children = ", ".join(anchor if name == "a" else f"e('b', {{key: '{name}'}}, '{name}')" for name in names)
        button = f'<a class="buttond" href="{server.url}/add" data-url="{A}">Share</a>'
        markup = "".join(button if name == "a" else f"<b>{name}</b>" for name in names)
        start = {"at once": "hydrate()", "on load": "addEventListener('load', hydrate)", "later": "setTimeout(hydrate, 500)"}[moment]
        code = f"""<script src="{server.url}/js/button.js"></script><script src="/react.js"></script><script src="/dom.js"></script><script>
          window.troubles = []; onerror = message => troubles.push(message);
          const e = React.createElement, root = document.getElementById('root');
          function App() {{ const [url, set] = React.useState('{A}'); window.setUrl = set; return e('p', null, [{children}]); }}
          buttond();
          const hydrate = () => {{ ReactDOM.hydrateRoot(root, e(App), {{onRecoverableError: error => troubles.push(error.message)}}); window.hydrated = true }};
          {start};
        </script>"""
        engine.open(site.html("/", f'<div id="root"><p>{markup}</p></div>{code}'))
        engine.wait_counts(["0"])
        engine.wait("window.hydrated")
        pause(engine, 300)
        assert engine.script("return window.troubles") == []
        engine.script("setUrl('https://example.com/b')")
        wait_until(lambda: shared_url(engine) == "https://example.com/b", what="the other link")
        assert engine.script("return document.querySelectorAll('p > span').length") == 1

    def test_an_element_in_a_shadow_root_is_a_button(self, server, engine, site):
        body = f"""<div id="outer"></div>{loader(server)}<script>
          const root = document.getElementById('outer').attachShadow({{mode: 'open'}});
          setTimeout(() => {{ root.innerHTML = '<buttond-button data-url="{A}"><a href="{server.url}/add">Share</a></buttond-button>' }}, 100);
        </script>"""
        engine.open(site.html("/", body))
        element = "document.getElementById('outer').shadowRoot.querySelector('buttond-button')"
        engine.wait(f"{element} && part({element}, 'count')?.dataset.shown == '0'")
        engine.script(f"{element}.dataset.url = 'https://example.com/b'")
        assert shared_url(engine, element) == "https://example.com/b"
        wait_stored(server, {"example.com/a": 1, "example.com/b": 1})

    @pytest.mark.parametrize("mode", ["open", "closed"])
    @pytest.mark.parametrize("when", ["before", "after", "module"])
    def test_a_pages_own_share_button_is_left_alone(self, server, engine, site, mode, when):
        define = f"""
          onerror = message => {{ window.trouble = message }};
          customElements.define('share-button', class extends HTMLElement {{
            constructor() {{ super(); this.root = this.attachShadow({{mode: '{mode}'}}); this.root.innerHTML = '<p>Ours</p>' }}
          }});"""
        before = f"<script>{define}</script>" if when == "before" else ""
        after = {"before": "", "after": f"<script>{define}</script>", "module": f'<script type="module">{define}</script>'}[when]
        script = f'<script src="{server.url}/js/button.js"></script>'
        engine.open(site.html("/", f'{before}{script}<share-button data-url="https://example.com/x"></share-button>{link(server)}{after}'))
        engine.wait(f"part({BUTTON}, 'count')?.dataset.shown == '0'")
        pause(engine)
        assert engine.script("return document.querySelector('share-button').root.innerHTML") == "<p>Ours</p>"
        assert engine.script("return window.trouble ?? null") is None
        wait_stored(server, {"example.com/a": 1})

    def test_one_elements_trouble_does_not_stop_the_others(self, server, engine, site):
        body = f"""<svg><a class="buttond" href="{server.url}/add"><text y="20">Share</text></a></svg>
          <share-button></share-button><a class="buttond" href="{server.url}/add" data-url="https://[">Share</a>{link(server)}"""
        closed = "<script>document.querySelector('share-button').attachShadow({mode: 'closed'})</script>"
        engine.open(site.html("/", body + closed + loader(server)))
        engine.wait("part([...document.querySelectorAll('a.buttond')].pop(), 'count')?.dataset.shown == '0'")
        assert engine.script("return document.querySelector('svg a').getBoundingClientRect().width") > 10
        assert engine.script("return document.querySelector('svg').children.length") == 1

    def test_a_fetch_that_throws_leaves_the_buttons(self, server, engine, site):
        before = "<script>window.fetch = () => { throw new TypeError('no') }; onerror = m => { window.trouble = m }; onunhandledrejection = e => { window.trouble = e.reason }</script>"
        engine.open(site.html("/", before + link(server) + link(server, url="https://example.com/b") + loader(server)))
        engine.wait("[...document.querySelectorAll('a.buttond')].every(e => part(e, 'button'))")
        pause(engine)
        assert engine.script("return window.trouble ?? null") is None

    def test_the_way_back_of_turbo_leaves_one_button(self, server, engine, site):
        site.page("/turbo.js", npm_file("@hotwired/turbo/dist/turbo.es2017-umd.js"), Content_Type="text/javascript")
        head = f'<script src="/turbo.js"></script><script src="{server.url}/js/button.js"></script>'
        site.html("/two", '<p id="two">Two</p><p>' + link(server, url="https://example.com/b") + "</p>", head=head)
        engine.open(site.html("/one", '<p id="one">One</p><p>' + link(server) + '</p><a id="go" href="/two">Go</a>', head=head))
        engine.wait_counts(["0"])
        engine.script("Turbo.visit('/two')")
        engine.wait("document.getElementById('two') && !document.getElementById('one')")
        engine.wait_counts(["0"])
        engine.script("history.back()")
        engine.wait("document.getElementById('one') && !document.documentElement.hasAttribute('data-turbo-preview')")
        engine.wait_counts(["0"])
        pause(engine)
        assert engine.script("return document.querySelectorAll('p > span').length") == 1
        engine.wait_counts(["0"])

    def test_a_page_that_was_saved_has_its_buttons(self, server, engine, site):
        engine.open(site.html("/", f"<p>{link(server)}</p>{loader(server)}"))
        engine.wait_counts(["0"])
        saved = engine.script("return document.querySelector('p').outerHTML")
        script = server.get("/js/button.js").text
        site.page("/files/button.js", script, Content_Type="text/javascript")
        engine.open(site.html("/saved", saved + '<script src="/files/button.js"></script>'))
        engine.wait_counts(["0"])
        assert engine.script("return document.querySelectorAll('p > span').length") == 1


class TestLook:
    @pytest.mark.parametrize("query", ["", "size=regular", "count=vertical", "count=none&size=regular", "form=element&size=regular", "label=Weitersagen+bitte&size=regular", "label=Weitersagen+bitte", "label=%E5%85%B1%E6%9C%89%E3%81%97%E3%81%A6%E3%81%8F%E3%81%A0%E3%81%95%E3%81%84&count=vertical", "label=WWWWWWWWWWWW&count=none"])
    @pytest.mark.parametrize("font", ["16px/normal serif", "15px/1.6 system-ui"])
    def test_the_snippet_shifts_nothing(self, server, engine, site, query, font):
        code = server.snippet(f"url=https%3A%2F%2Fexample.com%2Fa&{query}")
        markup = code[: code.index("<script")]
        page = f'<style>body {{ font: {font} }}</style><p>Before {markup}<i> after.</i></p><p id="below">Below</p>'
        places = "return ['i', '#below'].map(one => { const b = document.querySelector(one).getBoundingClientRect(); return [b.x, b.y] })"
        engine.open(site.html("/", page))
        before = engine.script(places)
        engine.script("document.body.append(Object.assign(document.createElement('script'), {src: arguments[0]}))", server.url + "/js/button.js")
        if "none" in query:
            engine.wait(f"part(document.querySelector('a.buttond'), 'button')")
        else:
            engine.wait("part(document.querySelector('a.buttond,buttond-button'), 'count')?.dataset.shown == '0'")
        after = engine.script(places)
        assert all(abs(x - y) < 0.5 for one, other in zip(before, after) for x, y in zip(one, other)), (before, after)

    def test_it_stands_in_a_line_of_text(self, server, engine, site):
        engine.open(site.html("/", f'<p style="font: 16px/1.5 sans-serif">Words <u>xx</u> {link(server)} words</p>{loader(server)}'))
        engine.wait_counts(["0"])
        _, top, _, height = engine.box("document.querySelector('u')")
        _, y, _, size = engine.box(f"host({BUTTON})")
        assert abs((y + size / 2) - (top + height / 2)) <= 2.5

    @pytest.mark.parametrize("style", ["flex; flex-direction: column", "grid", "inline-grid"])
    def test_it_keeps_its_width_in_boxes(self, server, engine, site, style):
        body = f'<div style="display: {style}; width: 400px">{link(server)}<buttond-button data-url="{A}"></buttond-button></div>'
        engine.open(site.html("/", body + loader(server)))
        engine.wait_counts(["0", "0"])
        assert [engine.box(f"host({one})")[2] for one in (BUTTON, "document.querySelector('buttond-button')")] == [110, 110]

    def test_it_is_hidden_where_its_author_hides_it(self, server, engine, site):
        style = "<style>.away { display: none } .menu { visibility: hidden } .still { pointer-events: none }</style>"
        body = (
            f'{link(server, "hidden")}<a class="buttond away" href="{server.url}/add" data-url="{A}">Share</a>'
            f'<buttond-button hidden data-url="{A}"></buttond-button><p class="menu">{link(server)}</p><p class="still">{link(server)}</p>'
        )
        engine.open(site.html("/", style + body + loader(server)))
        engine.wait_counts(["0"] * 5)
        widths = "[...document.querySelectorAll('a.buttond,buttond-button')].map(e => host(e).getBoundingClientRect().width)"
        assert engine.script(f"return {widths}") == [0, 0, 0, 110, 110]
        assert engine.script("return getComputedStyle(part(document.querySelector('.menu a'), 'label')).visibility") == "hidden"
        assert engine.script("return getComputedStyle(part(document.querySelector('.still a'), 'button')).pointerEvents") == "none"
        engine.script(f"{BUTTON}.hidden = false; document.querySelector('.away').className = 'buttond'; document.querySelector('buttond-button').hidden = false")
        engine.wait(f"{widths}.every(w => w == 110)")

    def test_a_finger_has_24_pixels(self, server, engine, site):
        engine.open(site.html("/", f'<div style="padding: 50px">{link(server)}</div>{loader(server)}'))
        engine.wait_counts(["0"])
        x, y, width, height = engine.box(f"host({BUTTON})")
        assert (width, height) == (110, 20)
        for edge in (y - 1.5, y + height + 1.5):
            assert engine.script(f"return document.elementFromPoint(arguments[0], arguments[1]) == host({BUTTON})", x + 5, edge)

    @pytest.mark.parametrize("lang, shares", [("de", 89_000_000), ("fi", 123_456), ("de", 1_234_567)])
    def test_a_long_count_can_be_read(self, server, engine, site, lang, shares):
        server.report_shares([{"url": A, "id": "1", "shares": shares}])
        engine.open(site.html("/", link(server) + loader(server), lang=lang))
        engine.wait(f"part({BUTTON}, 'count')?.dataset.shown?.length > 3")
        assert engine.script(f"return getComputedStyle(part({BUTTON}, 'count'), '::before').fontSize") == "10px"

    def test_the_count_lies_on_the_page_in_the_dark(self, server, engine, site):
        engine.open(site.html("/", f'<div style="color-scheme: dark">{link(server)}</div>{link(server)}{loader(server)}'))
        engine.wait_counts(["0", "0"])
        grounds = "return [...document.querySelectorAll('a.buttond')].map(e => getComputedStyle(part(e, 'count')).backgroundColor)"
        assert engine.script(grounds) == ["rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"]

    def test_the_frame_shows_in_a_page_that_isolates_itself(self, server, engine, site):
        frame = f'<iframe src="{server.url}/button/?url=https%3A%2F%2Fexample.com%2Fa" width="110" height="20"></iframe>'
        page = site.html("/", frame + "<script>onload = () => { window.done = true }</script>", Cross_Origin_Embedder_Policy="require-corp")
        engine.open(page)
        engine.wait("window.done")
        assert engine.script_in_frame("return document.getElementById('buffer_count')?.textContent ?? null") == "0"
        wait_stored(server, {"example.com/a": 1})
