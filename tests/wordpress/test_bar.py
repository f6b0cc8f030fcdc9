"""The HTML of a bar, and the pages on which it stands."""

import html
import json
import re
import urllib.parse

import pytest

from blog import PLUGIN

MARK = '"buttond-bar"'
FIVE = ["mastodon", "bluesky", "whatsapp", "linkedin", "email"]


def bars(page):
    """The bars of a page, whole."""
    return re.findall(r'<div class="buttond-bar".*?</ul></div>', page, re.DOTALL)


def has_ours(page):
    """Whether anything of the plugin is in a page."""
    return "buttond" in page.replace("buttond-test", "")


def addresses(bar):
    """What the links of a bar lead to, by their words."""
    links = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', bar, re.DOTALL)
    return {re.sub(r"<[^>]*>", "", words): html.unescape(address) for address, words in links}


@pytest.fixture
def ready(blog, server):
    """A blog that is set up, with a bar below each post."""
    blog.set_up(server, places=FIVE, positions=["below"])
    return blog


def switch(blog, how):
    blog.php(f"require_once ABSPATH . 'wp-admin/includes/plugin.php'; {how}_plugins( '{PLUGIN.name}/{PLUGIN.name}.php' );")


def page_of(blog, post, **headers):
    answer = blog.get(blog.permalink(post), headers)
    assert answer.status == 200
    return answer.text


# HTML.


def test_a_bar_of_five_places_is_small(ready):
    post = ready.post("How we moved our blog to a new server", post_name="how-we-moved-our-blog-to-a-new-server")
    ready.option("home", "https://www.blog.example")
    size = len(ready.value(f"Buttond_Sharing_Bar\\Bar::for_post( {post}, array( 'server' => 'https://share.example.com' ) )"))
    assert 1000 < size <= 2048


def test_the_bar_is_complete_without_script(ready, server):
    post = ready.post("Fish & chips “today”")
    link = ready.permalink(post)
    (bar,) = bars(page_of(ready, post))
    encoded, words = urllib.parse.quote(link, safe=""), urllib.parse.quote("Fish & chips “today”", safe="")
    assert addresses(bar) == {
        "Share": f"{server.url}/add?url={encoded}&text={words}",
        "Mastodon": f"{server.url}/add?url={encoded}&text={words}",
        "Bluesky": f"https://bsky.app/intent/compose?text={words}%20{encoded}",
        "WhatsApp": f"https://wa.me/?text={words}%20{encoded}",
        "LinkedIn": f"https://www.linkedin.com/sharing/share-offsite/?url={encoded}",
        "E-mail": f"mailto:?subject={words}&body={encoded}",
    }
    assert server.get(addresses(bar)["Share"].removeprefix(server.url)).status == 200
    assert f'<div class="buttond-bar" data-url="{link}">' in bar
    assert re.search(r'<ul [^>]*aria-label="[^"]+"', bar)
    assert "style=" not in bar and "data:" not in bar and "<script" not in bar
    # Each link that leaves says nothing of the page it was on; and no click is reported where the reader still chooses.
    for link in re.findall(r"<a [^>]*>", bar):
        assert 'rel="noreferrer"' in link or "mailto:" in link
    assert re.findall(r'data-place="(\w+)"', bar) == ["bluesky", "whatsapp", "linkedin", "email"]


def test_the_drawing_has_the_measures_of_the_servers_own(ready, server):
    cases = [("", "horizontal", ""), ("", "vertical", ""), ("", "none", "large"), ("Teilen Sie das!", "horizontal", "large"),
             ("شارك هذه الصفحة", "none", ""), ("この記事を共有", "vertical", "large")]  # fmt: skip
    for label, style, size in cases:
        arguments = {"url": "https://example.com/", "label": label, "style": style, "size": size or "regular"}
        ours = ready.value(f"Buttond_Sharing_Bar\\Bar::html( json_decode( '{json.dumps(arguments)}', true ) )")
        theirs = server.snippet(urllib.parse.urlencode({"url": "https://example.com/", "label": label, "count": style, "size": size}))

        def measures(markup):
            svg = re.search(r"<svg.*?</svg>", markup, re.DOTALL)[0]
            names = "width|height|x|y|rx|font-size|aria-label"
            return re.findall(rf'\s({names})="([^"]*)"', re.sub(r'\sy="0"', "", svg)), re.search(r">([^<]+)</text>", svg)[1]

        assert measures(ours) == measures(theirs), label


