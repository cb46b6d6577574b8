"""Channels of rx-process in asyncio, by the dialect rx-process.v1. What each line is for says docs/protocol.md."""

import asyncio
import base64
import inspect
import itertools
import json
import random
import re
from dataclasses import dataclass

import websockets

NEVER = {1000, 1002, 1003, 1007, 1008, 1010, 4400, 4403, 4406, 4409}
NOT_BEFORE = {1013: 5, 4429: 10}  # seconds


class ChannelError(Exception):
    """Why a request or a subscription has failed."""

    def __init__(self, code, message="", retry=False, after=0, **_):
        super().__init__(f"{code}: {message}" if message else code)
        self.code, self.retry, self.after = code, retry, after / 1000


@dataclass(frozen=True)
class Subscribed:
    result: dict


@dataclass(frozen=True)
class Gap:
    """Something was missed, for this reason: load from your own source what you need."""

    reason: str


@dataclass(frozen=True)
class Presence:
    """Who is there: {key: {ref: {"since", "meta"}}}."""

    members: dict


@dataclass(frozen=True)
class Event:
    name: str
    data: object
    offset: int | None


class Channel:
    """`async for item in channel` gives Subscribed, Event, Gap and Presence; it raises ChannelError at its end."""

    def __init__(self, client, name, fields):
        self.name, self.position, self.attempt = name, None, 0
        self._client, self._fields, self._items = client, fields, asyncio.Queue()
        self._asked = self._live = self._timer = None
        self._joined_at, self._version, self._members = None, 0, {}

    def __aiter__(self):
        return self

    async def __anext__(self):
        item = await self._items.get()
        if isinstance(item, ChannelError):
            raise item
        return item

    def subscribe(self):
        since = {"since": self.position} if self.position else {}
        self._live = False  # until the reply what comes is of the membership before
        self._asked = self._client.command("subscribe", self._answered, channel=self.name, **self._fields, **since)

    def stop(self):
        self._asked = self._live = None
        if self._timer:
            self._timer.cancel()

    def _answered(self, reply):
        if reply["id"] != self._asked:
            return
        if not reply["ok"]:
            return self._refused(reply["error"])
        result, was = reply.get("result") or {}, self._joined_at is not None
        self._live, self._joined_at = True, self._client.now()
        if result.get("recovered") is not True:
            if was:
                self._items.put_nowait(Gap(result.get("reason", "no_history")))
            self.position = None
            if "epoch" in result:
                self.position = {"epoch": result["epoch"], "offset": result.get("from", result["offset"])}
        self._items.put_nowait(Subscribed(result))
        if "presence" in result:
            self._list(result["presence"])

    def _refused(self, error):
        self.stop()
        error = ChannelError(**error)
        if not error.retry:
            self._client.channels.pop(self.name, None)
            return self._items.put_nowait(error)
        self.attempt += 1
        wait = max(error.after, self._client.wait(self.attempt - 1))
        self._timer = self._client.later(wait, self.subscribe)

    def hear(self, message):
        if not self._live or message.get("type") != "event":
            return
        name, data = message["payload"]["event"], message["payload"].get("data")
        offset = message.get("offset")
        if name == "rx:unsubscribed":
            if self._client.now() - self._joined_at > 5:
                self.attempt = 0
            self._refused(data)
        elif name == "rx:position":
            self.position = data
        elif name == "rx:presence_state":
            self._list(data)
        elif name == "rx:presence_diff":
            self._diff(data)
        elif not name.startswith("rx:"):
            if offset is not None and self.position:
                if offset <= self.position["offset"]:
                    return
                self.position = {**self.position, "offset": offset}
            self._items.put_nowait(Event(name, data, offset))

    def _list(self, state):
        self._version = state["version"]
        self._members = {each["key"]: {meta["ref"]: meta for meta in each["metas"]} for each in state["members"]}
        self._show()

    def _diff(self, diff):
        if diff["version"] <= self._version:
            return
        if diff["version"] > self._version + 1:  # one was missed
            answered = lambda reply: reply["ok"] and self._live and self._list(reply["result"])
            return self._client.command("presence", answered, channel=self.name)
        self._version += 1
        for each in diff["leaves"]:
            self._members.get(each["key"], {}).pop(each["ref"], None)
        for each in diff["joins"] + diff["updates"]:
            metas = self._members.setdefault(each["key"], {})
            metas[each["ref"]] = {name: each[name] for name in ("ref", "since", "meta")}
        self._members = {key: metas for key, metas in self._members.items() if metas}
        self._show()

    def _show(self):
        self._items.put_nowait(Presence({key: dict(metas) for key, metas in self._members.items()}))


@dataclass
class Request:
    message: dict
    future: asyncio.Future
    sent: bool = False


