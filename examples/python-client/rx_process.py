"""Channels of rx-process (its dialect rx-process.v1) in asyncio; docs/protocol.md has the reasons."""

import asyncio
import base64
import inspect
import itertools
import json
import random
import re
from collections import namedtuple
from types import SimpleNamespace

import websockets

V1, UNSUPPORTED = "rx-process.v1", "rx-process.unsupported"
HELLO, GRACE, PROBE = 10, 10, 5  # seconds
NEVER = {1000, 1002, 1003, 1007, 1008, 1010, 4400, 4403, 4406, 4409}
NOT_BEFORE = {1013: 5, 4429: 10}  # seconds

# What a channel gives. Gap: something was missed for this reason, so load it from your own source.
Subscribed, Gap = namedtuple("Subscribed", "result"), namedtuple("Gap", "reason")
Event, Presence = namedtuple("Event", "name data"), namedtuple("Presence", "members")  # members: {key: {ref: meta}}


class ChannelError(Exception):
    """Why a request or a subscription has failed."""

    def __init__(self, code, message="", retry=False, after=0, details=None, **_):
        super().__init__(f"{code}: {message}")
        self.code, self.retry, self.after, self.details = code, retry, after / 1000, details


class Channel:
    """`async for item in channel`: Subscribed, Event, Gap and Presence, until it ends by a ChannelError."""

    def __init__(self, client, name, fields):
        self.name, self.position, self._client, self._fields = name, None, client, fields
        self._items, self._asked, self._timer, self._attempt = asyncio.Queue(), None, None, 0
        self._live, self._since, self._version, self._members = False, None, 0, {}

    def __aiter__(self):
        return self

    async def __anext__(self):
        if isinstance(item := await self._items.get(), ChannelError):
            raise item
        return item

    def subscribe(self):
        self.stop()
        since = {"since": self.position} if self.position else {}
        self._asked = self._client.command("subscribe", self._answered, channel=self.name, **self._fields, **since)

    def stop(self, error=None):
        """Until the reply of a subscribe, what comes is of a former membership."""
        self._live, self._asked = False, None
        if self._timer:
            self._timer.cancel()
        if error:
            self._items.put_nowait(error)

    def _answered(self, reply):
        if reply["id"] != self._asked:
            return None
        if not reply["ok"]:
            return self._refused(ChannelError(**reply["error"]))
        result, was = reply["result"], self._since
        self._live, self._since = True, self._client.now()
        if not result.get("recovered"):  # else the replay moves the position
            if was is not None:
                self._items.put_nowait(Gap(result.get("reason", "no_history")))
            first = result.get("from", result.get("offset"))
            self.position = {"epoch": result["epoch"], "offset": first} if "epoch" in result else None
        self._items.put_nowait(Subscribed(result))
        if "presence" in result:
            self._list(result["presence"])

    def _refused(self, error):
        if not error.retry:
            return self._client.forget(self.name, error)
        self.stop()
        self._attempt += 1
        self._timer = self._client.later(max(error.after, backoff(self._attempt - 1)), self.subscribe)

    def hear(self, name, data, offset):
        if not self._live:
            return
        if name == "rx:unsubscribed":
            self._attempt *= self._client.now() - self._since < 5
            self._refused(ChannelError(**data))
        elif name == "rx:position":
            self.position = data
        elif name == "rx:presence_state":
            self._list(data)
        elif name == "rx:presence_diff" and data["version"] > self._version:
            self._diff(data)
        elif not name.startswith("rx:"):
            if offset and self.position:
                if offset <= self.position["offset"]:
                    return
                self.position = {**self.position, "offset": offset}
            self._items.put_nowait(Event(name, data))

    def _list(self, state):
        self._version = state["version"]
        self._members = {each["key"]: {meta["ref"]: meta for meta in each["metas"]} for each in state["members"]}
        self._items.put_nowait(Presence(self._members))

    def _diff(self, diff):
        if diff["version"] > self._version + 1:  # one was missed
            listed = lambda reply: reply["ok"] and self._live and self._list(reply["result"])
            return self._client.command("presence", listed, channel=self.name)
        members = {key: dict(metas) for key, metas in self._members.items()}
        for each in diff["leaves"]:
            members.get(each["key"], {}).pop(each["ref"], None)
        for each in diff["joins"] + diff["updates"]:
            members.setdefault(each["key"], {})[each["ref"]] = {name: each[name] for name in ("ref", "since", "meta")}
        self._version, self._members = diff["version"], {key: metas for key, metas in members.items() if metas}
        self._items.put_nowait(Presence(self._members))