def test_places_are_the_servers(ready, server):
    ours = ready.value("Buttond_Sharing_Bar\\Settings::places()")
    theirs = server.get("/v1/server").json["places"]
    assert [(key, one["name"], one["address"]) for key, one in ours.items()] == [
        (one["id"], one["name"], one["address"]) for one in theirs
    ]


def test_places_that_the_server_does_not_offer_are_left_away(blog, servers):
    blog.set_up(servers("--place", "email", "--place", "bluesky"), places=FIVE)
    (bar,) = bars(page_of(blog, blog.post()))
    assert re.findall(r'data-place="(\w+)"', bar) == ["bluesky", "email"]


def test_titles_are_words_and_long_ones_are_cut(ready):
    title = "<em>Tom &amp; Jerry</em> <script>alert(1)</script> " + "é" * 400
    (bar,) = bars(page_of(ready, ready.post(title)))
    subject = urllib.parse.parse_qs(urllib.parse.urlsplit(addresses(bar)["E-mail"]).query)["subject"][0]
    assert subject.startswith("Tom & Jerry é")
    assert len(subject) == 280 and subject.endswith("é…")


def test_a_post_without_title_or_content_has_a_bar(ready):
    post = ready.post()
    ready.sql(f"update wp_posts set post_title = '', post_content = '' where ID = {post}")
    (bar,) = bars(page_of(ready, post))
    assert "text=&" not in bar.replace("&#038;", "&") and "data-text" not in bar
    assert addresses(bar)["E-mail"].startswith("mailto:?subject=&body=http")


def test_the_filters_change_link_words_and_whether(ready):
    post, other = ready.post("One"), ready.post("Two")
    plugin = ready.site / "wp-content/mu-plugins/filters.php"
    plugin.write_text(
        f"""<?php
        add_filter( 'buttond_sharing_bar_url', function ( $url, $id ) {{ return "https://other.example/$id"; }}, 10, 2 );
        add_filter( 'buttond_sharing_bar_text', function ( $text, $id ) {{ return "$text, $id"; }}, 10, 2 );
        add_filter( 'buttond_sharing_bar_show', function ( $show, $id ) {{ return $show && {other} !== $id; }}, 10, 2 );"""
    )
    try:
        (bar,) = bars(page_of(ready, post))
        assert f'data-url="https://other.example/{post}" data-text="One, {post}"' in bar
        assert not has_ours(page_of(ready, other))
        plugin.write_text("<?php add_filter( 'buttond_sharing_bar_url', function () { return 'javascript:alert(1)'; } );")
        assert not has_ours(page_of(ready, post))
    finally:
        plugin.unlink()


def test_the_loader_is_async_hashed_and_checked(each_blog, server):
    each_blog.set_up(server)
    page = page_of(each_blog, each_blog.post())
    loader = server.get("/v1/server").json["script"]
    (tag,) = [tag.replace("'", '"') for tag in re.findall(r"<script[^>]*>", page) if server.url in tag]
    assert f'src="{server.url}{loader["path"]}"' in tag
    assert f'integrity="{loader["integrity"]}"' in tag
    assert 'crossorigin="anonymous"' in tag
    assert len(re.findall(r"\sasync[\s=>]", tag)) == 1
    # The style sheet comes before anything is drawn.
    assert page.index("assets/bar.css") < page.index("</head>") < page.index(MARK)
    assert page.count("assets/bar.css") == 1


