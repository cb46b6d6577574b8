"""A server by Debian's python3-websockets: echoes, and does what a few words ask of it. Prints its port."""

import asyncio

import websockets


async def serve(client):
    async for data in client:
        if data == "fragments":
            # An iterable is sent as fragments, which are one message.
            await client.send(["frag", "ment", "ed"])
        elif data == "extensions":
            await client.send(",".join(extension.name for extension in client.extensions))
        elif data == "pong":
            await (await client.ping(b"are you there"))
            await client.send("pong")
        elif data == "close":
            return await client.close(4403, "not you")
        else:
            await client.send(data)


async def main():
    async with websockets.serve(serve, "127.0.0.1", 0, max_size=2**20) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


asyncio.run(main())
