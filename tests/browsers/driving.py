"""Drives Firefox (WebDriver BiDi) and WebKitGTK (WebDriver): pages, script in them, keys and clicks.

Both speak a W3C protocol over a loopback socket, so that no package beyond a WebSocket client is needed.
What differs between the two is in their classes; what tests use is in `Window`.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import websocket

START_S = 60
"""How long a browser may take to start or to load a page, on a busy machine."""
CALL_S = 120
"""How long a script of a test may take."""
KEYS = {"ArrowLeft": "\ue012", "ArrowRight": "\ue014", "Space": " "}
"""WebDriver's names of keys that write no letter."""


class Window(ABC):
    """One browser with one window."""

    @abstractmethod
    def open(self, url: str) -> None:
        """Load a page; returns once it is loaded. Raises AssertionError if nothing answers."""

    @abstractmethod
    def reload(self) -> None:
        """Load the page again."""

    @abstractmethod
    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression, awaited. Raises AssertionError if it throws."""

    @abstractmethod
    def act(self, *sources: dict[str, Any]) -> None:
        """Perform WebDriver's input actions."""

    @abstractmethod
    def close(self) -> None:
        """End the browser."""

    def wait(self, condition: str, timeout_s: float = 60) -> Any:
        """Wait until an expression is true in the page and return its value."""
        deadline = time.monotonic() + timeout_s
        while True:
            value = self.run(condition)
            if value:
                return value
            if time.monotonic() > deadline:
                shown = self.run("document.body.innerText")
                raise AssertionError(f"not true within {timeout_s} s: {condition}\nThe page says:\n{shown}")
            time.sleep(0.05)

    def hold(self, key: str, milliseconds: int = 100) -> None:
        """Press a key, keep it down and release it."""
        value = KEYS.get(key, key)
        steps = [
            {"type": "keyDown", "value": value},
            {"type": "pause", "duration": milliseconds},
            {"type": "keyUp", "value": value},
        ]
        self.act({"type": "key", "id": "keyboard", "actions": steps})

    def click(self, selector: str, words: str = "") -> None:
        """Click the first enabled element that matches and contains `words`, once it is there."""
        found = (
            f"[...document.querySelectorAll({json.dumps(selector)})].find((one) =>"
            f" !one.disabled && one.textContent.includes({json.dumps(words)}))"
        )
        x, y = self.wait(
            f"(() => {{ const one = {found}; if (!one) return null;"
            " one.scrollIntoView({ block: 'center', behavior: 'instant' });"
            " const box = one.getBoundingClientRect();"
            " return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)]; })()"
        )
        steps = [
            {"type": "pointerMove", "x": x, "y": y, "duration": 0},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self.act({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": steps})


class Process:
    """A process of its own group, so that what it starts ends with it, whose output is kept line by line."""

    def __init__(self, command: list[str], **environ: str) -> None:
        self.lines: list[str] = []
        self._news = threading.Condition()
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environ},
            text=True,
            errors="replace",
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._news:
                self.lines.append(line.rstrip())
                self._news.notify_all()

    def find(self, pattern: str) -> str:
        """Wait for a line that matches; returns its first group."""

        def found() -> re.Match[str] | None:
            return next((hit for line in self.lines if (hit := re.search(pattern, line))), None)

        with self._news:
            hit = self._news.wait_for(found, START_S)
        assert hit is not None, "\n".join(["the browser did not start:", *self.lines])
        return hit[1]

    def end(self) -> None:
        """End it and everything that it started."""
        for signal_number in (15, 9):
            try:
                os.killpg(self._process.pid, signal_number)
                self._process.wait(10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        self._process.wait(10)


class Firefox(Window):
    """Firefox without a screen, driven over WebDriver BiDi; with `http_cache=False` it keeps no answers."""

    def __init__(self, folder: Path, *, http_cache: bool = True) -> None:
        preferences: dict[str, object] = {
            "app.update.enabled": False,
            "browser.shell.checkDefaultBrowser": False,
            "browser.startup.page": 0,
            "datareporting.policy.dataSubmissionEnabled": False,
            "media.volume_scale": "0.0",
            "network.captive-portal-service.enabled": False,
            "network.connectivity-service.enabled": False,
        }
        if not http_cache:
            preferences |= {"browser.cache.disk.enable": False, "browser.cache.memory.enable": False}
        profile = folder / "firefox"
        profile.mkdir()
        lines = (
            f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()
        )
        (profile / "user.js").write_text("\n".join(lines))
        program = shutil.which("firefox-esr") or "firefox"
        self._process = Process(
            [program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port=0"],
            HOME=str(folder),
            MOZ_CRASHREPORTER_DISABLE="1",
        )
        self._number = 0
        try:
            address = self._process.find(r"WebDriver BiDi listening on (ws://\S+)")
            self._socket = websocket.create_connection(
                f"{address}/session", timeout=CALL_S, suppress_origin=True
            )
            self._ask("session.new", capabilities={})
            self._context = self._ask("browsingContext.getTree")["contexts"][0]["context"]
            viewport = {"width": 1280, "height": 800}
            self._ask("browsingContext.setViewport", context=self._context, viewport=viewport)
        except BaseException:
            self._process.end()
            raise

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            answer: dict[str, Any] = json.loads(self._socket.recv())
            if answer.get("id") == self._number:
                assert answer["type"] == "success", f"{method}: {answer.get('message')}"
                result: dict[str, Any] = answer["result"]
                return result

    def open(self, url: str) -> None:
        self._ask("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def reload(self) -> None:
        self._ask("browsingContext.reload", context=self._context, wait="complete")

    def run(self, expression: str) -> Any:
        answer = self._ask(
            "script.evaluate",
            expression=f"(async () => JSON.stringify((await ({expression})) ?? null))()",
            target={"context": self._context},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])

    def act(self, *sources: dict[str, Any]) -> None:
        self._ask("input.performActions", context=self._context, actions=list(sources))

    def close(self) -> None:
        self._socket.close()
        self._process.end()


class WebKit(Window):
    """WebKitGTK's MiniBrowser on a screen of its own, driven over WebDriver."""

    BROWSERS = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"

    def __init__(self, folder: Path) -> None:
        browser = str(max(Path("/").glob(self.BROWSERS[1:])))
        # The screen's number is chosen by the server itself, so that two test runs do not meet.
        self._screen = Process(["Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"])
        self._driver: Process | None = None
        self._session = ""
        try:
            display = self._screen.find(r"^(\d+)$")
            port = _free_port()
            self._driver = Process(
                ["WebKitWebDriver", f"--port={port}"],
                DISPLAY=f":{display}",
                HOME=str(folder),
                XDG_RUNTIME_DIR=str(folder),
                GDK_BACKEND="x11",
                LIBGL_ALWAYS_SOFTWARE="1",
                WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS="1",
            )
            self._port = port
            _wait_for_port(port)
            options = {"binary": browser, "args": ["--automation"]}
            wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
            self._session = self._ask("POST", "", capabilities=wanted)["sessionId"]
            self._ask("POST", "/timeouts", script=CALL_S * 1000, pageLoad=START_S * 1000)
        except BaseException:
            self.close()
            raise

    def _ask(self, verb: str, path: str, **body: Any) -> Any:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=CALL_S)
        place = f"/session/{self._session}{path}" if self._session else "/session"
        connection.request(verb, place, json.dumps(body), {"Content-Type": "application/json"})
        value = json.loads(connection.getresponse().read())["value"]
        connection.close()
        if isinstance(value, dict) and "error" in value:
            raise AssertionError(f"{path}: {value['error']}: {value.get('message')}")
        return value

    def open(self, url: str) -> None:
        self._ask("POST", "/url", url=url)

    def reload(self) -> None:
        self._ask("POST", "/refresh")

    def run(self, expression: str) -> Any:
        script = (
            "const done = arguments[0];"
            f"(async () => JSON.stringify((await ({expression})) ?? null))()"
            ".then((value) => done({ value }), (error) => done({ error: String(error) }))"
        )
        answer = self._ask("POST", "/execute/async", script=script, args=[])
        assert "error" not in answer, answer["error"]
        return json.loads(answer["value"])

    def act(self, *sources: dict[str, Any]) -> None:
        self._ask("POST", "/actions", actions=list(sources))

    def close(self) -> None:
        if self._session:
            self._ask("DELETE", "")
        for process in (self._driver, self._screen):
            if process is not None:
                process.end()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait_for_port(port: int) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < deadline, "WebKitWebDriver did not start"
            time.sleep(0.05)
        else:
            return