def test_a_bar_costs_no_query_and_no_request(each_blog, server):
    link = [each_blog.permalink(each_blog.post(f"Post {number}", "Words.")) for number in range(10)][0]
    old = each_blog.version.startswith("6.1")
    if old:
        each_blog.php("switch_theme( 'twentytwentyone' );")
    each_blog.set_up(server, positions=["above", "below", "floating"])
    pages = [link, "/"]

    def queries():
        for page in pages:  # what a first visit fills
            each_blog.get(page)
        each_blog.records("http", empty=True)
        return [len(each_blog.queries(page)) for page in pages]

    after = queries()
    switch(each_blog, "deactivate")
    before = queries()
    switch(each_blog, "activate")
    assert after == before
    queries()
    assert each_blog.records("http") == []
    assert len(bars(each_blog.get(link).text)) == 3
    if old:  # its archives show excerpts, unless the author chose otherwise
        assert not has_ours(each_blog.get("/").text)
        each_blog.option("theme_mods_twentytwentyone", {"display_excerpt_or_full_post": "full"})
        assert queries()[1] == before[1]
        page = each_blog.get("/").text
        assert len(bars(page)) == 20
        assert page.count("assets/bar.css") == 1
        assert page.index("assets/bar.css") < page.index(MARK)


# Where it stands.


def test_nothing_stands_in_the_blog_before_the_setup(blog):
    assert not has_ours(page_of(blog, blog.post(content="Words. [buttond]")))


def test_positions(ready, server):
    post = ready.post(content="<p>The words.</p>")
    for positions, before, after in [(["above"], 1, 0), (["below"], 0, 1), (["above", "below", "floating"], 1, 2), (["bottom"], 0, 1),
                                     (["floating", "bottom"], 0, 1), ([], 0, 0)]:  # fmt: skip
        ready.set_up(server, positions=positions)
        page = page_of(ready, post)
        assert [part.count(MARK) for part in page.split("The words.", 1)] == [before, after], positions
        assert page.count('class="buttond-floating buttond-side"') == ("floating" in positions)
        assert has_ours(page) == bool(positions)
    ready.set_up(server, positions=["floating"], side="end")
    assert page_of(ready, post).count('class="buttond-floating buttond-side buttond-at-end"') == 1


def test_what_is_wider_than_the_text_keeps_the_bar_at_the_bottom(ready, server):
    ready.set_up(server, positions=["floating"])
    wide = '<!-- wp:group {"align":"full"} --><div class="wp-block-group alignfull"><p>Wide.</p></div><!-- /wp:group -->'
    assert 'class="buttond-floating"' in page_of(ready, ready.post(content=wide))
    ready.set_up(server, label="A label that is as long as a label may be")
    assert 'class="buttond-floating"' in page_of(ready, ready.post())


def test_only_on_the_chosen_post_types(ready, server):
    page = ready.post(post_type="page")
    assert not has_ours(page_of(ready, page))
    ready.set_up(server, post_types=["page"])
    assert len(bars(page_of(ready, page))) == 1
    assert not has_ours(page_of(ready, ready.post()))


@pytest.mark.parametrize(
    "key", ["_buttond_sharing_bar_off", "sharing_disabled", "shared_counts_exclude", "shariff_metabox_disable",
            "_scriptlesssocialsharing_disable"])  # fmt: skip
def test_a_mark_switches_the_bar_off_for_one_post(ready, key):
    post = ready.post(meta_input={key: "1"})
    assert not has_ours(page_of(ready, post))
    ready.php(f"update_post_meta( {post}, '{key}', '' );")
    assert len(bars(page_of(ready, post))) == 1


@pytest.mark.parametrize("placed", ["<!-- wp:buttond/sharing-bar /-->", "[buttond]"])
def test_a_bar_that_the_author_placed_is_the_only_one(ready, placed):
    page = page_of(ready, ready.post(content=f"<p>One</p>\n\n{placed}\n\n<p>Two.</p>"))
    assert len(bars(page)) == 1
    assert page.index(">One<") < page.index(MARK) < page.index("Two.")
    # On each page of a post in pages: where the block is on the second, there is none on the first.
    paged = ready.permalink(ready.post(content=f"<p>One</p>\n\n<!--nextpage-->\n\n{placed}"))
    assert [len(bars(ready.get(paged + page).text)) for page in ("", "2/")] == [0, 1]


