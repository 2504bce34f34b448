"""What an officer's open duty room sees: it hears that the queue changed, and fetches it.

The same requests as the page's own script, without drawing; what a browser adds is a frame.
"""

import http.client
import http.cookiejar
import re
import threading
import time
import urllib.parse
import urllib.request

from chengan.city.site.errors import NotRunning

WAIT_S = 10.0
FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
BROKEN = (OSError, http.client.HTTPException)


class Screen:
    """A signed-in duty room; `seen` holds when each name first stood in its queue."""

    def __init__(self, url: str, username: str, password: str) -> None:
        """Sign in.

        Raises
        ------
        NotRunning
            If the city does not let this account in.
        """
        self.url = url
        self.seen: dict[str, float] = {}
        self.over = threading.Event()
        self.jar = jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        page = f"{url}/accounts/login/"
        found = FORM_TOKEN.search(self._get(page))
        form = {
            "csrfmiddlewaretoken": found.group(1) if found else "",
            "login": username,
            "password": password,
        }
        body = urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(page, body, {"Referer": page})  # noqa: S310
        with self.opener.open(request, timeout=WAIT_S):
            pass
        if not any(cookie.name == "sessionid" for cookie in jar):
            raise NotRunning(f"{username} could not sign in at {page}")

    def watch(self, names: "re.Pattern[str]") -> None:
        """Look until `close`; note when a name that `names` finds first stood in the queue."""
        self.thread = threading.Thread(target=self._watch, args=(names,), daemon=True)
        self.thread.start()

    def page(self, path: str) -> str:
        """Give a page as this account sees it."""
        return self._get(f"{self.url}{path}")

    def close(self) -> None:
        """Look no more; takes up to one heartbeat."""
        self.over.set()
        self.thread.join()

    def _watch(self, names: "re.Pattern[str]") -> None:
        while not self.over.is_set():
            try:
                with self.opener.open(f"{self.url}/live/", timeout=WAIT_S) as events:
                    self._look(names)
                    for line in events:
                        if self.over.is_set():
                            return
                        if line.strip() == b"event: alarms":
                            self._look(names)
            except BROKEN:
                self.over.wait(0.2)

    def _look(self, names: "re.Pattern[str]") -> None:
        queue = self._get(f"{self.url}/", {"HX-Request": "true"})
        now = time.perf_counter()
        for name in names.findall(queue):
            self.seen.setdefault(name, now)

    def _get(self, url: str, headers: dict[str, str] | None = None) -> str:
        request = urllib.request.Request(url, headers=headers or {})  # noqa: S310
        with self.opener.open(request, timeout=WAIT_S) as answer:
            return str(answer.read().decode())
