"""The page under Tools: the file for `buttond import`, the one for `buttond move`, and scripts of dead services."""

import csv
import html
import io
import re
import subprocess
import urllib.parse

import pytest

from buttond import BINARY

PAGE = "/wp-admin/tools.php?page=buttond-sharing-bar-tools"
TAKEN_OUT = "_buttond_sharing_bar_taken_out"

ADDTHIS = """<!-- AddThis Button BEGIN -->
<div class="addthis_toolbox addthis_default_style "><a class="addthis_button_facebook_like" fb:like:layout="button_count"></a>
<a class="addthis_button_tweet"></a><a class="addthis_counter addthis_pill_style"></a></div>
<script type="text/javascript">var addthis_config = {"data_track_addressbar":true};</script>
<script type="text/javascript" src="//s7.addthis.com/js/300/addthis_widget.js#pubid=ra-4e0757"></script>
<!-- AddThis Button END -->"""

# The comments around it do nothing, and stay.
LEFT = "<!-- AddThis Button BEGIN -->\n\n\n\n<!-- AddThis Button END -->"

# What each service told people to paste, as it stands in pages of the time.
SNIPPETS = {
    "addthis": ADDTHIS,
    "addthis link": '<a class="addthis_button" href="http://www.addthis.com/bookmark.php?v=250&amp;username=xa-4c37"><img '
    'src="http://s7.addthis.com/static/btn/v2/lg-share-en.gif" width="125" height="16" alt="Bookmark and Share" '
    'style="border:0"/></a><script type="text/javascript" src="http://s7.addthis.com/js/250/addthis_widget.js#username=x"></script>',
    "addthis native": '<div class="addthis_native_toolbox"></div>',
    "sharethis": "<span class='st_facebook_hcount' displayText='Facebook'></span><span class='st_sharethis' displayText='ShareThis'>"
    '</span><script type="text/javascript">var switchTo5x=true;</script><script type="text/javascript" '
    'src="http://w.sharethis.com/button/buttons.js"></script><script type="text/javascript">stLight.options({publisher: '
    '"a499bbb4-baeb-49f5", doNotHash: false, doNotCopy: false, hashAddressBar: false});</script>',
    "googleplus": '<g:plusone size="tall"></g:plusone><div class="g-plusone" data-size="medium"></div><script '
    'type="text/javascript">window.___gcfg = {lang: \'en-GB\'};\n(function() {\n var po = document.createElement(\'script\'); '
    "po.type = 'text/javascript'; po.async = true;\n po.src = 'https://apis.google.com/js/plusone.js';\n var s = "
    "document.getElementsByTagName('script')[0]; s.parentNode.insertBefore(po, s);\n})();</script>"
    "<script src=\"https://apis.google.com/js/plusone.js\">{lang: 'fr'}</script>",
    "stumbleupon": '<su:badge layout="5"></su:badge><script type="text/javascript">\n(function() {\n var li = '
    "document.createElement('script'); li.type = 'text/javascript'; li.async = true;\n li.src = ('https:' == "
    "document.location.protocol ? 'https:' : 'http:') + '//platform.stumbleupon.com/1/widgets.js';\n var s = "
    "document.getElementsByTagName('script')[0]; s.parentNode.insertBefore(li, s);\n})();\n</script>",
    "stumbleupon badge": '<script src="http://www.stumbleupon.com/hostedbadge.php?s=5&r=http://x.example"></script>',
    "digg": "<script type='text/javascript'>\n(function() {\nvar s = document.createElement('SCRIPT'), s1 = "
    "document.getElementsByTagName('SCRIPT')[0];\ns.type = 'text/javascript';\ns.async = true;\ns.src = "
    "'http://widgets.digg.com/buttons.js';\ns1.parentNode.insertBefore(s, s1);\n})();\n</script><a class='DiggThisButton "
    "DiggMedium' href='http://digg.com/submit?url=http://x.example&amp;title=x'></a>",
    "tweetmeme": "<script type=\"text/javascript\">\ntweetmeme_url = 'http://x.example/';\ntweetmeme_source = 'me';\n</script>"
    '<script type="text/javascript" src="http://tweetmeme.com/i/scripts/button.js"></script>',
    "buzz": '<a title="Post to Google Buzz" class="google-buzz-button" href="http://www.google.com/buzz/post" '
    'data-button-style="small-count"></a><script type="text/javascript" src="http://www.google.com/buzz/api/button.js"></script>',
    "yahoobuzz": '<script type="text/javascript" src="http://d.yimg.com/ds/badge2.js" badgetype="square">http://x.example/a</script>',
    "topsy": '<script src="http://cdn.topsy.com/topsy.js?init=topsyWidgetCreator"></script>',
    "delicious": '<script src="http://static.delicious.com/js/blogbadge.js"></script>',
    "buffer": '<script type="text/javascript" src="http://static.bufferapp.com/js/button.js"></script>',
    "upper case": "<SCRIPT SRC=http://s7.addthis.com/js/300/addthis_widget.js TYPE='text/javascript'></SCRIPT>",
}