def test_a_synced_pattern_with_a_bar_keeps_the_automatic_one_away(ready):
    pattern = ready.post(post_type="wp_block", content="<!-- wp:buttond/sharing-bar /-->")
    page = page_of(ready, ready.post(content=f'<p>Words.</p><!-- wp:block {{"ref":{pattern}}} /-->'))
    assert len(bars(page)) == 1


def template(blog, name, content):
    """Gives the block theme a template of the admin's own."""
    blog.php(
        f"""$id = wp_insert_post( array( 'post_type' => 'wp_template', 'post_name' => '{name}', 'post_status' => 'publish',
            'post_title' => '{name}', 'post_content' => '{content}' ) );
        wp_set_object_terms( $id, get_stylesheet(), 'wp_theme' );"""
    )


def test_a_template_with_a_bar_keeps_the_automatic_one_away(ready):
    template(ready, "single", "<!-- wp:post-content /--><!-- wp:paragraph --><p>Behind.</p><!-- /wp:paragraph --><!-- wp:buttond/sharing-bar /-->")
    page = page_of(ready, ready.post(content="<p>Words.</p>"))
    assert len(bars(page)) == 1
    assert page.index("Behind.") < page.index(MARK)


def test_each_page_of_a_post_shares_the_whole_post(ready):
    post = ready.post(content="One.<!--nextpage-->Two.")
    link = ready.permalink(post)
    for page in (link, link + "2/"):
        (bar,) = bars(ready.get(page).text)
        assert f'data-url="{link}"' in bar


def test_an_archive_has_a_bar_a_post_and_no_floating_one(ready, server):
    links = [ready.permalink(ready.post(f"Post {number}")) for number in range(3)]
    ready.set_up(server, positions=["above", "below", "floating"])
    content = "<!-- wp:query {\"query\":{\"inherit\":true}} --><!-- wp:post-template --><!-- wp:post-content /--><!-- /wp:post-template --><!-- /wp:query -->"
    for name in ("index", "home"):
        template(ready, name, content)
    page = ready.get("/").text
    for link in links:
        assert page.count(f'<div class="buttond-bar" data-url="{link}"') == 2
    assert "buttond-floating" not in page


@pytest.mark.parametrize(
    "fields", [{"post_password": "secret"}, {"post_status": "draft"}, {"post_status": "private"}, {"post_status": "pending"},
               {"post_status": "future", "post_date": "2090-01-01 00:00:00", "post_date_gmt": "2090-01-01 00:00:00"}])  # fmt: skip
def test_what_is_not_public_has_no_bar(ready, fields):
    post = ready.post(content="Secret words. [buttond]", **fields)
    cookie = "; ".join(f"{name}={value}" for name, value in ready.cookies().items())
    for path in (f"/?p={post}", f"/?p={post}&preview=true", "/?s=secret"):
        answer = ready.get(path, {"Cookie": cookie})
        if answer.status == 301:
            answer = ready.get(answer.headers["Location"], {"Cookie": cookie})
        assert MARK not in answer.text, path


def test_no_bar_where_there_is_no_page_of_a_post(ready):
    post = ready.post("Findable", "Findable words.")
    link = ready.permalink(post)
    cookie = "; ".join(f"{name}={value}" for name, value in ready.cookies().items())
    paths = ["/no-such-page", "/?s=findable", "/feed/", f"{link}feed/", f"{link}embed/", f"/wp-json/wp/v2/posts/{post}",
             f"/wp-json/oembed/1.0/embed?url={urllib.parse.quote(link)}"]  # fmt: skip
    for path in paths:
        assert MARK not in ready.get(path).text, path
    assert MARK not in ready.get(f"{link}?preview=true", {"Cookie": cookie}).text
    assert MARK not in ready.get(f"/wp-admin/post.php?post={post}&action=edit", {"Cookie": cookie}).text


