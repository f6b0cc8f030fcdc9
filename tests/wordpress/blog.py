"""A real WordPress in a folder of its own: MariaDB on a socket, PHP-FPM, nginx on a free port of 127.0.0.1."""

import functools
import glob
import http.client
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))
from buttond import ROOT, Answer, wait_until  # noqa: E402
from rig.processes import Process, accepts, free_port  # noqa: E402

SLUG = "buttond-sharing-bar"
PLUGIN = ROOT / "deploy/wordpress" / SLUG
CLASSIC = "twentytwentyone"  # the theme that is none of blocks
HERE = Path(__file__).resolve().parent
USER, PASSWORD = "admin", "correct horse"
AS_ROOT = os.geteuid() == 0

# Whom WordPress runs for: no request leaves the machine, no cron by itself, errors go into a log that a test reads.
CONFIG = """<?php
define( 'DB_NAME', 'wp' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:%(socket)s' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $name ) {
	define( $name . '_KEY', 'test-' . $name . '-key' );
	define( $name . '_SALT', 'test-' . $name . '-salt' );
}
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_LOG', '%(log)s/debug.log' );
define( 'WP_DEBUG_DISPLAY', false );
define( 'SAVEQUERIES', isset( $_SERVER['HTTP_X_QUERIES'] ) );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1,localhost,*.example' );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'DISABLE_WP_CRON', true );
define( 'FS_METHOD', 'direct' );
%(constants)s
$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
"""

MULTISITE = """define( 'MULTISITE', true );
define( 'SUBDOMAIN_INSTALL', true );
define( 'DOMAIN_CURRENT_SITE', '%s' );
define( 'PATH_CURRENT_SITE', '/' );
define( 'SITE_ID_CURRENT_SITE', 1 );
define( 'BLOG_ID_CURRENT_SITE', 1 );
"""

# A must-use plugin: what a test sees of WordPress from inside. It changes no page.
WITNESS = r"""<?php
function wp_mail( $to, $subject, $message ) {  // a test machine has no sendmail
	witness( 'mail', compact( 'to', 'subject', 'message' ) );
	return true;
}
function witness( $file, $what ) {
	file_put_contents( '%(log)s/' . $file . '.jsonl', json_encode( $what, JSON_INVALID_UTF8_SUBSTITUTE ) . "\n", FILE_APPEND );
}
add_filter( 'pre_http_request', function ( $answer, $arguments, $url ) {
	witness( 'http', array( 'url' => $url, 'page' => $_SERVER['REQUEST_URI'] ?? '' ) );
	return $answer;
}, 1, 3 );
add_action( 'http_api_curl', function ( $handle, $arguments, $url ) {  // names that the test's own servers have
	$names = json_decode( file_get_contents( '%(run)s/names.json' ), true );
	curl_setopt( $handle, CURLOPT_CONNECT_TO, $names );
}, 10, 3 );
if ( SAVEQUERIES ) {
	add_action( 'shutdown', function () {
		witness( 'queries', array( 'page' => $_SERVER['REQUEST_URI'], 'queries' => array_column( $GLOBALS['wpdb']->queries, 0 ) ) );
	}, PHP_INT_MAX );
}
"""

FPM = """[global]
error_log = %(log)s/php-fpm.log
daemonize = no
[www]
listen = %(run)s/php.sock
user = %(user)s
group = %(group)s
pm = static
pm.max_children = 3
catch_workers_output = yes
php_admin_value[error_log] = %(log)s/php.log
php_admin_value[upload_max_filesize] = 64M
php_admin_value[post_max_size] = 64M
php_admin_value[sys_temp_dir] = %(run)s
php_admin_value[upload_tmp_dir] = %(run)s
php_admin_value[opcache.revalidate_freq] = 0
"""