# What somebody meant: nothing of it may be touched.
OWN = {
    "another host": '<script src="https://s7.addthis.com.example/js/300/addthis_widget.js"></script>',
    "in the query": '<script src="/x.js?u=//s7.addthis.com/js/300/addthis_widget.js"></script>',
    "shown as code": '<pre><script src="//s7.addthis.com/js/300/addthis_widget.js"></script></pre>',
    "escaped": "<code>&lt;script src=\"//s7.addthis.com/js/300/addthis_widget.js\"&gt;&lt;/script&gt;</code>",
    "in a shortcode of code": '[code]<script src="//s7.addthis.com/js/300/addthis_widget.js"></script>[/code]',
    "in a comment": '<!-- <script src="//s7.addthis.com/js/300/addthis_widget.js"></script> -->',
    "in an unclosed comment": '<!-- <script src="//s7.addthis.com/js/300/addthis_widget.js"></script>',
    "in a block's attributes": '<!-- wp:x {"a":"<script src=//s7.addthis.com/js/300/addthis_widget.js></script>"} /-->',
    "in a form": '<textarea><script src="//s7.addthis.com/js/300/addthis_widget.js"></script></textarea>',
    "in an attribute": "<img alt='<script src=//s7.addthis.com/js/300/addthis_widget.js></script>'>",
    "with more in it": "<script>var addthis_config = {}; track();</script>",
    "with a call as a value": "<script>var addthis_config = {a: track()};</script>",
    "a body of its own": '<script src="//s7.addthis.com/js/300/addthis_widget.js">mine()</script>',
    "a loader that does more": "<script>(function(){var s=document.createElement('script');s.src='http://widgets.digg.com/buttons.js';"
    "mine();document.body.appendChild(s);})();</script>",
    "two loaders": "<script>(function(){var s=document.createElement('script');s.src='http://widgets.digg.com/buttons.js';"
    "s.src='http://x.example/x.js';var t=document.getElementsByTagName('script')[0];t.parentNode.insertBefore(s,t);})();</script>",
    "an element with words": '<div class="g-plusone">My words</div>',
    "a class of that name inside": '<div class="my-g-plusone-x"></div>',
    "living services": '<script src="https://platform-api.sharethis.com/js/sharethis.js#property=1"></script>'
    '<script async src="https://static.addtoany.com/menu/page.js"></script>'
    '<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>',
    "Google's script with a widget that lives": '<script src="https://apis.google.com/js/plusone.js"></script>'
    '<div class="g-ytsubscribe" data-channel="x"></div>',
    "the link of a Buffer button": '<a href="http://bufferapp.com/add" class="buffer-add-button" data-count="horizontal">Buffer</a>',
    "words about it": "AddThis ended on 31 May 2023, and so did widgets.digg.com/buttons.js.",
}

