"""A real SMTP server on loopback that can be told to misbehave."""

import asyncio
import logging
import threading
from collections import Counter
from email import message_from_bytes

from aiosmtpd.smtp import SMTP

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every line of the dialogue


class MailSink:
    """Keeps what it accepts; `refuse` answers RCPT by address, `data_answer` answers DATA."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []
        self.refuse: dict[str, str] = {}
        self.data_answer: dict[str, str] = {}
        self.break_after_data: set[str] = set()
        self.seconds_to_answer = 0.0
        self.late: dict[str, float] = {}  # accepted, and said only so many seconds later, by address
        self.connections = 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)

    def start(self, port: int = 0) -> None:
        self.thread.start()
        listening = asyncio.run_coroutine_threadsafe(
            self.loop.create_server(self.protocol, "127.0.0.1", port), self.loop
        )
        self.server = listening.result(5)
        self.port: int = self.server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self.finish(), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()

    async def finish(self) -> None:
        self.server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0.01)  # lets the transports close

    def protocol(self) -> SMTP:
        self.connections += 1
        return SMTP(self, hostname="sink.example", loop=self.loop)

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: ARG002, N802
        if refusal := self.refuse.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: ARG002, N802
        await asyncio.sleep(self.seconds_to_answer)
        [address] = envelope.rcpt_tos
        if refusal := self.data_answer.get(address):
            return refusal
        self.received.append((address, envelope.original_content))
        if address in self.break_after_data:
            server.transport.abort()
        await asyncio.sleep(self.late.get(address, 0))
        return "250 OK"

    @property
    def recipients(self) -> list[str]:
        return [address for address, _ in self.received]

    @property
    def by_message_id(self) -> Counter[str]:
        return Counter(message_from_bytes(content)["Message-ID"] for _, content in self.received)
