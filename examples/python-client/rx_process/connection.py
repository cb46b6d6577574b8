"""One connection after the other: how they begin, live, end, and when the next one is."""

import asyncio
import base64
import inspect
import json
import random
import re

import websockets

V1, UNSUPPORTED = "rx-process.v1", "rx-process.unsupported"
HELLO, GRACE, PROBE = 10, 10, 5  # seconds
NEVER = {1000, 1002, 1003, 1007, 1008, 1010, 4400, 4403, 4406, 4409}
NOT_BEFORE = {1013: 5, 4429: 10}  # seconds


class ChannelError(Exception):
    """Why a request or a subscription has failed."""

    def __init__(self, code, message="", retry=False, after=0, details=None, **_):
        super().__init__(f"{code}: {message}")
        self.code, self.retry, self.after, self.details = code, retry, after / 1000, details


class Connection:
    """Tells its role of opened(hello), heard(message), lost() and ended(code); the clock goes `speed` times as fast."""

    def __init__(self, url, provider, speed, role):
        self._url, self._provider, self._speed, self._role = url, provider, speed, role
        self.limit, self.dials, self.token = 1 << 20, 0, None
        self._refused, self._renewals, self._out = None, 0, None
        self._loop = asyncio.get_running_loop()
        self._main = asyncio.ensure_future(self._run())

    async def close(self):
        """Closes with 1000, and for good."""
        is_over = self._main.done()
        while not self._main.done():  # before Python 3.12 wait_for may swallow a cancel
            self._main.cancel()
            await asyncio.wait([self._main], timeout=1)
        if not is_over:
            self._role.ended(1000)

    @property
    def is_open(self):
        return self._out is not None

    def send(self, message):
        """Whether it is open, and will be sent."""
        if self.is_open:
            self._out.put_nowait(message)
        return self.is_open

    def now(self):
        return self._loop.time() * self._speed

    def later(self, seconds, do):
        return self._loop.call_later(seconds / self._speed, do)

    def sleep(self, seconds):
        return asyncio.sleep(seconds / self._speed)

    def within(self, seconds, doing):
        return asyncio.wait_for(doing, seconds / self._speed)

    async def renew(self):
        """Asks the provider for a token."""
        token = self._provider()
        self.token = await token if inspect.isawaitable(token) else token

    async def _run(self):
        attempt = 0
        while True:
            code, reason, after, since = 1006, "", 0, None
            try:
                if self.token == self._refused:  # at first both are None
                    await self.renew()
                    if self._refused and self.token in (None, self._refused):
                        return self._role.ended(4401)
                self.dials += 1
                async with self._dial() as ws:
                    try:
                        hello = json.loads(await self.within(HELLO, ws.recv()))["hello"]
                        since, self._refused, self._renewals = self.now(), None, 0
                        await self._live(ws, hello)
                    except asyncio.TimeoutError:
                        await ws.close(code := 4408)  # 1000 would say that its user has gone
            except websockets.ConnectionClosed as closed:
                code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
            except websockets.InvalidHandshake as refused:
                code, after = judge(refused)
            except Exception:
                pass  # lost, no server of ours, or a provider of tokens that fails
            self._out = None
            self._role.lost()
            attempt *= since is None or self.now() - since < 5
            wait = self._wait_after(code, reason, max(after, backoff(attempt)))
            if wait is None:
                return self._role.ended(code)
            attempt += 1
            await self.sleep(wait)

    def _dial(self):
        token = base64.urlsafe_b64encode((self.token or "").encode()).decode().rstrip("=")
        bearer = ["rx-process.bearer." + token] if token else []
        protocols = [V1, *bearer, UNSUPPORTED]
        return websockets.connect(self._url, subprotocols=protocols, max_size=None, ping_interval=None, close_timeout=0.3)

    def _wait_after(self, code, reason, wait):
        """Seconds until the next dial; None: never."""
        if hint := re.search(r"(?:^|; )retry=(\d{1,16}|never)$", reason):
            return None if hint[1] == "never" else min(int(hint[1]) / 1000, 600) * random.uniform(0.9, 1.1)
        if code == 4401:
            self._refused, self._renewals = self.token, self._renewals + 1
            return wait if self.token and self._renewals <= 2 else None
        if code in NEVER or code >= 4000 and code not in (4408, 4429):
            return None
        return max(wait, NOT_BEFORE.get(code, 0))

    async def _live(self, ws, hello):
        self.limit, self._out = hello["limits"]["payload"], asyncio.Queue()
        writer = asyncio.ensure_future(self._write(ws, self._out))
        self._role.opened(hello)
        try:
            while True:
                try:
                    frame = await self.within(hello["heartbeat"] / 1000 + GRACE, ws.recv())
                except asyncio.TimeoutError:
                    self.send({"type": "ping"})
                    frame = await self.within(PROBE, ws.recv())
                for message in messages(frame):
                    self._role.heard(message)
        finally:
            writer.cancel()

    async def _write(self, ws, out):
        """What waits leaves in one frame, of at most 64 messages and `limit` bytes."""
        while texts := [json.dumps(await out.get())]:
            while not out.empty():
                texts.append(json.dumps(out.get_nowait()))
                if len(texts) > 64 or sum(map(len, texts)) + len(texts) > self.limit:
                    await ws.send(f"[{','.join(texts[:-1])}]")
                    texts = texts[-1:]
            await ws.send(f"[{','.join(texts)}]" if len(texts) > 1 else texts[0])


def backoff(attempt):
    return random.random() * min(20, 0.5 * 2 ** min(attempt, 10))


def messages(frame):
    try:
        value = json.loads(frame)
    except ValueError:
        return []
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]


def judge(refused):
    """The close code that stands for the HTTP status of a refused upgrade, and seconds to wait."""
    response = getattr(refused, "response", refused)
    status, headers = getattr(response, "status_code", 0), getattr(response, "headers", {})
    if status in (401, 403, 404, 405, 410):
        return (4401 if status == 401 else 4403), 0
    after = headers.get("Retry-After", "") if status in (429, 503) else ""
    return 1006, int(after) if after.isdigit() else 0
