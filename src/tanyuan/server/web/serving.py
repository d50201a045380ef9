"""Running the server.

On SQLite one process with threads and the job loop inside; on PostgreSQL several web workers.
"""

from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from tanyuan.server.base.jobs import JobLoop, take_up_broken


class _Watch(Arbiter):  # type: ignore[misc]
    """Gunicorn's parent process; it ends when its terminal is closed, and leaves nobody behind."""

    def handle_hup(self) -> None:
        """End, where gunicorn would start anew."""
        raise StopIteration


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our settings instead of a configuration file."""

    def __init__(self, host: str, port: int, *, workers: int, threads: int, jobs: bool) -> None:
        self._options = {
            "bind": f"[{host.strip('[]')}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "timeout": 120,
            "graceful_timeout": 15,
            "keepalive": 5,
            "max_requests": 0,
            "accesslog": None,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        self._jobs = JobLoop() if jobs else None
        super().__init__()

    def run(self) -> None:
        """Serve until told to stop."""
        _Watch(self).run()

    def load_config(self) -> None:
        """Hand gunicorn what it knows of our settings."""
        for name, value in self._options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)
        if self._jobs is not None:
            self.cfg.set("post_worker_init", self._start_jobs)
            self.cfg.set("worker_exit", self._stop_jobs)

    def load(self) -> Any:
        """The application."""
        from tanyuan.server.web.wsgi import application  # noqa: PLC0415 - loads Django

        return application

    def _start_jobs(self, _worker: Any) -> None:
        take_up_broken(alone=True)
        if self._jobs is not None:
            self._jobs.start()

    def _stop_jobs(self, _server: Any, _worker: Any) -> None:
        if self._jobs is not None:
            self._jobs.stop()
