"""What is left of the plugin: its settings when it is switched off, and nothing when it is deleted."""

import re

import pytest

OURS = "buttond"
EVENTS = ["buttond_sharing_bar_daily", "buttond_sharing_bar_counts"]
LOAD = "require_once ABSPATH . 'wp-admin/includes/plugin.php'; require_once ABSPATH . 'wp-admin/includes/file.php';"
FILE = "buttond-sharing-bar/buttond-sharing-bar.php"


def traces(blog):
    """Each column of the database in which a word of ours stands, as (table, column, rows)."""
    columns = blog.sql(
        "select table_name, column_name from information_schema.columns where table_schema = 'wp' and data_type like '%char%'"
        " or table_schema = 'wp' and data_type like '%text%'"
    )
    ask = " union all ".join(
        f"select '{table}', '{name}', count(*) from `{table}` where `{name}` like '%{OURS}%'" for table, name in columns
    )
    return [tuple(row) for row in blog.sql(ask) if row[2] != "0"]


def fill(blog, host=None):
    """All that the plugin ever writes in a blog."""
    blog.php("""$post = wp_insert_post( array( 'post_title' => 'Old', 'post_status' => 'publish', 'post_name' => 'old',
            'post_content' => 'Words.<script src="http://cdn.topsy.com/topsy.js"></script>' ) );
        update_post_meta( $post, '_buttond_sharing_bar_shares', 5 );
        update_post_meta( $post, '_buttond_sharing_bar_off', 1 );
        Buttond_Sharing_Bar\\Dead_Scripts::take_out( $post );
        do_action( 'admin_init' );
        Buttond_Sharing_Bar\\Server::note( array( 'cursor' => '2026-01-01 00:00:00 1' ) );""", host, user=1)  # fmt: skip


def delete(blog):
    """Deletes the plugin, as the link in the list of plugins does."""
    return blog.php(f"{LOAD} deactivate_plugins( '{FILE}' ); var_dump( delete_plugins( array( '{FILE}' ) ) );", user=1)


@pytest.fixture
def lone(blogs):
    """A blog that may lose its plugin."""
    blog = blogs("lone", version="6.8", host="lone.example")
    yield blog
    blogs.stop("lone")


def test_deleting_the_plugin_leaves_nothing_of_it(lone, server):
    before = traces(lone)
    files = {path for path in (lone.site / "wp-content").rglob("*") if "plugins/buttond" not in str(path)}
    lone.set_up(server)
    fill(lone)
    words = " ".join(column + table for table, column, _ in traces(lone))
    assert "meta" in words and "option" in words
    assert lone.value("(bool) wp_next_scheduled( 'buttond_sharing_bar_counts' )")
    assert "bool(true)" in delete(lone)
    left = [trace for trace in traces(lone) if trace not in before]
    assert left == [], left
    cron = lone.value("_get_cron_array()")
    assert OURS not in str(cron)
    now = {path for path in (lone.site / "wp-content").rglob("*") if "mu-plugins" not in str(path)}
    assert {path for path in now - files if "upgrade" not in str(path)} == set()
    assert not (lone.site / "wp-content/plugins/buttond-sharing-bar").exists()
    assert "plugins/buttond-sharing-bar" not in lone.log()


def test_switching_it_off_keeps_all_but_its_events(blog, server):
    blog.set_up(server, label="Pass on")
    fill(blog)
    assert all(blog.value(f"(bool) wp_next_scheduled( '{event}' )") for event in EVENTS)
    blog.php(f"{LOAD} deactivate_plugins( '{FILE}' );")
    assert not any(blog.value(f"(bool) wp_next_scheduled( '{event}' )") for event in EVENTS)
    assert blog.option("buttond_sharing_bar")["label"] == "Pass on"
    assert blog.sql("select count(*) from wp_postmeta where meta_key like '\\_buttond%'") == [["3"]]
    page = blog.get("/").text
    assert "buttond" not in page


def test_each_site_of_a_network_is_left_clean(blogs, server):
    network = blogs("nets", version="6.8", multisite=True, host="nets.example")
    try:
        network.activate(network=True)
        before = traces(network)
        hosts = ["nets.example", "one.nets.example", "two.nets.example"]
        for host in hosts[1:]:
            network.add_site(host)
        # More sites than a portion: of their tables only those in which the plugin writes.
        network.php("""for ( $i = 0; $i < 105; $i++ ) {
                $wpdb->insert( $wpdb->blogs, array( 'site_id' => 1, 'domain' => "s$i.nets.example", 'path' => '/', 'public' => 1 ) );
                $prefix = $wpdb->get_blog_prefix( $wpdb->insert_id );
                foreach ( array( 'options', 'postmeta', 'posts' ) as $table ) {
                    $wpdb->query( "CREATE TABLE {$prefix}$table LIKE {$wpdb->base_prefix}$table" );
                }
                $wpdb->query( "INSERT INTO {$prefix}options (option_name, option_value, autoload) VALUES ('buttond_sharing_bar', 'a:0:{}', 'yes')" );
                $wpdb->query( "INSERT INTO {$prefix}postmeta (post_id, meta_key, meta_value) VALUES (1, '_buttond_sharing_bar_shares', '3')" );
            }""")  # fmt: skip
        for host in hosts:
            network.set_up(server, host)
            fill(network, host)
        network.php(f"update_site_option( 'buttond_sharing_bar_network', array( 'server' => '{server.url}' ) );")
        network.php(f"{LOAD} deactivate_plugins( '{FILE}' ); var_dump( delete_plugins( array( '{FILE}' ) ) );", user=1)
        left = [trace for trace in traces(network) if trace not in before and not re.search(r"_(posts|site|sitemeta)$", trace[0])]
        assert left == [], left
        assert network.sql(f"select meta_key from wp_sitemeta where meta_key like '%{OURS}%'") == []
        assert OURS not in str([network.value("_get_cron_array()", host) for host in hosts])
    finally:
        blogs.stop("nets")
