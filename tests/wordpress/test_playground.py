"""Other versions of PHP, which WordPress Playground has inside: activate, set up, post, read, uninstall."""

import json
import shutil
import subprocess

import pytest

from blog import HERE, PLUGIN, SLUG, php_string, source
from buttond import ROOT

# Each step is a request of its own. What a step finds out goes into /out/<its name>.json.
STEPS = {
    # Every file is read by this version's own parser, also those that the other steps do not come to.
    "parse": r"""
        $found = array();
        foreach ( new RecursiveIteratorIterator( new RecursiveDirectoryIterator( $plugin ) ) as $file ) {
            if ( 'php' === $file->getExtension() ) {
                token_get_all( file_get_contents( $file ), TOKEN_PARSE );
                $found[] = $file->getFilename();
            }
        }
        return array( 'php' => PHP_VERSION, 'wordpress' => get_bloginfo( 'version' ), 'files' => $found );""",
    "activate": r"""
        require_once ABSPATH . 'wp-admin/includes/plugin.php';
        $done = activate_plugin( '%(slug)s/%(slug)s.php' );
        return is_wp_error( $done ) ? $done->get_error_message() : is_plugin_active( '%(slug)s/%(slug)s.php' );""",
    "set_up": r"""
        wp_set_current_user( 1 );
        $saved = Buttond_Sharing_Bar\Settings::save( array( 'server' => %(server)s, 'positions' => array( 'above', 'below', 'floating' ) ) );
        $info  = Buttond_Sharing_Bar\Server::refresh();
        return is_wp_error( $info ) ? $info->get_error_message() : array( 'saved' => $saved, 'option' => get_option( 'buttond_sharing_bar' ) );""",
    "post": r"""
        $id = wp_insert_post( array( 'post_title' => 'Bread', 'post_content' => "Words.\n\n[buttond]", 'post_status' => 'publish', 'post_author' => 1 ) );
        $id = wp_insert_post( array( 'post_title' => 'Butter', 'post_content' => 'Words.', 'post_status' => 'publish', 'post_author' => 1 ) );
        update_option( 'posts_per_page', 5 );
        do_action( 'buttond_sharing_bar_counts' );
        return $id;""",
    "read": r"""
        $_SERVER['REQUEST_METHOD'] = 'GET';
        $_GET = array( 'p' => json_decode( file_get_contents( '/out/post.json' ) ) );
        $_SERVER['QUERY_STRING'] = http_build_query( $_GET );
        wp();
        define( 'WP_USE_THEMES', true );
        add_filter( 'redirect_canonical', '__return_false' );
        ob_start();
        require ABSPATH . WPINC . '/template-loader.php';
        return ob_get_clean();""",
    "administer": r"""
        wp_set_current_user( 1 );
        define( 'WP_ADMIN', true );
        require_once ABSPATH . 'wp-admin/includes/admin.php';
        set_current_screen( 'settings_page_%(slug)s' );
        ob_start();
        Buttond_Sharing_Bar\Settings_Page::show();
        return ob_get_clean();""",
    "uninstall": r"""
        require_once ABSPATH . 'wp-admin/includes/plugin.php';
        require_once ABSPATH . 'wp-admin/includes/file.php';
        deactivate_plugins( '%(slug)s/%(slug)s.php' );
        uninstall_plugin( '%(slug)s/%(slug)s.php' );
        global $wpdb;
        return array(
            'options' => $wpdb->get_col( "select option_name from $wpdb->options where option_name like '%%buttond%%'" ),
            'meta'    => $wpdb->get_col( "select meta_key from $wpdb->postmeta where meta_key like '%%buttond%%'" ),
            'cron'    => array_values( preg_grep( '/buttond/', array_keys( array_merge( array(), ...array_values( array_filter( _get_cron_array(), 'is_array' ) ) ) ) ) ),
        );""",
}


def step(name, code):
    log = "/out/debug.log"
    return {
        "step": "runPHP",
        "code": f"""<?php
            define( 'WP_DEBUG', true );
            define( 'WP_DEBUG_LOG', '{log}' );
            define( 'WP_DEBUG_DISPLAY', false );
            require '/wordpress/wp-load.php';
            $plugin = '/wordpress/wp-content/plugins/{SLUG}';
            $value  = ( function () use ( $plugin ) {{ {code} }} )();
            file_put_contents( '/out/{name}.json', json_encode( $value ) );""",
    }


@pytest.mark.parametrize(("php", "wordpress"), [("7.4", "6.1"), ("7.4", "6.8"), ("8.5", "6.8")])
def test_activate_set_up_post_read_and_uninstall(tmp_path, server, php, wordpress):
    subprocess.run([ROOT / "tests/web/install", HERE / "playground"], check=True)
    site, out = tmp_path / "site", tmp_path / "out"
    shutil.copytree(source(wordpress), site)
    for name in (".htaccess", "wp-config.php"):
        (site / name).unlink(missing_ok=True)
    shutil.copytree(PLUGIN, site / "wp-content/plugins" / SLUG)
    out.mkdir()
    words = {"slug": SLUG, "server": php_string(server.url)}
    blueprint = {
        "preferredVersions": {"php": php, "wp": "latest"},  # which PHP; which WordPress is decided by what is mounted
        "steps": [step(name, code % words) for name, code in STEPS.items()],
    }
    (tmp_path / "blueprint.json").write_text(json.dumps(blueprint))
    done = subprocess.run(
        ["node", ROOT / "build/playground/node_modules/.bin/wp-playground-cli", "run-blueprint",
         f"--blueprint={tmp_path}/blueprint.json", f"--mount-before-install={site}:/wordpress",
         f"--mount-before-install={out}:/out", "--wordpress-install-mode=install-from-existing-files"],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)  # fmt: skip
    found = {file.stem: json.loads(file.read_text()) for file in out.glob("*.json")}
    log = (out / "debug.log").read_text() if (out / "debug.log").exists() else ""
    assert found.keys() == STEPS.keys(), f"{done.stdout[-1000:]}\n{done.stderr[-3000:]}\n{log[-2000:]}"

    assert found["parse"]["php"].startswith(php) and found["parse"]["wordpress"].startswith(wordpress)
    assert set(found["parse"]["files"]) == {path.name for path in PLUGIN.rglob("*.php")}
    assert found["activate"] is True
    assert found["set_up"]["saved"] is True and found["set_up"]["option"]["script"].startswith("/js/button.")
    page = found["read"]
    assert page.count('<div class="buttond-bar"') == 3 and "Butter" in page
    assert f'src="{server.url}/js/button.' in page.replace("'", '"') and "integrity=" in page
    assert server.url in found["administer"]
    assert found["uninstall"] == {"options": [], "meta": [], "cron": []}
    # PHP 8.5 deprecates what WordPress 6.8 does itself; none of it is in a file of ours.
    assert SLUG not in log, log
