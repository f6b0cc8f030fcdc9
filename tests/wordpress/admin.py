"""An administrator without a browser: reads the forms of WordPress's pages and sends them."""

import html
import json
import urllib.parse
from html.parser import HTMLParser


class Form(HTMLParser):
    """The fields of a page's form that has a field of this name, as a browser would send them untouched; and the page."""

    def __init__(self, text, marker):
        super().__init__()
        self.text = text
        self.marker = marker
        self.fields = None
        self.open = []
        self.action = None
        self.feed(text)
        assert self.fields is not None, f"no form with {marker} in:\n{text[-3000:]}"

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form":
            self.open, self.action_of_open = [], values.get("action")
        if tag == "input" and "name" in values and "disabled" not in values:
            kind = values.get("type", "text")
            if kind in ("checkbox", "radio") and "checked" not in values:
                return
            if kind not in ("submit", "button"):
                self.open.append((values["name"], values.get("value") or ""))

    def handle_endtag(self, tag):
        if tag == "form" and any(name == self.marker for name, _ in self.open):
            self.fields, self.action = self.open, self.action_of_open


class Admin:
    """A user of a blog who has logged in."""

    def __init__(self, blog, user=1, host=None):
        self.blog = blog
        self.host = host or blog.host
        pairs = blog.cookies(user, host).items()
        self.headers = {"Cookie": "; ".join(f"{name}={urllib.parse.quote(value)}" for name, value in pairs)}

    def get(self, path):
        return self.blog.get(path, self.headers, host=self.host)

    def post(self, path, fields):
        """`fields`: pairs or a dictionary."""
        headers = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        return self.blog.get(path, headers, self.host, "POST", urllib.parse.urlencode(fields).encode())


class Settings:
    """The plugin's settings page, without script."""

    PATH = "/wp-admin/options-general.php?page=buttond-sharing-bar"
    PREFIX = "buttond_sharing_bar"

    def __init__(self, blog, user=1, host=None):
        self.blog = blog
        self.host = host
        self.admin = Admin(blog, user, host)

    def page(self):
        answer = self.admin.get(self.PATH)
        assert answer.status == 200, (answer.status, answer.text[-1000:])
        return answer.text

    def fields(self):
        return Form(self.page(), "_wpnonce").fields

    def send(self, check=False, **changes):
        """Sends the form with other values; a list stands for several fields, None for none. Returns the answer."""
        fields = self.fields()
        for name, value in changes.items():
            many = isinstance(value, list)
            field = f"{self.PREFIX}[{name}]" + ("[]" if many else "")
            fields = [pair for pair in fields if pair[0] != field]
            fields += [(field, one) for one in (value if many else [value]) if one is not None]
        return self.admin.post(self.PATH, fields + ([("check", "1")] if check else []))

    def save(self, **changes):
        """Sends the form, which must be taken."""
        answer = self.send(**changes)
        assert answer.status == 302, status(answer.text)
        return self.stored()

    def stored(self):
        return self.blog.option("buttond_sharing_bar", host=self.host)

    def state(self):
        return self.blog.option("buttond_sharing_bar_state", host=self.host)


def status(page):
    """What a settings page says of the server's address: its mark and its words."""
    start = page.index('id="buttond-server-status"')
    element = page[start : page.index("</p>", start)]
    mark = element.split(" is-")[1].split('"')[0] if " is-" in element else ""
    return mark, html.unescape(element.split(">", 1)[1]).strip()


def notices(page):
    """The classes and words of the notices of a page of the administration."""
    found = []
    for piece in page.split("<div id='setting-error-")[1:] + page.split('<div id="setting-error-')[1:]:
        words = piece[piece.index("<strong>") + 8 : piece.index("</strong>")]
        found.append((piece.split("notice-")[1].split()[0], html.unescape(words)))
    return found


def ajax(admin, action, **fields):
    """An answer of admin-ajax.php."""
    answer = admin.post("/wp-admin/admin-ajax.php?action=" + action, fields)
    return answer.status, json.loads(answer.text) if answer.text.startswith("{") else answer.text