# Debian's fastcgi_params passes the host without its port, which makes WordPress redirect for ever: passed again after it.
NGINX = """%(user_line)s
worker_processes 1;
daemon off;
pid %(run)s/nginx.pid;
error_log %(log)s/nginx.log;
events { worker_connections 256; }
http {
  include /etc/nginx/mime.types;
  access_log %(log)s/access.log;
  client_max_body_size 64m;
  client_body_temp_path %(run)s/body; proxy_temp_path %(run)s/proxy; fastcgi_temp_path %(run)s/fastcgi;
  uwsgi_temp_path %(run)s/uwsgi; scgi_temp_path %(run)s/scgi;
  gzip on; gzip_types text/css application/javascript application/json image/svg+xml;
  fastcgi_cache_path %(folder)s/pages levels=1:2 keys_zone=pages:1m inactive=10m;
  map $http_cookie $known { default 0; ~wordpress_logged_in 1; ~wp-postpass 1; ~comment_author 1; }
  map $request_uri $admin { default 0; ~/wp-(admin|login|cron|json) 1; }
  server {
    listen 127.0.0.1:%(port)d;
    server_name _;
    root %(site)s;
    index index.php;
    location / { try_files $uri $uri/ /index.php?$args; }
    location ~ \\.php$ {
      try_files $uri =404;
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_param SERVER_NAME $host;
      fastcgi_param HTTP_HOST $http_host;
      fastcgi_pass unix:%(run)s/php.sock;
      %(cache)s
    }
  }
}
"""

PAGE_CACHE = """fastcgi_cache pages;
      fastcgi_cache_key $request_method$http_host$request_uri;
      fastcgi_cache_methods GET HEAD;
      fastcgi_cache_valid 200 301 10m;
      fastcgi_cache_bypass $known $admin;
      fastcgi_no_cache $known $admin;
      add_header X-Page-Cache $upstream_cache_status;"""

# WordPress's own functions do what wp-cli would, which no registry here has.
INSTALL = r"""
define( 'WP_INSTALLING', true );
require %(site)s . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install( 'A test blog', '%(user)s', 'admin@blog.example', true, '', '%(password)s', %(language)s );
update_option( 'permalink_structure', '/%%year%%/%%postname%%/' );
update_option( 'show_avatars', 0 );  // gravatar.com would be asked
update_option( 'blog_public', 1 );
flush_rewrite_rules();
if ( %(theme)s ) {
	switch_theme( %(theme)s );
}
if ( %(multisite)d ) {
	foreach ( $wpdb->tables( 'ms_global' ) as $table => $prefixed ) {
		$wpdb->$table = $prefixed;
	}
	install_network();
	populate_network( 1, %(host)s, 'admin@blog.example', 'A test network', '/', true );
	update_option( 'permalink_structure', '/%%year%%/%%postname%%/' );
	delete_option( 'rewrite_rules' );  // made again by the first request
}
"""


class Failed(Exception):
    """What PHP wrote to its standard error."""


@functools.cache
def source(version):
    """The folder of a WordPress as it came: Debian 12's, which is installed, or Debian 13's, which is unpacked once."""
    if version.startswith("6.1"):
        folder = Path("/usr/share/wordpress")
        if not folder.is_dir():
            raise FileNotFoundError("WordPress is not installed: run ./tests/run wordpress, which installs it")
        return folder
    assert version.startswith("6.8"), version
    done = subprocess.run([HERE / "newest"], stdout=subprocess.PIPE, text=True, check=True)
    return Path(done.stdout.strip())


def php_value(value):
    """A literal of PHP."""
    return f"json_decode( {php_string(json.dumps(value))}, true )"


