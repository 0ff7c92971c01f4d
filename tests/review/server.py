"""`align review serve` as a process that can be killed and started again, and reviewers who decide over HTTP."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHOICES = ("accept", "reject", "unsure")


class Server:
    """One server on a fixed port."""

    def __init__(self, store, port, tokens, log):
        self.store, self.port, self.tokens, self.log = store, port, tokens, Path(log)
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def link(self, name, query=""):
        return f"{self.url}/join/{self.tokens[name]}{query}"

    def start(self, patience=90.0):
        command = [sys.executable, "-m", "align", "review", "serve", "--store", self.store, "--no-browser"]
        names = [part for name in self.tokens for part in ("--reviewer", name)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *names, "--port", str(self.port)],
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        end = time.monotonic() + patience
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def answers(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self):
        """kill -9, as a power cut of the process would be."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


class Client:
    """One signed-in reviewer; a request is repeated, with the same uid, until it is answered."""

    def __init__(self, server, name):
        self.server, self.name = server, name
        self.cookie = self.csrf = ""
        self.connection = None
        self.seconds = {"next": [], "decide": []}

    def join(self):
        _, headers, _ = self.request("GET", f"/join/{self.server.tokens[self.name]}")
        self.cookie = headers["set-cookie"].split(";")[0]
        _, _, page = self.request("GET", "/figures")
        self.csrf = re.search(r'data-csrf="([0-9a-f]+)"', page).group(1)

    def request(self, method, path, body=None):
        while True:
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
                headers = {"Cookie": self.cookie, "X-CSRF-Token": self.csrf, "Content-Type": "application/json"}
                self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
                answer = self.connection.getresponse()
                text = answer.read().decode()
                if answer.status != 429 and answer.status < 500:
                    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text
            except (OSError, http.client.HTTPException):
                self.close()
            time.sleep(0.05)

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def timed(self, kind, *request):
        begin = time.perf_counter()
        status, _, text = self.request(*request)
        self.seconds[kind].append(time.perf_counter() - begin)
        return status, json.loads(text)

    def work(self, decisions, acknowledged):
        """Decide so many pairs; every answer that says saved is put down in `acknowledged`."""
        for number in range(decisions):
            status, shown = self.timed("next", "GET", "/api/next")
            assert status == 200, shown
            if shown["pair"] is None:
                return
            uid, choice = uuid.uuid4().hex, CHOICES[number % 3]
            body = {"uid": uid, "pair": shown["pair"], "version": 0, "changes": {"choice": choice}}
            status, saved = self.timed("decide", "POST", "/api/decisions", body)
            assert status == 200, saved
            acknowledged[uid] = (self.name, shown["pair"], choice)


def work_together(server, decisions, beside=lambda is_over: None):
    """All reviewers of `server` decide at once, each so many; what was acknowledged, and the clients."""
    acknowledged, clients, errors = {}, [Client(server, name) for name in server.tokens], []

    def work(client):
        try:
            client.join()
            client.work(decisions, acknowledged)
        except Exception as error:  # shown by the caller: a thread's own traceback would be lost
            errors.append(repr(error))
        finally:
            client.close()

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    beside(lambda: not any(thread.is_alive() for thread in threads))
    for thread in threads:
        thread.join()
    assert not errors, errors[:3]
    return acknowledged, clients


def lost_or_doubled(store, acknowledged):
    """How many acknowledged decisions the store does not hold as they were sent, and how many it holds besides."""
    from align.store import open_store
    from align.store.results import iter_events

    opened = open_store(store)
    events = list(iter_events(opened))
    opened.close()
    written = {event["uid"]: (event["by"], event["after"]["choice"]) for event in events}
    lost = sum(written.get(uid) != (name, choice) for uid, (name, _, choice) in acknowledged.items())
    per_pair = {}
    for name, pair, _ in acknowledged.values():
        per_pair.setdefault(pair, []).append(name)
    shown_twice = sum(len(names) - len(set(names)) for names in per_pair.values())
    return lost, len(events) - len(acknowledged) + shown_twice