# Bytes that an edit through WordPress would change for somebody without the right to HTML, or by its filters.
AROUND = (
    "<p style=\"position:fixed\" onclick=\"x()\">A \\ backslash, \\' quotes\\\", 'single', &#128; &copy; %d %s %%</p>\r\n"
    "<iframe src=\"https://www.youtube.com/embed/x\"></iframe><script>mine( 'a\\nb' );</script>\t<b>not closed\n"
    "<!-- wp:paragraph {\"a\":\"\\u003c\"} --> 🎈 é \u00a0<!-- /wp:paragraph -->\n\n"
)


def cookies(blog, user=1, host=None):
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in blog.cookies(user, host).items())}


def show(blog, user=1):
    answer = blog.get(PAGE, cookies(blog, user))
    assert answer.status == 200, answer.status
    return answer.text


def press(blog, step, user=1, nonce=None, **fields):
    """What the page answers to a button."""
    who = cookies(blog, user)
    if nonce is None:
        nonce = re.search(r'name="_wpnonce" value="(\w+)"', blog.get(PAGE, who).text)[1]
    pairs = [("step", step), ("_wpnonce", nonce)]
    for name, value in fields.items():
        pairs += [(name + "[]", each) for each in value] if isinstance(value, list) else [(name, value)]
    body = urllib.parse.urlencode(pairs)
    return blog.get(PAGE, {**who, "Content-Type": "application/x-www-form-urlencoded"}, method="POST", body=body)


def rows(answer):
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/csv"), answer.text[:500]
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.text)))


def notices(answer):
    assert answer.status == 200, answer.status
    found = re.findall(r'<div class="notice[^>]*><p>(.*?)</p>', answer.text)
    return [html.unescape(text) for text in found if "post" in text]


def press_on(blog, step):
    """Presses a button until all posts are done, portion by portion; returns their number."""
    done, place = 0, 0
    while True:
        answer = press(blog, step, place=place)
        done += sum(int(re.sub(r"\D", "", text)) for text in notices(answer))
        more = re.search(r'name="place" value="(\d+)"', answer.text)
        if not more:
            return done
        place = more[1]


def content(blog, post):
    """A post's content as the database has it."""
    return bytes.fromhex(blog.sql(f"select hex(post_content) from wp_posts where ID = {post}")[0][0]).decode()


def old_post(blog, text, **fields):
    """A post with exactly these bytes, as it may have come into the database ten years ago."""
    post = blog.post(fields.pop("title", "Old"), **fields)
    blog.sql(f"update wp_posts set post_content = x'{text.encode().hex()}' where ID = {post}")
    assert content(blog, post) == text
    return post


def state(blog):
    """What a tool must not change in any post, and last what it may."""
    return blog.sql("select ID, post_modified, post_date, concat(post_title, post_author, post_status), md5(post_content) from wp_posts order by ID")


def meta(blog, post, key, value):
    blog.php(f"add_post_meta( {post}, '{key}', '{value}' );")


def buttond(*arguments, server):
    return subprocess.run([BINARY, *arguments, "--data", server.data], capture_output=True, text=True)


# Counts of earlier plugins.


def test_the_counts_of_earlier_plugins_arrive_in_the_server(blog, server, tmp_path):
    both, one, old, none, words = (blog.post(title) for title in ("Both", "One", "Old", "None", "Words"))
    meta(blog, both, "shared_counts_total", 40)
    meta(blog, both, "_total_shares", 41)
    meta(blog, one, "shared_counts_total", 7)
    meta(blog, old, "swp_totes", 5)
    meta(blog, none, "_total_shares", 0)
    meta(blog, words, "_total_shares", "many")
    hidden = blog.post("Draft", post_status="draft"), blog.post("Locked", post_password="x"), blog.post("Mine", post_status="private")
    for post in hidden:
        meta(blog, post, "_total_shares", 99)
    answer = press(blog, "shares")
    assert rows(answer) == [
        {"url": blog.permalink(both), "shares": "41"},
        {"url": blog.permalink(one), "shares": "7"},
        {"url": blog.permalink(old), "shares": "5"},
    ]
    file = tmp_path / "shares.csv"
    file.write_bytes(answer.body)
    done = buttond("import", file, server=server)
    assert done.returncode == 0, done.stderr
    key = blog.permalink(both).removeprefix("http://").rstrip("/")
    assert server.export()[key]["shares"] == 41


