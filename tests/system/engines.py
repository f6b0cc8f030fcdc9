"""The three engines that readers' browsers have, behind one interface: Chromium, Firefox ESR (spoken to by Marionette,
since Debian has no geckodriver) and WebKitGTK. Each starts in a folder of its own, without a window to be seen."""

import json
import os
import pathlib
import socket
import subprocess
import tempfile

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.webkitgtk.options import Options as WebKitOptions

from browser import PROBE, Page, start_browser
from buttond import wait_until
from rig.processes import accepts, free_port

class Engine(Page):
    """What the tests ask of a browser. `main` is its first window."""

    def box(self, code):
        """The box of an element, as x, y, width, height."""
        return self.script(f"const b = ({code}).getBoundingClientRect(); return [b.x, b.y, b.width, b.height]")

    def click(self, code):
        """Clicks the middle of an element as a reader does."""
        x, y, width, height = self.box(code)
        self.click_at(int(x + width / 2), int(y + height / 2))

    def reset(self):
        for handle in self.windows():
            if handle != self.main:
                self.switch_to(handle)
                self.close_window()
        self.switch_to(self.main)
        self.open("about:blank")


class Driven(Engine):
    """A browser behind selenium."""

    def __init__(self, driver):
        self.driver = driver
        driver.set_page_load_timeout(30)
        self.main = driver.current_window_handle

    def open(self, address):
        self.driver.get(address)

    def script(self, code, *arguments):
        return self.driver.execute_script(PROBE + code, *arguments)

    def click_at(self, x, y):
        actions = ActionChains(self.driver)
        actions.w3c_actions.pointer_action.move_to_location(x, y)
        actions.click().perform()

    def script_in_frame(self, code):
        """Runs `code` in the page's first frame."""
        self.driver.switch_to.frame(0)
        try:
            return self.script(code)
        finally:
            self.driver.switch_to.default_content()

    def windows(self):
        return self.driver.window_handles

    def switch_to(self, window):
        self.driver.switch_to.window(window)

    def close_window(self):
        self.driver.close()


class Marionette(Engine):
    """Firefox: lengths and JSON on a socket. https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html"""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.buffer = b""
        self.number = 0
        self.receive()  # says who it is
        self.command("WebDriver:NewSession")
        self.main = self.command("WebDriver:GetWindowHandle")["value"]

    def receive(self):
        while b":" not in self.buffer:
            self.read()
        size, self.buffer = self.buffer.split(b":", 1)
        while len(self.buffer) < int(size):
            self.read()
        message, self.buffer = self.buffer[: int(size)], self.buffer[int(size) :]
        return json.loads(message)

    def read(self):
        received = self.socket.recv(1 << 16)
        if not received:
            raise WebDriverException("Firefox closed the connection")
        self.buffer += received

    def command(self, name, **parameters):
        self.number += 1
        message = json.dumps([0, self.number, name, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(message), message))
        _, number, error, result = self.receive()
        assert number == self.number
        if error:
            raise WebDriverException(f"{name}: {error['message']}")
        return result

    def open(self, address):
        self.command("WebDriver:Navigate", url=address)

    def script(self, code, *arguments):
        return self.command("WebDriver:ExecuteScript", script=PROBE + code, args=list(arguments))["value"]

    def click_at(self, x, y):
        move = {"type": "pointerMove", "x": x, "y": y, "duration": 0}
        click = [move, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self.command("WebDriver:PerformActions", actions=[{"type": "pointer", "id": "mouse", "actions": click}])

    def script_in_frame(self, code):
        self.command("WebDriver:SwitchToFrame", id=0)
        try:
            return self.script(code)
        finally:
            self.command("WebDriver:SwitchToFrame")

    def windows(self):
        return self.command("WebDriver:GetWindowHandles")

    def switch_to(self, window):
        self.command("WebDriver:SwitchToWindow", handle=window)

    def close_window(self):
        self.command("WebDriver:CloseWindow")


FIREFOX_PREFERENCES = """
user_pref("marionette.port", 0);
user_pref("dom.disable_open_during_load", true);
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("browser.startup.page", 0);
user_pref("startup.homepage_welcome_url", "about:blank");
user_pref("extensions.update.enabled", false);
"""


def stop(process):
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start_chromium():
    for browser in start_browser():
        yield Driven(browser.driver)


def start_firefox():
    with tempfile.TemporaryDirectory(prefix="buttond-firefox-", ignore_cleanup_errors=True) as folder:
        pathlib.Path(folder, "user.js").write_text(FIREFOX_PREFERENCES)
        process = subprocess.Popen(
            ["firefox-esr", "--headless", "--no-remote", "--marionette", "--profile", folder, "--width", "1000", "--height", "800", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": folder, "MOZ_CRASHREPORTER_DISABLE": "1"},
        )
        try:
            port = pathlib.Path(folder, "MarionetteActivePort")
            wait_until(lambda: port.exists() and port.read_text().strip(), 60, what="Firefox")
            yield Marionette(int(port.read_text()))
        finally:
            stop(process)


def start_display():
    """A display for what cannot do without; yields its name."""
    read, write = os.pipe()
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1000x900x24", "-nolisten", "tcp"],
        pass_fds=[write], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as answer:
            yield ":" + answer.readline().strip()
    finally:
        stop(process)


def start_webkit():
    options = WebKitOptions()
    options.binary_location = next(map(str, pathlib.Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser")))
    options.add_argument("--automation")
    with tempfile.TemporaryDirectory(prefix="buttond-webkit-", ignore_cleanup_errors=True) as folder:
        for display in start_display():
            port = free_port()
            process = subprocess.Popen(
                ["WebKitWebDriver", f"--port={port}"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env={**os.environ, "DISPLAY": display, "GDK_BACKEND": "x11", "HOME": folder, "LIBGL_ALWAYS_SOFTWARE": "1", "NO_AT_BRIDGE": "1"},
            )
            try:
                wait_until(lambda: accepts(port), 20, what="WebKitWebDriver")
                driver = webdriver.Remote(command_executor=f"http://127.0.0.1:{port}", options=options)
                yield Driven(driver)
                driver.quit()
            finally:
                stop(process)


STARTERS = {"chromium": start_chromium, "firefox": start_firefox, "webkit": start_webkit}
