"""The server as a process of its own, for tests that meet it as its operator and readers do."""

from __future__ import annotations

import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from contextlib import contextmanager

TANYUAN = [sys.executable, "-m", "tanyuan"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**more):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TANYUAN", "DJANGO"))}
    return {**kept, "PYTHONWARNINGS": "ignore", "TANYUAN_LANG": "en", **more}


def tanyuan(*words, **more):
    return subprocess.run(
        [*TANYUAN, *words],
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@contextmanager
def running(data, *options, port, demonstration=True, program=TANYUAN, **more):
    """The server as a process; what it prints goes to a file, so that it never waits for us."""
    printed = data / f"printed-{port}.txt"
    shown = ["--demonstration"] if demonstration else []
    with printed.open("w") as target:
        server = subprocess.Popen(
            [*program, "serve", *shown, "--data", str(data), *options],
            env=environment(PORT=str(port), **more),
            stdout=target,
            stderr=subprocess.STDOUT,
        )
        server.printed = printed
        try:
            yield server
        finally:
            if server.poll() is None:
                server.send_signal(signal.SIGINT)
                try:
                    server.wait(300)
                except subprocess.TimeoutExpired:
                    server.kill()


def ask(port, path="/"):
    address = f"http://127.0.0.1:{port}{path}"
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not come up")


def children(process):
    """The processes that a process has started."""
    ps = shutil.which("ps") or "ps"
    listed = subprocess.run(
        [ps, "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in listed.stdout.split()]


class Browser:
    """Somebody who signs in and sends forms."""

    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}"
        self.cookies = http.cookiejar.CookieJar()
        keeper = urllib.request.HTTPCookieProcessor(self.cookies)
        self.opener = urllib.request.build_opener(keeper)

    def sign_in(self, email, password):
        self.get("/accounts/login/")
        status, _, _ = self.post("/accounts/login/", {"login": email, "password": password})
        assert status == 200
        return self

    def get(self, path):
        return self._open(path)

    def post(self, path, fields=(), file=None):
        """Send a form; a file is its name and bytes. Gives status, address at the end, text."""
        fields = {**dict(fields), "csrfmiddlewaretoken": self._token()}
        mark = uuid.uuid4().hex
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
            for k, v in fields.items()
        ]
        if file:
            name, data = file
            head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"'
            parts += [f"{head}\r\nContent-Type: application/x\r\n\r\n".encode(), data, b"\r\n"]
        body = b"".join([*parts, f"--{mark}--\r\n".encode()])
        kind = {"Content-Type": f"multipart/form-data; boundary={mark}", "Referer": self.base}
        return self._open(path, body, kind)

    def _token(self):
        return next((c.value for c in self.cookies if c.name == "csrftoken"), "")

    def _open(self, path, body=None, headers=None):
        request = urllib.request.Request(  # noqa: S310 - our own server
            self.base + path, body, {"Accept-Language": "en", **(headers or {})}
        )
        try:
            with self.opener.open(request, timeout=120) as answer:
                return answer.status, answer.url, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.code, error.url, error.read().decode(errors="replace")


def password_of(data):
    """The password of the demonstration accounts."""
    return (data / "secrets" / "demonstration-password").read_text()


def studies_in(text):
    """The ids of the studies that a page leads to."""
    return set(re.findall(r"/studies/([0-9a-f-]{36})/", text))
