"""Speaks to the start server with Debian's python3-websockets; prints one JSON line per check."""

import asyncio
import json
import sys

import websockets

BASE = sys.argv[1]


def tell(check, value):
    print(json.dumps([check, value]), flush=True)


async def frame(client):
    """What the room says next; welcomes and replies are not events."""
    while True:
        message = json.loads(await asyncio.wait_for(client.recv(), 5))
        if message["type"] == "event":
            return message["payload"]


async def echo():
    async with websockets.connect(BASE + "/echo") as client:
        await client.send("grüß dich")
        tell("text", await client.recv())
        await client.send(b"\x00\x01\xff")
        tell("binary", list(await client.recv()))
        # An iterable is sent as fragments, which are one message.
        await client.send(["frag", "ment", "ed"])
        tell("fragments", await client.recv())
        big = "x" * 500_000
        await client.send(big)
        tell("big", await client.recv() == big)
        pong = await client.ping(b"are you there")
        tell("pong", await asyncio.wait_for(pong, 5) is not None)
        tell("extensions", len(client.extensions))
        await client.close(4321, "done")
        tell("own close", [client.close_code, client.close_reason])


def keys(entries):
    return [entry["key"] for entry in entries]


async def chat():
    url = BASE + "/ws/chat:python?user="
    watch = {"command": "presence", "channel": "chat:python", "watch": True}
    async with websockets.connect(url + "ada") as ada:
        await ada.send(json.dumps({"type": "system", "payload": watch}))
        tell("here", keys((await frame(ada))["data"]["members"]))
        async with websockets.connect(url + "bob") as bob:
            tell("joins", keys((await frame(ada))["data"]["joins"]))
            said = {"event": "say", "data": {"text": "hello from python"}}
            await bob.send(json.dumps({"type": "event", "channel": "chat:python", "payload": said}))
            tell("to ada", await frame(ada))
            tell("to bob", await frame(bob))
        tell("leaves", keys((await frame(ada))["data"]["leaves"]))


async def limits():
    try:
        await websockets.connect(BASE + "/ws/chat:python?user=")
    except websockets.InvalidStatusCode as refused:
        tell("refused", refused.status_code)
    async with websockets.connect(BASE + "/echo") as client:
        await client.send("x" * (1024 * 1024 + 1))
        try:
            await client.recv()
        except websockets.ConnectionClosedError as closed:
            tell("too big", closed.rcvd.code)


async def shutdown():
    async with websockets.connect(BASE + "/echo") as client:
        tell("waiting", True)
        try:
            await client.recv()
        except websockets.ConnectionClosedOK as closed:
            tell("shutdown", [closed.rcvd.code, closed.rcvd.reason])


async def main():
    await echo()
    await chat()
    await limits()
    await shutdown()


asyncio.run(asyncio.wait_for(main(), 30))