def php_string(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class Blog:
    """One WordPress, whose address in a browser is http://HOST/; `rules` tells Chromium where that is.

    `plugin`: True for the plugin of this checkout, copied and active; a folder or False. `hosts` are further names that
    lead here. `constants` go into wp-config.php. `multisite` makes a network whose sites are host names below `host`.
    """

    def __init__(self, folder, version="6.8", theme=None, plugin=True, host="blog.example", page_cache=False,
                 multisite=False, hosts=(), constants="", language=""):  # fmt: skip
        self.folder = Path(folder).resolve()
        self.version = version
        self.host = host
        self.hosts = [host, *hosts]
        self.multisite = multisite
        self.language = language
        self.site = self.folder / "site"
        self.run = self.folder / "run"
        self.logs = self.folder / "log"
        self.socket = self.run / "sql.sock"
        assert len(str(self.socket)) < 104, f"too long for the path of a socket: {self.socket}"
        self.port = free_port()
        self.processes = []
        self.plugin = PLUGIN if plugin is True else plugin and Path(plugin)
        self.constants = constants
        self.installed = False
        self.dump = self.folder / "dump.sql"
        try:
            self._start(theme, page_cache)
        except BaseException:
            self.close()
            raise

    def _start(self, theme, page_cache):
        for folder in (self.run, self.logs):
            folder.mkdir(parents=True)
        shutil.copytree(source(self.version), self.site)  # what Debian has as links is copied too
        self._fill()
        database = self._start_database()
        self._start_web(page_cache)
        wait_until(lambda: self._answers(database), 60, what="MariaDB")
        self.sql("create database wp character set utf8mb4", database="")
        self._install(theme)
        self.save()

    def _fill(self):
        (self.site / ".htaccess").unlink(missing_ok=True)
        for name in ("uploads", "mu-plugins", "plugins", "upgrade"):
            (self.site / "wp-content" / name).mkdir(exist_ok=True)
        themes = self.site / "wp-content/themes"
        if not (themes / CLASSIC).exists():  # Debian 13 has block themes only
            shutil.copytree(source("6.1") / "wp-content/themes" / CLASSIC, themes / CLASSIC)
        (self.site / "wp-content/mu-plugins/witness.php").write_text(WITNESS % {"log": self.logs, "run": self.run})
        self.names({})
        self._configure()
        if self.plugin:
            self.install_plugin()

    def _configure(self):
        constants = self.constants + (MULTISITE % self.host if self.installed and self.multisite else "")
        values = {"socket": self.socket, "log": self.logs, "constants": constants}
        (self.site / "wp-config.php").write_text(CONFIG % values)

    def define(self, constants):
        """Writes wp-config.php anew with these lines of PHP."""
        self.constants = constants
        self._configure()

    def install_plugin(self):
        """The plugin's folder of this checkout, as it is now."""
        target = self.site / "wp-content/plugins" / self.plugin.name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.plugin, target)

    def _start_database(self):
        root = ["--user=root"] if AS_ROOT else []
        data = self.folder / "sql"
        command = ["mariadb-install-db", "--no-defaults", *root, f"--datadir={data}", "--skip-test-db", "--skip-name-resolve",
                   "--auth-root-authentication-method=normal"]  # fmt: skip
        for _ in range(2):  # two that begin in one moment have met: one failed
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode == 0:
                break
            shutil.rmtree(data, ignore_errors=True)
        assert done.returncode == 0, done.stdout
        return self._process(
            ["mariadbd", "--no-defaults", *root, f"--datadir={data}", f"--socket={self.socket}", "--skip-networking",
             f"--pid-file={self.run}/sql.pid", f"--tmpdir={self.run}", "--innodb-flush-log-at-trx-commit=0",
             "--innodb-doublewrite=0", "--innodb-buffer-pool-size=64M", "--skip-log-bin", "--performance-schema=off"],
            "mariadb")  # fmt: skip

    def _answers(self, database):
        assert database.running(), f"MariaDB did not start:\n{database.log_text()[-2000:]}"
        command = ["mariadb", "--no-defaults", "--user=root", f"--socket={self.socket}", "--execute=select 1"]
        return self.socket.exists() and not subprocess.run(command, capture_output=True).returncode

    def _start_web(self, page_cache):
        import grp
        import pwd

        values = {
            "folder": self.folder, "site": self.site, "run": self.run, "log": self.logs, "port": self.port,
            "user": pwd.getpwuid(os.geteuid()).pw_name, "group": grp.getgrgid(os.getegid()).gr_name,
            "cache": PAGE_CACHE if page_cache else "",
        }  # fmt: skip
        values["user_line"] = f"user {values['user']};" if AS_ROOT else ""
        (self.run / "fpm.conf").write_text(FPM % values)
        (self.run / "nginx.conf").write_text(NGINX % values)
        fpm = max(glob.glob("/usr/sbin/php-fpm*"))
        root = ["--allow-to-run-as-root"] if AS_ROOT else []
        self._process([fpm, "--nodaemonize", *root, "--fpm-config", self.run / "fpm.conf"], "fpm")
        nginx = self._process(["nginx", "-p", self.run, "-c", self.run / "nginx.conf"], "nginx-output")
        nginx.wait_listening(self.port)
        wait_until((self.run / "php.sock").exists, 30, what="PHP-FPM")

    def _process(self, command, name):
        process = Process(command, name, log=self.logs / f"{name}.out")
        self.processes.append(process)
        return process

    def _install(self, theme):
        values = {
            "site": php_string(str(self.site)), "theme": php_string(theme or ""), "host": php_string(self.host),
            "user": USER, "password": PASSWORD, "multisite": self.multisite, "language": php_string(self.language),
        }  # fmt: skip
        define = f"define( 'WP_SITEURL', 'http://{self.host}' ); define( 'WP_HOME', 'http://{self.host}' );"
        self._run_php(define + INSTALL % values)
        self.installed = True
        self._configure()  # which says that a network is one
        if self.plugin:
            self.activate()

    def activate(self, network=False):
        """Activates the plugin, as the button in the list of plugins does."""
        self.php(f"""require_once ABSPATH . 'wp-admin/includes/plugin.php';
            $done = activate_plugin( '{SLUG}/{SLUG}.php', '', {"true" if network else "false"} );
            if ( is_wp_error( $done ) ) {{ fwrite( STDERR, $done->get_error_message() ); exit( 1 ); }}""")

    # What a test asks of it.

    def php(self, code, host=None, user=0):
        """Runs PHP with WordPress loaded, as `user`, and returns what it printed."""
        become = f"wp_set_current_user( {user} );" if user else ""
        return self._run_php(f"require {php_string(str(self.site))} . '/wp-load.php'; {become}\n{code}", host)

    def value(self, expression, host=None, user=0):
        """The value of an expression of PHP."""
        return json.loads(self.php(f"echo json_encode( {expression} );", host, user))

    def _run_php(self, code, host=None):
        file = self.run / f"test-{time.monotonic_ns()}.php"
        server = f"$_SERVER['HTTP_HOST'] = {php_string(host or self.host)}; $_SERVER['REQUEST_URI'] = '/';"
        server += " $_SERVER['REMOTE_ADDR'] = '127.0.0.1';"
        file.write_text(f"<?php {server} {code}")
        try:
            done = subprocess.run(
                ["php", "-d", "memory_limit=512M", "-d", f"error_log={self.logs}/php.log", "-d", "display_errors=0",
                 "-d", "opcache.enable_cli=1", "-d", f"opcache.file_cache={self._opcodes()}", file],
                capture_output=True, stdin=subprocess.DEVNULL, cwd=self.run)  # fmt: skip
        finally:
            file.unlink()
        output = done.stdout.decode()
        if done.returncode:
            log = self.logs / "debug.log"
            said = log.read_text()[-2000:] if log.exists() else ""
            raise Failed(f"status {done.returncode}: {done.stderr.decode()}{output[-2000:]}\n{said}")
        return output

    def _opcodes(self):
        folder = self.run / "opcodes"
        folder.mkdir(exist_ok=True)
        return folder

    def post(self, title="A post", content="Words.", host=None, **fields):
        """Publishes a post and returns its id; `fields` are those of wp_insert_post."""
        post = {"post_title": title, "post_content": content, "post_status": "publish", "post_author": 1, **fields}
        return self.value(
            f"""( function () {{
                kses_remove_filters();
                $id = wp_insert_post( wp_slash( {php_value(post)} ), true );
                if ( is_wp_error( $id ) ) {{ fwrite( STDERR, $id->get_error_message() ); exit( 1 ); }}
                return $id;
            }} )()""",
            host,
        )

    def permalink(self, post, host=None):
        return self.value(f"get_permalink( {post} )", host)

    def option(self, name, *value, host=None):
        """Reads an option; with a value, writes it."""
        if value:
            self.php(f"update_option( {php_string(name)}, {php_value(value[0])} );", host)
        return self.value(f"get_option( {php_string(name)} )", host)

    def set_up(self, server, host=None, **settings):
        """What the settings page saves after a check of this server; `settings` as in Settings::defaults()."""
        self.php(
            f"""$done = Buttond_Sharing_Bar\\Settings::save( {php_value({"server": server.url, **settings})} );
            $done = is_wp_error( $done ) ? $done : Buttond_Sharing_Bar\\Server::refresh();
            if ( is_wp_error( $done ) ) {{ fwrite( STDERR, $done->get_error_message() ); exit( 1 ); }}""",
            host,
            user=1,
        )

    def url(self, path="/"):
        return f"http://{self.host}{path}"

    def get(self, path="/", headers=None, host=None, method="GET", body=None):
        """One request of a visitor, or of whom the headers make; `path` may be a whole address. No redirect is followed."""
        parts = urllib.parse.urlsplit(path)
        host = host or parts.netloc or self.host
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
            connection.request(method, target, body=body, headers={"Host": host, **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def queries(self, path, headers=None):
        """The SQL that WordPress asks while it makes a page."""
        self.records("queries", empty=True)
        answer = self.get(path, {"X-Queries": "1", **(headers or {})})
        assert answer.status == 200, answer.status
        return wait_until(lambda: self.records("queries"), what="the page's queries")[0]["queries"]

    def records(self, kind, empty=False):
        """What the witness wrote: "http" requests of WordPress, "mail", "queries"."""
        file = self.logs / f"{kind}.jsonl"
        found = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        if empty:
            file.unlink(missing_ok=True)
        return found

    def log(self):
        """debug.log so far, and PHP's own."""
        files = [self.logs / name for name in ("debug.log", "php.log")]
        return "".join(file.read_text(errors="replace") for file in files if file.exists())

    def cookies(self, user=1, host=None):
        """{name: value} of the cookies of a user who has logged in."""
        return self.value(
            f"""( function () {{
                $until = time() + DAY_IN_SECONDS;
                $token = WP_Session_Tokens::get_instance( {user} )->create( $until );
                return array(
                    AUTH_COOKIE => wp_generate_auth_cookie( {user}, $until, 'auth', $token ),
                    LOGGED_IN_COOKIE => wp_generate_auth_cookie( {user}, $until, 'logged_in', $token ),
                );
            }} )()""",
            host,
        )

    def login(self, browser, user=1, host=None):
        """Makes the browser a logged-in user's. Returns the browser."""
        for name, value in self.cookies(user, host).items():
            cookie = {"name": name, "value": value, "url": f"http://{host or self.host}/", "path": "/"}
            browser.driver.execute_cdp_cmd("Network.setCookie", cookie)
        return browser

    def user(self, name, role="contributor"):
        """Adds a user and returns the id."""
        return self.value(
            f"wp_insert_user( array( 'user_login' => {php_string(name)}, 'user_pass' => {php_string(PASSWORD)},"
            f" 'user_email' => {php_string(name + '@blog.example')}, 'role' => {php_string(role)} ) )"
        )

    def add_site(self, host, title="Another site"):
        """A site of a network, at a host name of its own."""
        self.hosts.append(host)
        return self.value(
            f"wpmu_create_blog( {php_string(host)}, '/', {php_string(title)}, 1, array( 'public' => 1 ), 1 )"
        )

    def names(self, names):
        """Leads WordPress's requests to host names: {"share.example:80": port of 127.0.0.1}."""
        lines = [f"{name}:127.0.0.1:{port}" for name, port in names.items()]
        (self.run / "names.json").write_text(json.dumps(lines))

    @property
    def rules(self):
        """Chromium's --host-resolver-rules for this blog."""
        return [f"MAP {host} 127.0.0.1:{self.port}" for host in self.hosts]

    # Its state.

    def sql(self, statement, database="wp"):
        """Runs SQL; returns the rows as lists of words."""
        command = ["mariadb", "--no-defaults", "--user=root", f"--socket={self.socket}", "--batch", "--skip-column-names",
                   "--default-character-set=utf8mb4", database]  # fmt: skip
        done = subprocess.run([word for word in command if word], input=statement.encode(), capture_output=True)
        assert not done.returncode, done.stderr.decode()
        return [line.split("\t") for line in done.stdout.decode().splitlines()]

    def save(self):
        """Keeps the database as it is now, for `reset`."""
        self.saved_hosts = list(self.hosts)
        with open(self.dump, "wb") as file:
            subprocess.run(
                ["mariadb-dump", "--no-defaults", "--user=root", f"--socket={self.socket}", "--skip-comments", "wp"],
                stdout=file, check=True)  # fmt: skip

    def reset(self):
        """The database, the uploads, the page cache and the logs as `save` found them."""
        tables = [f"drop table if exists `{name}`;" for (name,) in self.sql("show tables")]
        self.hosts = list(self.saved_hosts)
        self.sql("set foreign_key_checks=0;" + "".join(tables) + self.dump.read_text())
        self.forget_pages()
        for folder in (self.site / "wp-content/uploads",):
            shutil.rmtree(folder)
            folder.mkdir()
        for file in [*self.logs.glob("*.jsonl"), self.logs / "debug.log", self.logs / "php.log"]:
            file.unlink(missing_ok=True)
        self.names({})

    def forget_pages(self):
        """Empties nginx's cache of pages, as a plugin for that does when a post changes."""
        for folder in (self.folder / "pages").glob("*"):
            shutil.rmtree(folder)

    def close(self):
        """Stops its processes, each by its id."""
        for process in reversed(self.processes):
            process.stop(patience=30)
        self.processes = []
        assert not accepts(self.port)
