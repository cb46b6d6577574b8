"""A server of Debian's python3-websockets that nobody here wrote a protocol for: texts go back reversed, bytes as they came."""

import asyncio
import http

import websockets

CLOSES = {"restart": 1012, "enough": 4321}


async def talk(client, _path=None):
    async for said in client:
        if isinstance(said, bytes):
            await client.send(said)
        elif said in CLOSES:
            await client.close(CLOSES[said], said)
        elif said == "crash":
            client.transport.abort()
        elif said == "pieces":
            # An iterable is sent as fragments, which are one message.
            await client.send(["pie", "", "ces"])
        else:
            await client.send(said[::-1])


async def refuse(path, _headers):
    if path == "/secret":
        return http.HTTPStatus.FORBIDDEN, [], b"not you"


async def main():
    async with websockets.serve(talk, "127.0.0.1", 0, subprotocols=["mirror.v1"], process_request=refuse) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


asyncio.run(main())
