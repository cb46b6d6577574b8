"""What `npx rx-process conformance 'python3 conformance.py'` speaks to: deeds come in, a line of JSON each; sights go out."""

import asyncio
import json
import sys

from rx_process import ChannelError, Client, Event, Gap, Presence, Subscribed


def saw(what, **fields):
    print(json.dumps({"saw": what, **fields}), flush=True)


async def watch(channel):
    name = channel.name
    try:
        async for item in channel:
            match item:
                case Subscribed():
                    saw("subscribed", channel=name)
                case Event():
                    saw("event", channel=name, event=item.name, data=item.data)
                case Gap():
                    saw("gap", channel=name, reason=item.reason)
                case Presence():
                    members = [{"key": key, "metas": list(metas.values())} for key, metas in item.members.items()]
                    saw("presence", channel=name, members=members)
    except ChannelError as error:
        saw("ended", channel=name, code=error.code)


async def ask(client, deed):
    try:
        value = await client.request(deed["event"], deed["data"], once=deed["once"], timeout=600)
        saw("answer", to=deed["as"], value=value)
    except ChannelError as error:
        saw("error", to=deed["as"], code=error.code)


async def main():
    client, tasks = None, []
    input = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(input), sys.stdin)
    async for line in input:
        deed = json.loads(line)
        match deed["do"]:
            case "open":
                for task in tasks:
                    task.cancel()
                if client:
                    await client.close()
                tasks, tokens = [], iter(deed["tokens"])
                last = None

                def token():
                    nonlocal last
                    last = next(tokens, last)
                    return last

                saw("new")
                state = lambda what, code=None: saw(what, code=code)
                client = Client(deed["url"], token=token, answers={"echo": lambda data: data}, on_state=state, speed=deed["speed"])
                await client.__aenter__()
            case "subscribe":
                tasks.append(asyncio.ensure_future(watch(client.channel(deed["channel"], watch=True))))
            case "unsubscribe":
                client.leave(deed["channel"])
            case "request":
                tasks.append(asyncio.ensure_future(ask(client, deed)))
            case "close":
                await client.close()
    if client:
        await client.close()


asyncio.run(main())