class Client:
    """A connection that comes back by itself: `async with Client(url) as client: …`

    token: gives a token, None if there is none; may be async. answers: functions by the events that the server asks for.
    on_state: called with "open", and with "closed" and the code. speed: how many times as fast the clock goes, for tests.
    """

    def __init__(self, url, *, token=lambda: None, answers={}, on_state=print, speed=1):
        self._url, self._provider, self._answers, self._on_state, self._speed = url, token, answers, on_state, speed
        self._channels, self._pending, self._ids, self._limit = {}, {}, itertools.count(1), 1 << 20
        self._token = self._session = self._out = self._ws = None
        self._dials = self._renewals = 0
        self._resuming, self._tasks = False, set()

    async def __aenter__(self):
        self._loop = asyncio.get_running_loop()
        self._main = self._spawn(self._run())
        return self

    async def __aexit__(self, *_):
        await self.close()

    async def close(self):
        is_open = not self._main.done()
        while not self._main.done():  # it closes with 1000; before Python 3.12 wait_for may swallow a cancel
            self._main.cancel()
            await asyncio.wait([self._main], timeout=1)
        if is_open:
            self._end(1000)
        for task in self._tasks:
            task.cancel()

    def channel(self, name, **fields):
        """Subscribes a channel; fields are those of the command: watch, present, params, rewind …"""
        channel = self._channels[name] = Channel(self, name, fields)
        channel.subscribe()
        return channel

    def leave(self, name):
        self.forget(name, ChannelError("left"))
        self.command("unsubscribe", lambda _: None, channel=name)

    def forget(self, name, error):
        if channel := self._channels.pop(name, None):
            channel.stop(error)

    async def request(self, event, data=None, *, once=False, timeout=5, **keys):
        """The answer to an event. once: performed at most once, even if the connection is lost meanwhile."""
        message = {"type": "event", "payload": {"event": event, "data": data}, **keys, **({"once": True} if once else {})}
        if len(json.dumps(message)) + 30 > self._limit:
            raise ChannelError("bad_request", "above limits.payload")
        future = self._loop.create_future()
        id = self._ask(message, lambda reply: future.done() or future.set_result(reply))
        try:
            reply = await asyncio.wait_for(future, timeout / self._speed)
        except asyncio.TimeoutError:
            raise ChannelError("timeout") from None
        finally:
            self._pending.pop(id, None)
        if reply["ok"]:
            return reply.get("payload")
        raise ChannelError(**reply["error"])

    def command(self, command, done, **fields):
        """Sends a command, if there is a connection; gives its id."""
        if self._out:
            return self._ask({"type": "system", "payload": {"command": command, **fields}}, done)

    def now(self):
        return self._loop.time() * self._speed

    def later(self, seconds, do):
        return self._loop.call_later(seconds / self._speed, do)

    def _within(self, seconds, doing):
        return asyncio.wait_for(doing, seconds / self._speed)

    def _spawn(self, doing):
        self._tasks.add(task := asyncio.ensure_future(doing))
        task.add_done_callback(self._tasks.discard)
        return task

    # One connection after the other.

    async def _run(self):
        attempt, self._token = 0, await self._new_token()
        while True:
            code, reason, after, since = 1006, "", 0, None
            try:
                self._dials += 1
                async with self._dial() as self._ws:
                    try:
                        hello = json.loads(await self._within(HELLO, self._ws.recv()))["hello"]
                        since = self.now()
                        await self._live(hello)
                    except asyncio.TimeoutError:
                        await self._ws.close(4408)  # 1000 would say that its user has gone
                        raise
            except asyncio.TimeoutError:
                code = 4408
            except websockets.ConnectionClosed as closed:
                code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
            except websockets.InvalidHandshake as refused:
                code, after = judge(refused)
            except (OSError, ValueError, KeyError):
                pass  # lost, or no server of ours
            self._lost()
            attempt *= since is None or self.now() - since < 5
            wait = await self._wait_after(code, reason, max(after, backoff(attempt)))
            if wait is None:
                return self._end(code)
            attempt += 1
            await asyncio.sleep(wait / self._speed)

    def _dial(self):
        token = base64.urlsafe_b64encode((self._token or "").encode()).decode().rstrip("=")
        bearer = ["rx-process.bearer." + token] if token else []
        protocols = [V1, *bearer, UNSUPPORTED]
        return websockets.connect(self._url, subprotocols=protocols, max_size=None, ping_interval=None, close_timeout=0.3)

    async def _wait_after(self, code, reason, wait):
        """Seconds until the next dial; None: never."""
        if hint := re.search(r"(?:^|; )retry=(\d{1,16}|never)$", reason):
            return None if hint[1] == "never" else min(int(hint[1]) / 1000, 600) * random.uniform(0.9, 1.1)
        if code == 4401:
            old, self._token, self._renewals = self._token, await self._new_token(), self._renewals + 1
            return wait if self._token not in (None, old) and self._renewals <= 2 else None
        if code in NEVER or code >= 4000 and code not in (4408, 4429):
            return None
        return max(wait, NOT_BEFORE.get(code, 0))

    async def _live(self, hello):
        self._renewals, self._limit, self._out = 0, hello["limits"]["payload"], asyncio.Queue()
        tasks = [self._spawn(self._write(self._ws, self._out)), self._spawn(self._refresh(hello.get("expires_in")))]
        if self._session:
            self._resuming = True
            self.command("resume", lambda reply: self._resumed(reply, hello), session=self._session, n=self._dials)
        self._session = self._session or hello["session"]
        for channel in self._channels.values():
            channel.subscribe()
        for request in self._pending.values():
            self._send(request)
        self._on_state("open")
        try:
            while True:
                try:
                    frame = await self._within(hello["heartbeat"] / 1000 + GRACE, self._ws.recv())
                except asyncio.TimeoutError:
                    self._out.put_nowait({"type": "ping"})
                    frame = await self._within(PROBE, self._ws.recv())
                for message in messages(frame):
                    self._hear(message)
        finally:
            for task in tasks:
                task.cancel()

    async def _write(self, ws, out):
        """What waits leaves in one frame, of at most 64 messages and limits.payload bytes."""
        while texts := [json.dumps(await out.get())]:
            while not out.empty():
                texts.append(json.dumps(out.get_nowait()))
                if len(texts) > 64 or sum(map(len, texts)) + len(texts) > self._limit:
                    await ws.send(f"[{','.join(texts[:-1])}]")
                    texts = texts[-1:]
            await ws.send(f"[{','.join(texts)}]" if len(texts) > 1 else texts[0])

    def _hear(self, message):
        id, payload = message.get("id"), message.get("payload")
        if "ok" in message:
            if request := self._pending.pop(id, None):
                request.done(message)
        elif message.get("type") == "event" and id is not None:
            self._spawn(self._answer(id, payload["event"], payload.get("data")))
        elif message.get("type") == "event" and message.get("channel") in self._channels:
            self._channels[message["channel"]].hear(payload["event"], payload.get("data"), message.get("offset"))

    async def _answer(self, id, event, data):
        try:
            if event not in self._answers:
                raise ChannelError("not_found")
            answer = self._answers[event](data)
            reply = {"ok": True, "payload": await answer if inspect.isawaitable(answer) else answer}
        except Exception as error:
            code = getattr(error, "code", "failed")
            reply = {"ok": False, "error": {"code": code, "message": str(error), "retry": False}}
        if self._out:
            self._out.put_nowait({"id": id, "type": "json", **reply})

    def _ask(self, message, done):
        request = SimpleNamespace(message={"id": next(self._ids), **message}, done=done, sent=False)
        self._pending[request.message["id"]] = request
        self._send(request)
        return request.message["id"]

    def _send(self, request):
        if self._out and not request.sent and not (self._resuming and "once" in request.message):
            request.sent = True
            self._out.put_nowait(request.message)

    def _resumed(self, reply, hello):
        if not self._out:
            return
        self._resuming, resumed = False, reply["ok"] and reply["result"]["resumed"]
        self._session = self._session if resumed else hello["session"]
        self._fail("outcome_unknown", lambda request: request.sent and "once" in request.message and not resumed)
        for request in self._pending.values():
            request.sent = request.sent and "once" not in request.message
            self._send(request)

    def _lost(self):
        self._out, self._ws, self._resuming = None, None, False
        for channel in self._channels.values():
            channel.stop()
        self._fail("disconnected", lambda request: request.sent and "once" not in request.message)

    def _end(self, code):
        self._out = None
        self._fail("closed", lambda _: True)
        for name in list(self._channels):
            self.forget(name, ChannelError("closed", str(code)))
        self._on_state("closed", code)

    def _fail(self, code, is_over):
        for id, request in list(self._pending.items()):
            if is_over(request):
                del self._pending[id]
                request.done({"id": id, "ok": False, "error": {"code": code}})

    async def _refresh(self, millis):
        while millis:
            await asyncio.sleep(millis / 1000 * random.uniform(0.8, 0.9) / self._speed)
            self._token, reply = await self._new_token(), self._loop.create_future()
            self.command("refresh", lambda it: reply.done() or reply.set_result(it), token=self._token)
            millis = (await reply).get("result", {}).get("expires_in")

    async def _new_token(self):
        token = self._provider()
        return await token if inspect.isawaitable(token) else token


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
