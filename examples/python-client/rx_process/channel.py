"""One channel: its membership, its position, and who is there."""

import asyncio
from collections import namedtuple

from .connection import ChannelError, backoff

# What a channel gives. Gap: something was missed for this reason, so load it from your own source.
Subscribed, Gap = namedtuple("Subscribed", "result"), namedtuple("Gap", "reason")
Event, Presence = namedtuple("Event", "name data"), namedtuple("Presence", "members count")  # members: {key: {ref: meta}}


class Channel:
    """`async for item in channel`: Subscribed, Event, Gap and Presence. It raises a ChannelError if the server ends it."""

    def __init__(self, client, name, fields):
        self.name, self.position, self._client, self._fields = name, None, client, fields
        self._items, self._asked, self._timer, self._attempt = asyncio.Queue(), None, None, 0
        self._live, self._since, self._version, self._members = False, None, 0, {}

    def __aiter__(self):
        return self

    async def __anext__(self):
        if isinstance(item := await self._items.get(), Exception):
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
        self._live, self._since = True, self._client.connection.now()
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
        self._timer = self._client.connection.later(max(error.after, backoff(self._attempt - 1)), self.subscribe)

    def hear(self, name, data, offset):
        if not self._live:
            return
        if name == "rx:unsubscribed":
            self._attempt *= self._client.connection.now() - self._since < 5
            self._refused(ChannelError(**data))
        elif name == "rx:position":
            self.position = data
        elif name in ("rx:presence_state", "rx:presence_count"):
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
        members = {each["key"]: {meta["ref"]: meta for meta in each["metas"]} for each in state.get("members", [])}
        self._show(members, state.get("count", len(members)))

    def _show(self, members, count):
        self._members = members
        self._items.put_nowait(Presence(members, count))

    def _diff(self, diff):
        if diff["version"] > self._version + 1:  # one was missed
            listed = lambda reply: reply["ok"] and self._live and self._list(reply["result"])
            return self._client.command("presence", listed, channel=self.name)
        members = {key: dict(metas) for key, metas in self._members.items()}
        for each in diff["leaves"]:
            members.get(each["key"], {}).pop(each["ref"], None)
        for each in diff["joins"] + diff["updates"]:
            members.setdefault(each["key"], {})[each["ref"]] = {name: each[name] for name in ("ref", "since", "meta")}
        self._version, members = diff["version"], {key: metas for key, metas in members.items() if metas}
        self._show(members, len(members))
