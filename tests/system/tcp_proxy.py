"""A TCP proxy between a node and its store, that fails as a test tells it."""

import asyncio
import threading


class Proxy:
    """Carries bytes to `target`; `behave()` changes how from one moment to the next, for open connections too.

    pass    as if it were not there
    refuse  nobody listens: connections are reset, new ones too
    hang    connections stand, no byte is carried
    delay   answers take `seconds` longer
    slow    requests take `seconds` longer for every 4 KiB of them
    cut     every connection breaks after `bytes` more bytes of requests, the last of them carried
    """

    def __init__(self, target):
        self.target = target
        self.mode = "pass"
        self.seconds = 0.0
        self.left = 0
        self.writers = set()
        self.loop = asyncio.new_event_loop()
        self.changed = asyncio.Event()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = self._run(asyncio.start_server(self._connection, "127.0.0.1", 0))
        self.address = self.server.sockets[0].getsockname()[:2]

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def behave(self, mode, seconds=0.0, bytes=0):
        async def change():
            self.mode, self.seconds, self.left = mode, seconds, bytes
            self.changed.set()
            self.changed = asyncio.Event()
            if mode == "refuse":
                self._break_all()

        self._run(change())

    def close(self):
        async def stop():
            self.server.close()
            self._break_all()
            carrying = asyncio.all_tasks() - {asyncio.current_task()}
            for task in carrying:
                task.cancel()
            await asyncio.gather(*carrying, return_exceptions=True)

        self._run(stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    def _break_all(self):
        for writer in self.writers:
            writer.transport.abort()

    async def _connection(self, reader, writer):
        if self.mode == "refuse":
            writer.transport.abort()
            return
        self.writers.add(writer)
        try:
            target_reader, target_writer = await asyncio.open_connection(*self.target)
        except OSError:
            writer.transport.abort()
            self.writers.discard(writer)
            return
        self.writers.add(target_writer)
        await asyncio.gather(
            self._carry(reader, target_writer, request=True),
            self._carry(target_reader, writer, request=False),
        )
        for one in (writer, target_writer):
            one.transport.abort()
            self.writers.discard(one)

    async def _carry(self, reader, writer, request):
        try:
            while data := await reader.read(4096):
                while self.mode == "hang":
                    await self.changed.wait()
                if self.mode == ("slow" if request else "delay"):
                    await asyncio.sleep(self.seconds)
                if self.mode == "cut" and request:
                    self.left -= len(data)
                writer.write(data)
                await writer.drain()
                if self.mode == "cut" and request and self.left <= 0:
                    self.mode = "pass"
                    self._break_all()
                    return
        except OSError:
            pass
        finally:
            if not writer.transport.is_closing():
                writer.close()
