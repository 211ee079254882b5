"""One tab of the browser: a page opened from a file, everything that it asked for, said and did, and keys to press."""

import base64
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cdp import ANSWER_SECONDS, Browser, BrowserError, Event

__all__ = ["KEYS", "Opened", "Tab", "Watched"]

KEYS = {
    "Tab": (9, "\t"),
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    "Space": (32, " "),
    "End": (35, ""),
    "Home": (36, ""),
    "ArrowLeft": (37, ""),
    "ArrowUp": (38, ""),
    "ArrowRight": (39, ""),
    "ArrowDown": (40, ""),
}
"""Virtual key code and the text that a key types."""
SHIFT = 8
READY = """
document.readyState === "complete" &&
  (document.documentElement.dataset.kit !== undefined ||
   ![...document.scripts].some((script) => ["", "module", "text/javascript"].includes(script.type)))
"""
"""A page without a program is ready when it is loaded; one with a program says how it went."""
READY_SECONDS = 20.0


@dataclass
class Watched:
    """What a page did since it was opened.

    Attributes:
        requests: Addresses that it asked for, refused ones included.
        complaints: Warnings and errors on the console, exceptions, breaches of the content security policy.
        dialogs: Texts of alerts, confirmations and prompts.
        windows: Addresses that it tried to go to.
    """

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    windows: list[str] = field(default_factory=list)


class Tab:
    """A tab of its own; a page opened from a file shares nothing with another one."""

    def __init__(self, browser: Browser) -> None:
        """Opens it, empty."""
        self._browser = browser
        self._target: str = browser.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = browser.call("Target.attachToTarget", {"targetId": self._target, "flatten": True})
        self._session: str = attached["sessionId"]
        self.watched = Watched()
        self.address = ""
        browser.listen(self._session, self._see)
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        # Seconds that the page's own thread computed: what else the machine does is not counted.
        self.call("Performance.enable", {"timeDomain": "threadTicks"})
        self.resize(1200)

    def call(self, method: str, parameters: Event | None = None) -> Event:
        """The result of a command to this tab."""
        return self._browser.call(method, parameters, session=self._session)

    def close(self) -> None:
        """Closes it."""
        self._browser.listen(self._session, None)
        self._browser.call("Target.closeTarget", {"targetId": self._target})

    def resize(self, width: int, height: int = 900) -> None:
        """Makes the window so wide and high, in CSS pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", size)

    def open(self, page: Path) -> None:
        """Loads the file and waits until it is ready; what was watched before is forgotten."""
        self.watched = Watched()
        self.address = page.resolve().as_uri()
        refused = self.call("Page.navigate", {"url": self.address}).get("errorText")
        if refused:
            raise BrowserError(f"{page}: {refused}")
        self.wait_until(READY, seconds=READY_SECONDS)
        if self.evaluate("document.documentElement.dataset.kit ?? 'ready'") != "ready":
            raise BrowserError(f"{page}: its program failed: {self.watched.complaints}")
        # What the page asks for while it becomes ready has been reported once the next frames are painted.
        self.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def wait_until(self, condition: str, *, seconds: float = ANSWER_SECONDS) -> None:
        """Waits until an expression of the page is true; BrowserError where it is not in time."""
        until = time.monotonic() + seconds
        while not self.evaluate(f"Boolean({condition.strip()})"):
            if time.monotonic() > until:
                raise BrowserError(f"not so within {seconds:g} s: {condition.strip()}; {self.watched}")
            time.sleep(0.02)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression, awaited where it is a promise; BrowserError where it throws."""
        parameters = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        answer = self.call("Runtime.evaluate", parameters)
        if "exceptionDetails" in answer:
            raise BrowserError(_exception(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def press(self, *keys: str, shift: bool = False) -> None:
        """Presses and releases keys, one after the other."""
        for key in keys:
            code, text = KEYS[key]
            known = {
                "key": " " if key == "Space" else key,
                "code": key,
                "windowsVirtualKeyCode": code,
                "modifiers": SHIFT if shift else 0,
            }
            self.call("Input.dispatchKeyEvent", {"type": "keyDown", **known, **({"text": text} if text else {})})
            self.call("Input.dispatchKeyEvent", {"type": "keyUp", **known})

    def emulate(self, *, scheme: str = "light", motion: str = "no-preference", media: str = "screen") -> None:
        """What the reader prefers: ``light`` or ``dark``, motion ``no-preference`` or ``reduce``, screen or print."""
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": motion},
        ]
        self.call("Emulation.setEmulatedMedia", {"media": media, "features": features})

    def see_as(self, deficiency: str) -> None:
        """Shows colours as with ``deuteranopia``, ``protanopia``, ``tritanopia``, ``achromatopsia`` or ``none``."""
        self.call("Emulation.setEmulatedVisionDeficiency", {"type": deficiency})

    def screenshot(self, clip: Sequence[float] | None = None) -> bytes:
        """PNG of the whole page, or of ``clip``: left, top, width, height in CSS pixels of the page."""
        if clip is None:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            clip = (0, 0, size["width"], min(size["height"], 16_000))  # the longest picture that it can make
        box = dict(zip(("x", "y", "width", "height"), clip, strict=True)) | {"scale": 1}
        shot = self.call("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True, "clip": box})
        return base64.b64decode(shot["data"])

    def pdf(self) -> bytes:
        """The page as it prints on A4."""
        paper = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": True}
        return base64.b64decode(self.call("Page.printToPDF", paper)["data"])

    def busy_milliseconds(self) -> float:
        """What the page's main thread has computed since it was made: reading, running, layout, painting."""
        metrics = {each["name"]: each["value"] for each in self.call("Performance.getMetrics")["metrics"]}
        return 1000 * float(metrics["TaskDuration"])

    def accessible(self) -> list[dict[str, Any]]:
        """The tree that a screen reader gets: role and name of every node that is not ignored."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [
            {
                "role": node.get("role", {}).get("value", ""),
                "name": node.get("name", {}).get("value", ""),
                "properties": {each["name"]: each["value"].get("value") for each in node.get("properties", [])},
            }
            for node in nodes
            if not node.get("ignored")
        ]

    def _see(self, event: Event) -> None:
        method, told = event["method"], event["params"]
        if method == "Network.requestWillBeSent":
            self.watched.requests.append(told["request"]["url"])
        elif method == "Network.webSocketCreated":
            self.watched.requests.append(told["url"])
        elif method == "Runtime.exceptionThrown":
            self.watched.complaints.append(_exception(told["exceptionDetails"]))
        elif method == "Log.entryAdded":
            entry = told["entry"]
            self.watched.complaints.append(f"{entry['source']} {entry['level']}: {entry['text']}")
        elif method == "Runtime.consoleAPICalled":
            words = " ".join(str(each.get("value", each.get("description", ""))) for each in told["args"])
            self.watched.complaints.append(f"console.{told['type']}: {words}")
        elif method in ("Page.frameRequestedNavigation", "Page.windowOpen"):
            self.watched.windows.append(told["url"])
        elif method == "Page.javascriptDialogOpening":
            self.watched.dialogs.append(told["message"])
            # Unanswered it would hold up the page, and this program with it.
            self._browser.post("Page.handleJavaScriptDialog", {"accept": False}, session=self._session)


def _exception(details: Event) -> str:
    return str(details.get("exception", {}).get("description") or details["text"])


Opened = Callable[..., Tab]
"""What the fixture ``opened`` gives: a page's path, and ``width``, ``scheme``, ``unfolded``."""