class Client:
    """A connection that comes back. `async with Client(url) as client: …`"""

    def __init__(self, url, *, token=None, answers=None, on_state=None, speed=1):
        self.url, self.answers, self.channels = url, answers or {}, {}
        self._token_of, self._on_state, self._speed = token, on_state or (lambda *_: None), speed
        self._token = self._session = self._out = None
        self._ids, self._dials, self._renewals = itertools.count(1), 0, 0
        self._replies, self._requests, self._limit = {}, {}, 1 << 20
        self._resuming, self._tasks, self._ws = False, set(), None

    async def __aenter__(self):
        self._loop = asyncio.get_running_loop()
        self._running = self._spawn(self._run())
        return self

    async def __aexit__(self, *_):
        await self.close()

    async def close(self):
        """Closes with 1000; nothing comes back."""
        if not self._running.done():
            self._running.cancel()
            if self._ws:
                await self._ws.close(1000)
            self._ended(1000, "")
        for task in list(self._tasks):
            task.cancel()

    def channel(self, name, **fields):
        """Subscribes a channel; `fields` are those of the command: watch, present, params, rewind …"""
        channel = self.channels[name] = Channel(self, name, fields)
        if self._out is not None:
            channel.subscribe()
        return channel

    def leave(self, name):
        channel = self.channels.pop(name, None)
        if channel:
            channel.stop()
            self.command("unsubscribe", None, channel=name)

    async def request(self, event, data=None, *, channel=None, once=False, timeout=5):
        """The answer to an event. `once`: performed at most once, also where the connection is lost meanwhile."""
        message = {"id": next(self._ids), "type": "event", "payload": {"event": event, "data": data}}
        message |= ({"channel": channel} if channel else {}) | ({"once": True} if once else {})
        if len(json.dumps(message)) > self._limit:
            raise ChannelError("bad_request", "above limits.payload")
        request = self._requests[message["id"]] = Request(message, self._loop.create_future())
        self._ask(request)
        try:
            return await asyncio.wait_for(request.future, timeout / self._speed)
        except asyncio.TimeoutError:
            raise ChannelError("timeout") from None
        finally:
            self._requests.pop(message["id"], None)

    def command(self, command, answered, **fields):
        """Sends a command, if there is a connection; gives its id."""
        id = next(self._ids)
        if self._out is not None:
            self._replies[id] = answered
            self._out.put_nowait({"id": id, "type": "system", "payload": {"command": command, **fields}})
        return id

    # Time, which goes `speed` times as fast in a test.
    def now(self):
        return self._loop.time() * self._speed

    def later(self, seconds, do):
        return self._loop.call_later(seconds / self._speed, do)

    @staticmethod
    def wait(attempt):
        return random.random() * min(20, 0.5 * 2 ** min(attempt, 10))

    async def _run(self):
        attempt = 0
        while True:
            if self._token is None and self._token_of:
                self._token = await self._new_token()
            since = None
            code, reason, after = 1006, "", None
            self._dials += 1
            try:
                async with self._dial() as self._ws:
                    hello = json.loads(await self._within(10, self._ws.recv()))["hello"]
                    since = self.now()
                    await self._live(hello)
            except asyncio.TimeoutError:
                code = 4408
            except websockets.ConnectionClosed as closed:
                code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
            except websockets.InvalidHandshake as refused:
                code, after = _judge(refused)
            except (OSError, ValueError, KeyError):
                pass
            self._lost()
            attempt = 0 if since and self.now() - since >= 5 else attempt
            wait = await self._wait_after(code, reason, after, attempt)
            if wait is None:
                return self._ended(code, reason)
            attempt += 1
            await asyncio.sleep(wait / self._speed)

    async def _wait_after(self, code, reason, after, attempt):
        """Seconds until the next dial; None: never again."""
        hint = re.search(r"(?:^|; )retry=(\d{1,16}|never)$", reason)
        if hint:
            return None if hint[1] == "never" else min(int(hint[1]) / 1000, 600) * random.uniform(0.9, 1.1)
        if code == 4401:
            token, self._renewals = await self._new_token(), self._renewals + 1
            if token in (None, self._token) or self._renewals > 2:
                return None
            self._token = token
        elif code in NEVER or 4000 <= code <= 4999 and code not in (4408, 4429):
            return None
        return max(self.wait(attempt), after or 0, NOT_BEFORE.get(code, 0))

    def _dial(self):
        bearer = []
        if self._token is not None:
            bearer = ["rx-process.bearer." + base64.urlsafe_b64encode(self._token.encode()).decode().rstrip("=")]
        protocols = ["rx-process.v1", *bearer, "rx-process.unsupported"]
        return websockets.connect(self.url, subprotocols=protocols, max_size=None, ping_interval=None, close_timeout=1)

    async def _live(self, hello):
        self._renewals, self._limit = 0, hello["limits"]["payload"]
        self._out, old = asyncio.Queue(), self._session
        self._session = old or hello["session"]
        writer = self._spawn(self._write(self._ws, self._out))
        refresh = hello.get("expires_in") and self._spawn(self._refresh(hello["expires_in"]))
        if old:
            self._resuming = True
            self.command("resume", lambda reply: self._resumed(reply, hello), session=old, n=self._dials)
        for channel in self.channels.values():
            channel.subscribe()
        for request in list(self._requests.values()):
            self._ask(request)
        self._on_state("open")
        try:
            while True:
                try:
                    frame = await self._within(hello["heartbeat"] / 1000 + 10, self._ws.recv())
                except asyncio.TimeoutError:
                    self._out.put_nowait({"type": "ping"})
                    frame = await self._within(5, self._ws.recv())
                for message in _messages(frame):
                    self._hear(message)
        finally:
            writer.cancel()
            if refresh:
                refresh.cancel()

    def _within(self, seconds, doing):
        return asyncio.wait_for(doing, seconds / self._speed)

    async def _write(self, ws, out):
        """What waits goes in one frame, of at most 64 messages and `limits.payload`."""
        while True:
            texts = [json.dumps(await out.get())]
            while not out.empty() and len(texts) < 64:
                texts.append(json.dumps(out.get_nowait()))
                if sum(map(len, texts)) + len(texts) + 1 > self._limit:
                    await ws.send(texts[0] if len(texts) == 2 else f"[{','.join(texts[:-1])}]")
                    texts = texts[-1:]
            await ws.send(texts[0] if len(texts) == 1 else f"[{','.join(texts)}]")

    def _hear(self, message):
        id = message.get("id")
        if id is not None and "ok" in message:
            request, answered = self._requests.get(id), self._replies.pop(id, None)
            if request and not request.future.done():
                _settle(request.future, message)
            elif answered:
                answered(message)
        elif id is not None:
            self._spawn(self._answer(message))
        elif message.get("channel") in self.channels:
            self.channels[message["channel"]].hear(message)

    async def _answer(self, message):
        payload = message.get("payload")
        answer = self.answers.get(payload.get("event")) if isinstance(payload, dict) else None
        reply = {"id": message["id"], "ok": True, "type": "json"}
        try:
            if answer is None:
                raise ChannelError("not_found")
            value = answer(payload.get("data"))
            reply["payload"] = await value if inspect.isawaitable(value) else value
        except Exception as error:
            code = error.code if isinstance(error, ChannelError) else "failed"
            reply |= {"ok": False, "error": {"code": code, "message": str(error), "retry": False}}
        if self._out is not None:
            self._out.put_nowait(reply)

    def _ask(self, request):
        once = request.message.get("once")
        if self._out is not None and not (once and self._resuming):
            request.sent = True
            self._out.put_nowait(request.message)

    def _resumed(self, reply, hello):
        self._resuming = False
        resumed = reply["ok"] and reply["result"]["resumed"]
        if not resumed:
            self._session = hello["session"]
        for request in [each for each in self._requests.values() if each.message.get("once")]:
            if request.sent and not resumed:
                _fail(request, "outcome_unknown")
            else:
                self._ask(request)

    def _lost(self):
        self._out = self._ws = None
        self._resuming = False
        self._replies.clear()
        for request in self._requests.values():
            if request.sent and not request.message.get("once"):
                _fail(request, "disconnected")
        for channel in self.channels.values():
            channel.stop()

    def _ended(self, code, reason):
        for request in self._requests.values():
            _fail(request, "closed")
        for channel in self.channels.values():
            channel._items.put_nowait(ChannelError("closed", f"{code} {reason}"))
        self._on_state("closed", code)

    async def _refresh(self, millis):
        while millis:
            await asyncio.sleep(millis / 1000 * random.uniform(0.8, 0.9) / self._speed)
            self._token = await self._new_token() or self._token
            answer = self._loop.create_future()
            self.command("refresh", answer.set_result, token=self._token)
            millis = ((await answer).get("result") or {}).get("expires_in")

    async def _new_token(self):
        token = self._token_of and self._token_of()
        return await token if inspect.isawaitable(token) else token

    def _spawn(self, coroutine):
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _messages(frame):
    try:
        value = json.loads(frame)
    except ValueError:
        return []
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]


def _settle(future, reply):
    if reply["ok"]:
        future.set_result(reply["result"] if "result" in reply else reply.get("payload"))
    else:
        future.set_exception(ChannelError(**reply["error"]))


def _fail(request, code):
    if not request.future.done():
        request.future.set_exception(ChannelError(code))


def _judge(refused):
    """The close code that stands for a refused upgrade, and when to come back, in seconds."""
    response = getattr(refused, "response", refused)
    status, headers = getattr(response, "status_code", 0), getattr(response, "headers", {})
    if status in (401, 403, 404, 405, 410):
        return (4401 if status == 401 else 4403), None
    after = headers.get("Retry-After", "") if status in (429, 503) else ""
    return 1006, int(after) if after.isdigit() else None
