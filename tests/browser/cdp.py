"""A headless Chromium on a pipe: messages of the Chrome DevTools Protocol, null-terminated JSON on descriptors 3 and 4.

Standard library alone. The pipe is the browser's life line: when this process dies, however it dies, the browser ends.
"""

import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["ANSWER_SECONDS", "Browser", "BrowserError", "Event", "find_browser"]

Event = dict[str, Any]

NAMES = ("chromium", "chromium-headless-shell", "google-chrome")
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",  # without it Chromium refuses to run as root; the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-breakpad",
    "--disable-dev-shm-usage",
    "--disable-features=BackForwardCache,MediaRouter,OptimizationHints,Translate",
    "--renderer-process-limit=1",  # half of what a tab costs is a process of its own
    "--hide-scrollbars",
    "--mute-audio",
    "--force-color-profile=srgb",
    # The browser's own errands find nobody either. Attempts of a page are seen before a name is looked up.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-startup-window",
)
ANSWER_SECONDS = 60.0
"""A browser that is silent for so long has hung; far above what a busy machine needs."""


class BrowserError(Exception):
    """The browser refused a command, went away, or did not answer in time."""


def find_browser() -> str | None:
    """Path of the browser: what PELLUCID_BROWSER names, or else the first of ``NAMES`` on the PATH."""
    named = os.environ.get("PELLUCID_BROWSER")
    candidates = (named,) if named else NAMES
    return next((path for path in map(shutil.which, candidates) if path), None)


class Browser:
    """A running browser with an empty profile; ends with ``close``."""

    def __init__(self, executable: str, profile: Path) -> None:
        """Starts it.

        Args:
            executable: Path of the browser.
            profile: A folder for its profile and its log; made, and removed by ``close``.
        """
        profile.mkdir(parents=True)
        self._profile = profile
        theirs_in, self._out = _pipe()
        self._in, theirs_out = _pipe()
        log = os.open(profile / "browser.log", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            self._pid = os.posix_spawn(
                executable,
                [executable, *FLAGS, f"--user-data-dir={profile}"],
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, log, 1),
                    (os.POSIX_SPAWN_DUP2, log, 2),
                    (os.POSIX_SPAWN_DUP2, theirs_in, 3),
                    (os.POSIX_SPAWN_DUP2, theirs_out, 4),
                ],
                setpgroup=0,
            )
        finally:
            for descriptor in (theirs_in, theirs_out, log):
                os.close(descriptor)
        self._alive = True
        self._number = 0
        self._unread = bytearray()
        self._answers: dict[int, Event] = {}
        self._listeners: dict[str, Callable[[Event], None]] = {}

    def call(self, method: str, parameters: Event | None = None, *, session: str = "") -> Event:
        """The result of a command.

        Raises:
            BrowserError: If the browser refuses it, has gone, or is silent for a minute.
        """
        number = self.post(method, parameters, session=session)
        until = time.monotonic() + ANSWER_SECONDS
        while number not in self._answers:
            self.read(until, waiting_for=method)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message')} {answer['error'].get('data', '')}".strip())
        result: Event = answer["result"]
        return result

    def post(self, method: str, parameters: Event | None = None, *, session: str = "") -> int:
        """Sends a command without waiting for its answer; returns its number."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters or {}}
        if session:
            message["sessionId"] = session
        self._write(json.dumps(message).encode() + b"\0")
        return self._number

    def listen(self, session: str, listener: Callable[[Event], None] | None) -> None:
        """Hands every event of a session to the listener, while commands run or ``read`` waits; None ends it."""
        if listener:
            self._listeners[session] = listener
        else:
            self._listeners.pop(session, None)

    def read(self, until: float, *, waiting_for: str) -> None:
        """Takes one piece from the pipe; answers and events go where they belong.

        Args:
            until: Monotonic time to wait for a piece.
            waiting_for: For the message of the error.

        Raises:
            BrowserError: If nothing comes in time, or the browser has gone.
        """
        ready, _, _ = select.select([self._in], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise BrowserError(f"no answer in time while waiting for {waiting_for}")
        piece = os.read(self._in, 1 << 20)
        if not piece:
            raise BrowserError(f"the browser has gone while waiting for {waiting_for}: {self._last_words()}")
        self._unread += piece
        *whole, rest = self._unread.split(b"\0")
        self._unread = bytearray(rest)
        for message in map(json.loads, whole):
            listener = self._listeners.get(message.get("sessionId", ""))
            if "id" in message:
                self._answers[message["id"]] = message
            elif listener:
                listener(message)

    def close(self) -> None:
        """Ends the browser and everything that it started, and removes its profile."""
        if self._alive:
            with contextlib.suppress(BrowserError, OSError):
                self.call("Browser.close")
            self._end()
        shutil.rmtree(self._profile, ignore_errors=True)

    def _end(self) -> None:
        """Waits for the process, and kills its group where it does not go by itself."""
        self._alive = False
        os.close(self._out)
        os.close(self._in)
        patience = time.monotonic() + 5
        while os.waitpid(self._pid, os.WNOHANG)[0] == 0:
            if time.monotonic() > patience:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._pid, signal.SIGKILL)
                os.waitpid(self._pid, 0)
                break
            time.sleep(0.02)
        # Its renderers outlive it for a moment; a group without members is no error.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)

    def _write(self, message: bytes) -> None:
        try:
            while message:
                message = message[os.write(self._out, message) :]
        except OSError as error:
            raise BrowserError(f"the browser has gone: {self._last_words()}") from error

    def _last_words(self) -> str:
        lines = (self._profile / "browser.log").read_text(errors="replace").strip().splitlines()
        return " | ".join(lines[-3:])


def _pipe() -> tuple[int, int]:
    """Reading and writing end; both lie above 9, so that none is overwritten when the child gets 3 and 4."""
    ends = os.pipe()
    moved = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return moved[0], moved[1]
