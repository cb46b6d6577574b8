"""Speaks the page's dialect to a server's channels with Debian's python3-websockets; prints one JSON line per check."""

import asyncio
import json
import sys

import websockets

BASE = sys.argv[1]


def tell(check, value):
    print(json.dumps([check, value], ensure_ascii=False), flush=True)


async def heard(client):
    frame = json.loads(await asyncio.wait_for(client.recv(), 5))
    return frame.get("payload", frame["type"])


async def command(client, **payload):
    await client.send(json.dumps({"type": "system", "payload": payload}))
    return await heard(client)


async def main():
    async with websockets.connect(BASE + "/ws") as ada:
        tell("welcome", await heard(ada))
        tell("protocol", ada.subprotocol)
        tell("subscribe", await command(ada, command="subscribe", channel="größe"))
        tell("invalid", await command(ada, command="fly"))
        tell("ping", await command(ada, command="ping"))
        async with websockets.connect(BASE + "/ws/gr%C3%B6%C3%9Fe") as bob:
            tell("room", await heard(bob))
            tell("list", await command(ada, command="list_channels"))
            # A text that no command is; the server answers it to all in the channel.
            await bob.send("grüß dich")
            tell("to ada", await heard(ada))
            tell("to bob", await heard(bob))
            pong = await bob.ping(b"there?")
            tell("pong", await asyncio.wait_for(pong, 5) is not None)
            await bob.close(1000, "done")
        tell("left", await heard(ada))
        try:
            await websockets.connect(BASE + "/ws/secret")
        except websockets.InvalidStatusCode as refused:
            tell("refused", refused.status_code)
        await ada.send("close me")
        try:
            await ada.recv()
        except websockets.ConnectionClosed as closed:
            tell("closed", [closed.rcvd.code, closed.rcvd.reason])


asyncio.run(asyncio.wait_for(main(), 30))