def test_no_bar_in_excerpts(ready):
    ready.post("Made", "Words of it.")
    ready.post("Placed", "Words of it. [buttond]")
    ready.post("Own", "Words of it.", post_excerpt="An excerpt. [buttond]")
    texts = ready.value(
        """( function () { wp(); $texts = array();
            while ( have_posts() ) { the_post(); $texts[] = get_the_excerpt(); $texts[] = apply_filters( 'the_excerpt', get_the_excerpt() ); }
            return $texts; } )()"""
    )
    assert len(texts) >= 6 and not any("Share" in text or "buttond-bar" in text for text in texts)


def test_a_widget_that_filters_a_content_has_no_bar(ready):
    post = ready.post()
    text = ready.value(f"( function () {{ $GLOBALS['post'] = get_post( {post} ); return apply_filters( 'the_content', 'Words.' ); }} )()")
    assert "buttond" not in text


def test_a_list_of_posts_in_a_page_has_no_bars_of_its_posts(ready, server):
    ready.set_up(server, post_types=["post", "page"])
    ready.post("Listed", "Listed words.")
    content = '<!-- wp:query {"query":{"perPage":5,"postType":"post","inherit":false}} --><div class="wp-block-query"><!-- wp:post-template --><!-- wp:post-content /--><!-- /wp:post-template --></div><!-- /wp:query -->'
    page = ready.post("A list", content, post_type="page")
    text = page_of(ready, page)
    assert "Listed words." in text
    (bar,) = bars(text)
    assert f'data-url="{ready.permalink(page)}"' in bar


def test_a_page_without_a_bar_is_the_same_to_the_byte(ready, server):
    post = ready.post(meta_input={"_buttond_sharing_bar_off": "1"})
    with_plugin = [page_of(ready, post), ready.get("/?s=nothing").text]
    switch(ready, "deactivate")
    without = [page_of(ready, post), ready.get("/?s=nothing").text]

    def steady(page):  # ids and nonces that differ at each request
        return re.sub(r"nonce[^,}]*|wp-(elements|container)-\w+", "", page)

    assert [steady(page) for page in with_plugin] == [steady(page) for page in without]


def test_a_link_that_is_too_long_is_shared_without_a_count(ready):
    ready.option("permalink_structure", "/" + "long/" * 420 + "%postname%/")
    post = ready.post()
    bar = ready.value(f"Buttond_Sharing_Bar\\Bar::for_post( {post} )")
    assert len(ready.permalink(post)) > 2048
    assert len(addresses(bar)) == 6


# The box beside the editor.


def test_the_box_of_one_post_needs_its_nonce_and_the_right_to_edit(ready):
    post, author = ready.post(), ready.user("somebody", "author")

    def save(nonce, user=1, box="1"):
        return ready.value(
            f"""( function () {{ $_POST = array( 'buttond_sharing_bar_off_nonce' => {nonce}, '_buttond_sharing_bar_off' => '{box}' );
                wp_update_post( array( 'ID' => {post}, 'post_content' => 'Changed ' . wp_rand() ) );
                return get_post_meta( {post}, '_buttond_sharing_bar_off', true ); }} )()""",
            user=user,
        )

    good = f"wp_create_nonce( 'buttond_sharing_bar_off_nonce{post}' )"
    assert save("'wrong'") == ""
    assert save(good, user=author) == ""
    assert save(good) == "1"
    assert save("''", box="") == "1"
    assert save(good, box="") == ""
    cookie = "; ".join(f"{name}={value}" for name, value in ready.cookies().items())
    assert "No sharing bar here" in ready.get(f"/wp-admin/post.php?post={post}&action=edit", {"Cookie": cookie}).text


def test_debug_log_has_nothing_of_ours(ready, server):
    ready.set_up(server, positions=["above", "below", "floating"])
    page_of(ready, ready.post())
    assert PLUGIN.name not in ready.log()