def test_the_file_follows_the_filter_of_links(blog):
    post = blog.post("One")
    meta(blog, post, "_total_shares", 3)
    (blog.site / "wp-content/mu-plugins/test-filter.php").write_text(
        "<?php add_filter( 'buttond_sharing_bar_url', function ( $url ) {"
        " return str_replace( 'http://blog.example', 'https://www.other.example', $url ) . '?a=1,2'; } );"
    )
    try:
        assert rows(press(blog, "shares")) == [{"url": "https://www.other.example/2026/one/?a=1,2", "shares": "3"}]
    finally:
        (blog.site / "wp-content/mu-plugins/test-filter.php").unlink()


def test_without_such_counts_the_page_says_so(blog):
    assert "No public post of this blog has such a number." in show(blog)
    assert 'value="shares"' not in show(blog)


def test_a_file_of_many_posts_takes_little_memory(blog):
    blog.sql(
        "insert into wp_posts (post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_status, post_name,"
        " to_ping, pinged, post_modified, post_modified_gmt, post_content_filtered, post_type)"
        " select 1, '2020-05-01', '2020-05-01', repeat('Words of a post. ', 500), concat('Post ', seq), '', 'publish',"
        " concat('many-', seq), '', '', '2020-05-01', '2020-05-01', '', 'post' from seq_1_to_5000;"
        "insert into wp_postmeta (post_id, meta_key, meta_value) select ID, '_total_shares', ID from wp_posts where post_name like 'many-%';"
        "insert into wp_postmeta (post_id, meta_key, meta_value) select ID, '_wp_old_slug', concat('old-', post_name) from wp_posts"
        " where post_name like 'many-%'"
    )
    for what in ("Import_File::send()", "Moves_File::send( new Buttond_Sharing_Bar\\Earlier_Addresses( '/%postname%/', 'http://o.example' ) )"):
        printed = blog.php(
            f"ob_start(); $before = memory_get_usage(); memory_get_peak_usage(); Buttond_Sharing_Bar\\{what};"
            " fwrite( STDERR, '' ); echo \"\\nPEAK \", memory_get_peak_usage() - $before;"
        )
        lines = printed.strip().splitlines()
        assert len(lines) > 5000
        peak = int(lines[-1].removeprefix("PEAK "))
        assert peak < 20_000_000, f"{what}: {peak} bytes; the posts are 42 MB"


# Addresses.


def test_old_slugs_dates_structures_and_domains_become_moves(blog, server, tmp_path):
    post = blog.post("Today", post_name="today", post_date="2026-03-04 05:06:07")
    meta(blog, post, "_wp_old_slug", "first")
    meta(blog, post, "_wp_old_slug", "second")
    moves = rows(press(blog, "moves", structure="", home=""))
    to = "http://blog.example/2026/today/"
    assert {move["from"] for move in moves} == {"http://blog.example/2026/first/", "http://blog.example/2026/second/"}
    assert {move["to"] for move in moves} == {to}

    meta(blog, post, "_wp_old_date", "2025-12-31")
    found = {move["from"] for move in rows(press(blog, "moves", structure="/%year%/%monthnum%/%day%/%postname%/", home="http://old.example/blog/"))}
    assert "http://blog.example/2025/first/" in found
    assert "http://blog.example/2026/03/04/today/" in found
    assert "http://blog.example/2025/12/31/second/" in found
    assert "http://old.example/blog/2026/today/" in found
    assert "http://old.example/blog/2025/12/31/first/" in found
    assert to not in found

    found = {move["from"] for move in rows(press(blog, "moves", structure="/?p=%post_id%", home=""))}
    assert f"http://blog.example/?p={post}" in found

    file = tmp_path / "moves.csv"
    file.write_bytes(press(blog, "moves", structure="", home="http://old.example").body)
    server.buttons("http://old.example/2026/first")
    server.wait_stored()
    done = buttond("move", "--file", file, server=server)
    assert done.returncode == 0, done.stderr
    assert server.export()["blog.example/2026/today"]["impressions"] == 1


