"""A program for `rx-process conformance`: reads what to do and writes what its client saw, a line of JSON each."""

import asyncio
import json
import sys

from rx_process import ChannelError, Client, Event, Gap, Presence, Subscribed


def saw(what, **fields):
    print(json.dumps({"saw": what, **fields}), flush=True)


def provider(tokens):
    """Gives one after the other, then the last one again and again; None if there is none."""
    given, last = iter(tokens), None

    def token():
        nonlocal last
        last = next(given, last)
        return last

    return token


async def watch(channel):
    try:
        async for item in channel:
            match item:
                case Subscribed():
                    saw("subscribed", channel=channel.name)
                case Event(name, data):
                    saw("event", channel=channel.name, event=name, data=data)
                case Gap(reason):
                    saw("gap", channel=channel.name, reason=reason)
                case Presence(members, _):
                    members = [{"key": key, "metas": list(metas.values())} for key, metas in members.items()]
                    saw("presence", channel=channel.name, members=members)
    except ChannelError as error:
        saw("ended", channel=channel.name, code=error.code)


async def ask(client, deed):
    try:
        value = await client.request(deed["event"], deed["data"], once=deed["once"], timeout=600)
        saw("answer", to=deed["as"], value=value)
    except ChannelError as error:
        saw("error", to=deed["as"], code=error.code)


async def main():
    client, tasks, deeds = None, [], asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(deeds), sys.stdin)
    async for line in deeds:
        deed = json.loads(line)
        match deed["do"]:
            case "open":
                for task in tasks:
                    task.cancel()
                if client:
                    await client.close()
                saw("new")
                client, tasks = Client(
                    deed["url"],
                    token=provider(deed["tokens"]),
                    answers={"echo": lambda data: data},
                    on_state=lambda state, code=None: saw(state, code=code),
                    speed=deed["speed"],
                ), []
                await client.__aenter__()
            case "subscribe":
                watches = {"watch": True} if deed.get("presence") else {}
                tasks.append(asyncio.ensure_future(watch(client.channel(deed["channel"], **watches))))
            case "unsubscribe":
                client.leave(deed["channel"])
            case "request":
                tasks.append(asyncio.ensure_future(ask(client, deed)))
            case "close":
                await client.close()
    if client:
        await client.close()


asyncio.run(main())
