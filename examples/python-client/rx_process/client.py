"""Requests, the session, and who hears what comes."""

import asyncio
import inspect
import itertools
import json
import random
from types import SimpleNamespace

from .channel import Channel
from .connection import ChannelError, Connection


class Client:
    """A client that stays connected: `async with Client(url) as client: …`

    token: gives a token, or None; it may be async. answers: functions by the names of events that the server asks for.
    on_state: called with "open", and with "closed" and the code. speed: how many times as fast time goes, for tests.
    """

    def __init__(self, url, *, token=lambda: None, answers={}, on_state=lambda *_: None, speed=1):
        self._given, self._answers, self._on_state = (url, token, speed), answers, on_state
        self._channels, self._pending, self._ids, self._tasks = {}, {}, itertools.count(1), set()
        self._session, self._resuming, self._refreshing = None, False, None

    async def __aenter__(self):
        self.connection = Connection(*self._given, self)
        return self

    async def __aexit__(self, *_):
        await self.close()

    async def close(self):
        await self.connection.close()
        for task in self._tasks:
            task.cancel()

    def channel(self, name, **fields):
        """Subscribes a channel; fields are those of the command: watch, present, params, rewind …"""
        if name in self._channels:
            raise ValueError(f"{name} is subscribed already")
        channel = self._channels[name] = Channel(self, name, fields)
        channel.subscribe()
        return channel

    def leave(self, name):
        self.forget(name, StopAsyncIteration())
        self.command("unsubscribe", lambda _: None, channel=name)

    def forget(self, name, error):
        if channel := self._channels.pop(name, None):
            channel.stop(error)

    async def request(self, event, data=None, *, once=False, timeout=5, **keys):
        """The answer to an event. once: performed at most once, even if the connection is lost meanwhile."""
        message = {"type": "event", "payload": {"event": event, "data": data}, **keys, **({"once": True} if once else {})}
        return (await self._reply(message, timeout)).get("payload")

    async def call(self, command, *, timeout=5, **fields):
        """The result of a command: history, presence_update, list_channels …"""
        reply = await self._reply({"type": "system", "payload": {"command": command, **fields}}, timeout)
        return reply.get("result", reply.get("payload"))

    def command(self, command, done, **fields):
        """Sends a command, if it is open, and hears of its reply, or that the connection is lost; gives its id."""
        if self.connection.is_open:
            return self._ask({"type": "system", "payload": {"command": command, **fields}}, done)

    async def _reply(self, message, timeout):
        if len(json.dumps(message)) + 30 > self.connection.limit:
            raise ChannelError("bad_request", "above limits.payload")
        future = asyncio.get_running_loop().create_future()
        id = self._ask(message, lambda reply: future.done() or future.set_result(reply))
        try:
            reply = await self.connection.within(timeout, future)
        except asyncio.TimeoutError:
            raise ChannelError("timeout") from None
        finally:
            self._pending.pop(id, None)
        if reply["ok"]:
            return reply
        raise ChannelError(**reply["error"])

    def _ask(self, message, done):
        id = next(self._ids)
        request = self._pending[id] = SimpleNamespace(message={"id": id, **message}, done=done, sent=False)
        self._send(request)
        return id

    def _send(self, request):
        if not request.sent and not (self._resuming and "once" in request.message):
            request.sent = self.connection.send(request.message)

    # What its connection tells.

    def opened(self, hello):
        old, self._session = self._session, self._session or hello["session"]
        waiting = list(self._pending.values())
        if old:
            self._resuming = True
            resumed = lambda reply: self._resumed(reply, hello["session"])
            self.command("resume", resumed, session=old, n=self.connection.dials)
        for channel in self._channels.values():
            channel.subscribe()
        for request in waiting:
            self._send(request)
        self._refreshing = self._spawn(self._refresh(hello.get("expires_in")))
        self._on_state("open")

    def heard(self, message):
        id, payload = message.get("id"), message.get("payload")
        if "ok" in message:
            if request := self._pending.pop(id, None):
                request.done(message)
        elif message.get("type") == "event" and id is not None:
            self._spawn(self._answer(id, payload["event"], payload.get("data")))
        elif message.get("type") == "event" and message.get("channel") in self._channels:
            self._channels[message["channel"]].hear(payload["event"], payload.get("data"), message.get("offset"))

    def lost(self):
        self._resuming = False
        if self._refreshing:
            self._refreshing.cancel()
        for channel in self._channels.values():
            channel.stop()
        self._fail("disconnected", lambda request: request.sent and "once" not in request.message)

    def ended(self, code):
        self.lost()
        self._fail("closed", lambda _: True)
        for name in list(self._channels):
            self.forget(name, ChannelError("closed", str(code)))
        self._on_state("closed", code)

    def _resumed(self, reply, session):
        if not self._resuming:
            return  # the connection is lost already
        self._resuming, resumed = False, reply["ok"] and reply["result"]["resumed"]
        self._session = self._session if resumed else session
        self._fail("outcome_unknown", lambda request: request.sent and "once" in request.message and not resumed)
        for request in self._pending.values():
            request.sent = request.sent and "once" not in request.message
            self._send(request)

    def _fail(self, code, is_over):
        for id, request in list(self._pending.items()):
            if is_over(request):
                del self._pending[id]
                request.done({"id": id, "ok": False, "error": {"code": code}})

    async def _answer(self, id, event, data):
        try:
            if event not in self._answers:
                raise ChannelError("not_found")
            answer = self._answers[event](data)
            reply = {"ok": True, "payload": await answer if inspect.isawaitable(answer) else answer}
        except Exception as error:
            reply = {"ok": False, "error": {"code": getattr(error, "code", "failed"), "message": str(error), "retry": False}}
        self.connection.send({"id": id, "type": "json", **reply})

    async def _refresh(self, millis):
        while millis:
            await self.connection.sleep(millis / 1000 * random.uniform(0.8, 0.9))
            await self.connection.renew()
            try:
                millis = (await self.call("refresh", token=self.connection.token)).get("expires_in")
            except ChannelError:
                return  # it is lost, or will be closed with 4401

    def _spawn(self, doing):
        self._tasks.add(task := asyncio.ensure_future(doing))
        task.add_done_callback(self._tasks.discard)
        return task
