"""The clients of the soak: a mixed load on keep-alive connections, with what they got written into the books."""

import asyncio
import random
import re
import threading
import time
from collections import Counter, deque

from mixture import Request, kinds, report, share_link

LONGEST = 75  # seconds that anybody waits for an answer, whatever he asked


class Phase:
    """What the clients saw while one thing lasted."""

    def __init__(self, bounds):
        self.bounds = bounds  # seconds, by the patience of a request
        self.waits = []  # of pages
        self.statuses = Counter()
        self.failures = Counter()
        self.requests = 0
        self.asked_again = 0


class Load:
    """Runs in a thread of its own until close(). `phase` is replaced by who watches.

    closed   the server takes no connection: who gets none is no failure
    away     it is about to be killed: who gets no answer is none either
    pause()  returns once nothing is under way; go_on() ends that
    sure     whether a signed id of the share page counts: not where the clock jumps, or the key may be gone
    staying  no client leaves its connection for a new one
    patient  there are no slow clients, whose connections are the first that are closed for others
    """

    def __init__(self, port, token, books, phase, clients=10, thinking=0.03):
        self.port, self.books, self.phase = port, books, phase
        self.thinking = thinking
        self.kinds = kinds()
        self.token = token
        self.closed = self.away = False
        self.sure = True
        self.staying = False
        self.patient = False
        self.reports = deque()  # that the store did not take yet
        self.lags = deque(maxlen=4000)  # (when, seconds) that this process itself came late
        self.loop = asyncio.new_event_loop()
        self.going = asyncio.Event()
        self.going.set()
        self.under_way = 0
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.tasks = [self._task(self._client()) for _ in range(clients)]
        self.tasks += [self._task(self._application()) for _ in range(2)]
        self.tasks += [self._task(self._slow_client()), self._task(self._greedy_client()), self._task(self._watch_lag())]

    def _task(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def pause(self):
        self.loop.call_soon_threadsafe(self.going.clear)
        time.sleep(0.1)
        while self.under_way:
            time.sleep(0.01)

    def go_on(self):
        self.loop.call_soon_threadsafe(self.going.set)

    def close(self):
        async def stop():
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        self._task(stop()).result(30)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    def broken(self):
        """The first error of a client's own, which would be ours."""
        return next((task.exception() for task in self.tasks if task.done() and not task.cancelled()), None)

    async def _watch_lag(self):
        while True:
            slept = time.monotonic()
            await asyncio.sleep(0.02)
            self.lags.append((time.monotonic(), time.monotonic() - slept - 0.02))

    def _own_lag(self, since):
        return sum(lag for when, lag in self.lags if when > since and lag > 0.01)

    async def _client(self):
        while True:
            await self._use_connection(self._ask_something, self.thinking)

    async def _application(self):
        """Reports shares, and those that were not taken again."""
        while True:
            await self._use_connection(self._report, 0.2)

    async def _use_connection(self, ask, thinking):
        """Until it ends, or somebody leaves it."""
        connection = Connection(self)
        try:
            await connection.open()
            while connection.usable and (self.staying or random.random() > 0.02):
                await self.going.wait()
                if connection.reader.at_eof():
                    break
                self.under_way += 1
                try:
                    await ask(connection)
                finally:
                    self.under_way -= 1
                await asyncio.sleep(random.expovariate(1 / thinking))
        except OSError as failure:
            if not (self.closed or self.away):
                self.phase.failures[f"no connection: {failure.strerror or failure}"] += 1
            await asyncio.sleep(0.05)
        finally:
            connection.close()

    async def _ask_something(self, connection):
        (name,) = random.choices(list(self.kinds), [weight for weight, _ in self.kinds.values()])
        request = self.kinds[name][1]()
        if request.closes and self.staying:
            return
        answer = await self._told(connection, name, request)
        if name == "dialog" and answer and random.random() < 0.5 and connection.usable:
            await self._follow(connection, request, answer)

    async def _follow(self, connection, dialog, page):
        """From the share page to a place: a share, if the id still counts."""
        ((_, key),) = dialog.events
        request = Request(share_link(page), (302,), patience="share")
        sure = self.sure
        self.books.ask([("shares", key)])
        answered = await self._told(connection, "place", request)
        if answered is not None and sure and self.sure:
            self.books.answer([("shares", key)])

    async def _report(self, connection):
        if self.reports:
            request = self.reports.popleft()
        else:
            request = report(self.token)()
            self.books.ask(request.events)
        connection.status = None
        await self._told(connection, "report", request, counted=False)
        if connection.status == 200:
            self.books.answer(request.events)
        else:
            self.reports.append(request)

    async def _told(self, connection, name, request, counted=True):
        """The body of the answer, where it was as it should be."""
        if counted:
            self.books.ask(request.events)
        began = time.monotonic()
        try:
            status, head, body = await asyncio.wait_for(connection.ask(request.bytes()), LONGEST)
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError) as failure:
            connection.usable = False
            self._no_answer(connection, name, failure, request)
            return None
        phase, seconds = self.phase, time.monotonic() - began
        phase.requests += 1
        phase.statuses[status] += 1
        if request.patience == "page":
            phase.waits.append(seconds)
        late = seconds - self._own_lag(began) - phase.bounds[request.patience]
        if late > 0:
            phase.failures[f"{name}: later than {phase.bounds[request.patience]:g} s"] += 1
        if status == 503 and name == "report" and b"retry-after:" not in head.lower():
            phase.failures["report: 503 without Retry-After"] += 1
        if status not in request.statuses:
            phase.failures[f"{name}: {status}"] += 1
            return None
        if counted:
            self.books.answer(request.events)
        return body

    def _no_answer(self, connection, name, failure, request):
        if self.away or request.closes:
            return
        if connection.answered and not connection.begun and not isinstance(failure, asyncio.TimeoutError):
            self.phase.asked_again += 1  # as browsers do of a connection that was closed meanwhile
        else:
            self.phase.failures[f"{name}: no answer ({type(failure).__name__})"] += 1

    async def _wait_for_room(self):
        await self.going.wait()
        while self.staying or self.patient:
            await asyncio.sleep(0.2)

    async def _slow_client(self):
        """Sends a request byte by byte, too slowly: 408, by --header-timeout (2 s)."""
        while True:
            await self._wait_for_room()
            connection = Connection(self)
            try:
                await connection.open()
                away = self.closed or self.away
                status = await asyncio.wait_for(self._dawdle(connection), 9)
                if status != 408:
                    self.phase.failures[f"a slow request: {status}"] += 1
            except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError) as failure:
                excused = self.closed or self.away or away or self.staying or self.patient
                if not excused and not isinstance(failure, ConnectionError):
                    self.phase.failures[f"a slow request: {type(failure).__name__}"] += 1
                await asyncio.sleep(0.2)
            finally:
                connection.close()

    @staticmethod
    async def _dawdle(connection):
        """The status of the answer to a request that does not end."""
        answer = asyncio.create_task(connection.read())
        for byte in b"GET /v1/buttons?url=https://slow.example/&url=https://example.com/ HTTP/1.1":
            connection.writer.write(bytes([byte]))
            done, _ = await asyncio.wait({answer}, timeout=0.1)
            if done:
                break
        return (await answer)[0]

    async def _greedy_client(self):
        """Asks for much and takes nothing, until it is dropped."""
        while True:
            await self._wait_for_room()
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1024)
                writer.transport.pause_reading()
                writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 500)
                await asyncio.sleep(3)
                writer.transport.abort()
            except OSError:
                pass
            await asyncio.sleep(1)


class Connection:
    def __init__(self, load):
        self.load = load
        self.reader = self.writer = None
        self.usable = True
        self.answered = 0
        self.begun = False  # the answer that is awaited
        self.status = None

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.load.port, limit=1 << 20)

    def close(self):
        if self.writer:
            self.writer.transport.abort()

    async def ask(self, request):
        self.begun = False
        self.writer.write(request)
        return await self.read()

    async def read(self):
        first = await self.reader.readexactly(1)
        self.begun = True
        head = first + await self.reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        body = await self.reader.readexactly(int(length[1]) if length else 0)
        self.answered += 1
        self.status = int(head[9:12])
        if b"connection: close" in head.lower():
            self.usable = False
        return self.status, head, body