def test_an_address_that_another_post_has_now_is_no_move(blog):
    first = blog.post("First", post_name="taken")
    blog.php(f"wp_update_post( array( 'ID' => {first}, 'post_name' => 'moved' ) );")
    blog.post("Second", post_name="taken")
    assert rows(press(blog, "moves", structure="", home="")) == []
    blog.post("A page", post_type="page", post_name="moved")
    found = {move["from"] for move in rows(press(blog, "moves", structure="/%postname%/", home=""))}
    assert "http://blog.example/moved/" not in found, "a page has it"
    assert "http://blog.example/taken/" in found


def test_an_address_that_two_posts_had_is_moved_once(blog):
    one, two = blog.post("One"), blog.post("Two")
    meta(blog, one, "_wp_old_slug", "both")
    meta(blog, two, "_wp_old_slug", "both")
    assert rows(press(blog, "moves", structure="", home="")) == [{"from": "http://blog.example/2026/both/", "to": blog.permalink(one)}]


def test_nothing_unpublished_is_in_the_file(blog):
    for fields in ({"post_status": "draft"}, {"post_status": "private"}, {"post_password": "x"}):
        meta(blog, blog.post("Hidden", **fields), "_wp_old_slug", "was-hidden")
    answer = press(blog, "moves", structure="/%postname%/", home="http://old.example")
    assert "hidden" not in answer.text and len(rows(answer)) > 0


def test_a_change_of_scheme_or_www_is_no_move(blog):
    blog.post("One")
    assert rows(press(blog, "moves", structure="", home="https://www.blog.example")) == []


