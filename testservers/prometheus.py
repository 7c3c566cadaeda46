"""A throw-away Prometheus: it scrapes one target and evaluates rules every few seconds."""

import json
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import yaml

from testservers.ports import free_ports

INTERVAL = "2s"  # a scrape that takes longer fails, and on a busy machine it takes a while
_START_SECONDS = 120.0


class Prometheus:
    """The server: ``with Prometheus(folder, "127.0.0.1:9947", rules) as prometheus: ...``."""

    def __init__(self, folder: Path, target: str, rules: Path, *, interval: str = INTERVAL) -> None:
        folder.mkdir()
        self._folder = folder
        (port,) = free_ports(1)
        self.address = f"127.0.0.1:{port}"
        configuration = {
            "global": {"scrape_interval": interval, "evaluation_interval": interval},
            "rule_files": [str(rules)],
            "scrape_configs": [{"job_name": "kwtools", "static_configs": [{"targets": [target]}]}],
        }
        (folder / "prometheus.yml").write_text(yaml.safe_dump(configuration))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={self._folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={self._folder / 'data'}",
                    f"--web.listen-address={self.address}",
                ],
                stdout=log,
                stderr=log,
            )
        self.until(self._is_ready, _START_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def get(self, path: str, **query: str) -> Any:
        """Return the data that its API answers."""
        with self._open(f"/api/v1/{path}?{urllib.parse.urlencode(query)}") as answer:
            return json.load(answer)["data"]

    def value(self, expression: str) -> list[dict[str, Any]]:
        """Return the samples of an expression now."""
        found: list[dict[str, Any]] = self.get("query", query=expression)["result"]
        return found

    def firing(self) -> list[dict[str, Any]]:
        """Return the alerts that fire."""
        return [alert for alert in self.get("alerts")["alerts"] if alert["state"] == "firing"]

    def until(self, found: Callable[[], Any], seconds: float = 240.0) -> Any:
        """Return what is found once there is something; raises ``TimeoutError`` with its log."""
        end = time.monotonic() + seconds
        while not (result := found()):
            if time.monotonic() > end:
                raise TimeoutError((self._folder / "log").read_text()[-2000:])
            time.sleep(0.1)
        return result

    def _open(self, path: str) -> Any:
        return urllib.request.urlopen(f"http://{self.address}{path}", timeout=60)

    def _is_ready(self) -> bool:
        try:
            with self._open("/-/ready"):
                return True
        except (OSError, urllib.error.HTTPError):
            return False