@pytest.mark.parametrize(
    "structure, home, words",
    [
        ("/%title%/", "", "WordPress has no %title%;"),
        ("/%year%/", "", "A structure names each post"),
        ("https://x.example/%postname%/", "", "Only the path is wanted"),
        ("", "old.example", "This is no address of a blog"),
        ("", "javascript:alert(1)", "This is no address of a blog"),
        ("", "http://ann:secret@old.example", "This is no address of a blog"),
        ("", "http://old.example/?a=b", "This is no address of a blog"),
        ('/%day%/"><script>%postname%', "", ""),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(blog, structure, home, words):
    answer = press(blog, "moves", structure=structure, home=home)
    assert answer.status == 200
    if words:
        assert "text/html" in answer.headers["Content-Type"]
        assert words in html.unescape(answer.text) and 'aria-invalid="true"' in answer.text
        assert html.escape(structure or home) in answer.text, "what was typed stays"
    assert "><script>%postname" not in answer.text


# Scripts of dead services.


def test_each_snippet_goes_and_comes_back_byte_for_byte(blog):
    posts = {name: old_post(blog, AROUND + snippet + AROUND, title=name) for name, snippet in SNIPPETS.items()}
    before = state(blog)
    found = press(blog, "look").text
    assert all(f'value="{post}"' in found for post in posts.values())
    assert state(blog) == before, "looking changes nothing"
    assert f"taken out of {len(posts)} posts" in notices(press(blog, "take_out", posts=list(posts.values())))[0]
    left = {name: content(blog, post) for name, post in posts.items()}
    assert left == {name: AROUND + (LEFT if snippet == ADDTHIS else "") + AROUND for name, snippet in SNIPPETS.items()}
    assert [row[:4] for row in state(blog)] == [row[:4] for row in before], "dates, titles and authors stay"
    assert "byte for byte" in notices(press(blog, "put_back", posts=list(posts.values())))[0]
    assert state(blog) == before
    assert blog.sql(f"select count(*) from wp_postmeta where meta_key = '{TAKEN_OUT}'") == [["0"]]
    assert "plugins/buttond-sharing-bar" not in blog.log()


def test_nothing_of_an_author_is_touched(blog):
    posts = {old_post(blog, text): text for text in OWN.values()}
    assert "No post has any." in press(blog, "look").text
    press(blog, "take_out_all")
    press(blog, "take_out", posts=list(posts))
    for post, text in posts.items():
        assert content(blog, post) == text


def test_an_author_without_the_right_to_html_changes_no_other_byte(blogs):
    network = blogs.named("network", version="6.8", multisite=True, host="network.example")
    network.php("add_user_to_blog( 1, wp_insert_user( array( 'user_login' => 'boss', 'user_pass' => 'x', 'role' => 'administrator' ) ), 'administrator' );")
    boss = int(network.sql("select ID from wp_users where user_login = 'boss'")[0][0])
    assert not network.value("user_can( %d, 'unfiltered_html' )" % boss)
    post = old_post(network, AROUND + ADDTHIS)
    press(network, "take_out", user=boss, posts=[post])
    assert content(network, post) == AROUND + LEFT
    press(network, "put_back", user=boss, posts=[post])
    assert content(network, post) == AROUND + ADDTHIS


def test_undo_puts_back_nothing_but_what_it_would_take_out(blog):
    """A forged row of meta, as an import could bring, is no way to a script."""
    post = blog.post("Words", "Words.")
    blog.php(f"""$evil = '<script>alert(1)</script>';
        add_post_meta( {post}, '{TAKEN_OUT}', array( 'time' => 1, 'before' => md5( 'Words.' . $evil ), 'after' => md5( 'Words.' ),
            'pieces' => array( array( 'service' => 'addthis', 'at' => 6, 'text' => $evil ) ) ) );""")
    press(blog, "put_back", posts=[post])
    press(blog, "put_back_all")
    assert content(blog, post) == "Words."
    blog.php(f"add_post_meta( {post}, '{TAKEN_OUT}', 'rubbish' );")
    assert press(blog, "put_back", posts=[post]).status == 200
    assert "plugins/buttond-sharing-bar" not in blog.log()


def test_a_post_that_was_edited_since_stays_as_it_is(blog):
    post = blog.post("Old", ADDTHIS + "Words.")
    press(blog, "take_out", posts=[post])
    blog.php(f"wp_update_post( array( 'ID' => {post}, 'post_content' => 'New words.' ) );")
    answer = press(blog, "put_back", posts=[post])
    assert "was edited since" in notices(answer)[0] and "Edited since" in answer.text
    assert content(blog, post) == "New words."
    assert "addthis_widget.js" in answer.text, "what was taken out can still be seen"


def test_what_is_taken_out_twice_comes_back_twice(blog):
    post = blog.post("Old", "A" + SNIPPETS["topsy"])
    press(blog, "take_out", posts=[post])
    blog.php(f"kses_remove_filters(); wp_update_post( wp_slash( array( 'ID' => {post}, 'post_content' => 'A' . '{SNIPPETS['buffer']}' ) ) );")
    press(blog, "take_out", posts=[post])
    assert content(blog, post) == "A"
    press(blog, "put_back", posts=[post])
    assert content(blog, post) == "A" + SNIPPETS["buffer"]


def test_all_posts_of_all_types_are_cleaned_and_restored(blog):
    originals = {}
    for number in range(6):
        kind = ("post", "page", "wp_block")[number % 3]
        status = ("publish", "draft", "private")[number // 2]
        text = f"{number}{ADDTHIS}{number}"
        originals[blog.post(f"Old {number}", text, post_type=kind, post_status=status)] = text
    blog.sql(
        "insert into wp_posts (post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_status, post_name,"
        " to_ping, pinged, post_modified, post_modified_gmt, post_content_filtered, post_type) select 1, '2020-05-01', '2020-05-01',"
        " concat('Words.<script src=\"http://cdn.topsy.com/topsy.js\"></script>', seq), concat('Post ', seq), '', 'publish',"
        " concat('many-', seq), '', '', '2020-05-01', '2020-05-01', '', 'post' from seq_1_to_600"
    )
    total = 600 + len(originals)
    before = blog.sql("select ID, md5(post_content) from wp_posts order by ID")
    assert press_on(blog, "take_out_all") == total
    assert blog.sql("select count(*) from wp_posts where post_content like '%<script%'") == [["0"]]
    assert "No post has any." in press(blog, "look").text
    assert press_on(blog, "put_back_all") == total
    assert blog.sql("select ID, md5(post_content) from wp_posts order by ID") == before


def test_a_portion_ends_in_time_and_goes_on_where_it_was(blog):
    posts = [blog.post(f"Old {number}", f"{number}{ADDTHIS}") for number in range(3)]
    step = """eval( 'namespace Buttond_Sharing_Bar; function microtime() { return $GLOBALS["now"]; }' );
        $now = 0;
        $page = new ReflectionMethod( 'Buttond_Sharing_Bar\\\\Dead_Scripts_Page', 'in_portions' );
        $page->setAccessible( true );
        echo $page->invoke( null, 0,
            function ( $after ) {
                $ids = array_keys( Buttond_Sharing_Bar\\Dead_Scripts::look( $after )[0] );
                return array( array_combine( $ids, $ids ), 0 );
            },
            function ( $id ) { $GLOBALS['now'] += 11; return Buttond_Sharing_Bar\\Dead_Scripts::take_out( $id ); } );"""
    assert blog.php(step, user=1) == str(posts[0]), "after 11 s it is enough"
    answer = press(blog, "take_out_all", place=posts[0])
    assert "taken out of 2 posts" in notices(answer)[0] and "These are not all posts yet." not in answer.text


def test_a_database_that_refuses_to_write_is_said_and_nothing_is_half_done(blog):
    post = blog.post("Old", ADDTHIS)
    blog.sql(
        "create trigger refuse_posts before update on wp_posts for each row signal sqlstate '45000' set message_text = 'read only'"
    )
    try:
        answer = press(blog, "take_out", posts=[post])
    finally:
        blog.sql("drop trigger refuse_posts")
    assert "The database did not take" in notices(answer)[0]
    assert content(blog, post) == ADDTHIS
    assert blog.sql(f"select count(*) from wp_postmeta where meta_key = '{TAKEN_OUT}'") == [["0"]]
    blog.sql(
        "create trigger refuse_meta before insert on wp_postmeta for each row signal sqlstate '45000' set message_text = 'read only'"
    )
    try:
        answer = press(blog, "take_out", posts=[post])
    finally:
        blog.sql("drop trigger refuse_meta")
    assert "The database did not take" in notices(answer)[0]
    assert content(blog, post) == ADDTHIS


# Who may.


def test_without_a_nonce_or_the_right_nothing_is_done(blog):
    post = blog.post("Old", ADDTHIS)
    for step in ("shares", "moves", "look", "take_out", "take_out_all", "put_back_all"):
        assert press(blog, step, nonce="", posts=[post]).status == 403
        assert press(blog, step, nonce="0123456789", posts=[post]).status == 403
    for role in ("editor", "author", "contributor", "subscriber"):
        user = blog.user("the-" + role, role)
        assert blog.get(PAGE, cookies(blog, user)).status == 403
        assert press(blog, "take_out", user=user, nonce="x", posts=[post]).status == 403
    assert blog.get(PAGE).status == 302
    assert content(blog, post) == ADDTHIS


def test_who_may_not_edit_posts_of_others_sees_no_scripts(blog):
    post = blog.post("Old", ADDTHIS)
    user = blog.user("settings-only", "subscriber")
    blog.php(f"( new WP_User( {user} ) )->add_cap( 'manage_options' );")
    assert "dead services" not in show(blog, user)
    for step in ("look", "take_out", "take_out_all"):
        assert press(blog, step, user=user, posts=[post]).status == 403
    assert content(blog, post) == ADDTHIS
