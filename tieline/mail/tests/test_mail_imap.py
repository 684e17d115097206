"""Fetching from a real IMAP server: nothing lost, nothing marked, whatever happens to the connection."""

import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.servers import ImapServer, free_port, imap_server
from tieline.mail.imap import ImapAccount, MailboxUnreachable, Wait, fetch_new, wait_for_new
from tieline.mail.transport import Security


def letter(number: int) -> bytes:
    return f"From: a@b.example\r\nSubject: letter {number}\r\n\r\nWords.\r\n".encode()


def account_of(server: ImapServer, *, port: int | None = None, password: str | None = None) -> ImapAccount:
    return ImapAccount(
        name="desk", host=server.host, port=port or server.port, user=server.user, security=Security.NONE,
        password=password or server.password, connection_seconds=5, poll_seconds=0.2,
    )  # fmt: skip


@pytest.fixture(name="server")
def _server() -> Iterator[ImapServer]:
    with imap_server() as server:
        yield server


def test_new_mail_is_fetched_once_and_left_untouched(server: ImapServer) -> None:
    server.deliver(letter(1), letter(2))
    account = account_of(server)

    first = list(fetch_new(account, None))
    server.deliver(letter(3))
    later = list(fetch_new(account, first[-1].cursor))

    assert [one.raw for one in (*first, *later)] == [letter(1), letter(2), letter(3)]
    assert first[0].key == f"imap:desk:{first[0].uidvalidity}:{first[0].uid}"
    assert list(fetch_new(account, later[-1].cursor)) == []
    assert not any(b"Seen" in flags or b"Deleted" in flags for flags in server.flags())


def test_a_new_uidvalidity_loses_nothing(server: ImapServer) -> None:
    server.deliver(letter(1), letter(2))
    account = account_of(server)
    before = list(fetch_new(account, None))

    server.give_new_uidvalidity()
    server.deliver(letter(3))
    after = list(fetch_new(account, before[-1].cursor))

    assert after[0].uidvalidity != before[0].uidvalidity
    assert {one.raw for one in after} == {letter(1), letter(2), letter(3)}
    assert not {one.key for one in before} & {one.key for one in after}


def test_a_connection_that_breaks_in_the_middle_is_resumed(server: ImapServer) -> None:
    server.deliver(*(letter(number) for number in range(8)))
    with breaking_relay(server.port, after_letters=3) as relay:
        fetched = []
        with pytest.raises(MailboxUnreachable, match="cannot be read"):
            for one in fetch_new(account_of(server, port=relay), None):
                fetched.append(one)

    assert 0 < len(fetched) < 8
    fetched += fetch_new(account_of(server), fetched[-1].cursor)
    assert [one.raw for one in fetched] == [letter(number) for number in range(8)]


class breaking_relay:
    """Passes a connection through and cuts it after so many letters."""

    def __init__(self, port: int, *, after_letters: int) -> None:
        self._port, self._left = port, after_letters
        self._listener = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> int:
        threading.Thread(target=self._relay, daemon=True).start()
        return int(self._listener.getsockname()[1])

    def __exit__(self, *problem: object) -> None:
        self._listener.close()

    def _relay(self) -> None:
        client, _ = self._listener.accept()
        server = socket.create_connection(("127.0.0.1", self._port))
        threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()
        while self._left > 0 and (piece := server.recv(4096)):
            self._left -= piece.count(b"Words.")
            client.sendall(piece)
        for end in (client, server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    @staticmethod
    def _pass_on(source: socket.socket, target: socket.socket) -> None:
        try:
            while piece := source.recv(4096):
                target.sendall(piece)
        except OSError:
            return


def test_waiting_ends_when_mail_comes(server: ImapServer) -> None:
    server.deliver(letter(1))
    account = account_of(server)
    cursor = list(fetch_new(account, None))[-1].cursor
    threading.Timer(0.5, server.deliver, [letter(2)]).start()

    assert wait_for_new(account, cursor, seconds=15) is Wait.NEW


def test_waiting_does_not_sleep_through_what_is_there_already(server: ImapServer) -> None:
    server.deliver(letter(1))

    assert wait_for_new(account_of(server), None, seconds=15) is Wait.NEW


def test_waiting_ends_in_time_when_nothing_comes(server: ImapServer) -> None:
    assert wait_for_new(account_of(server), None, seconds=0.5) is Wait.QUIET


def test_a_server_without_idle_is_asked_now_and_then() -> None:
    with imap_server(idle=False) as server:
        threading.Timer(0.5, server.deliver, [letter(1)]).start()

        assert wait_for_new(account_of(server), None, seconds=15) is Wait.NEW


def test_a_wrong_password_and_a_missing_server_are_said_in_a_sentence(server: ImapServer) -> None:
    with pytest.raises(MailboxUnreachable, match="the server refused the sign-in"):
        list(fetch_new(account_of(server, password="wrong"), None))
    with pytest.raises(MailboxUnreachable, match="cannot be read") as failure:
        list(fetch_new(account_of(server, port=free_port()), None))
    assert "secret" not in str(failure.value)


def test_many_messages_come_in_order(server: ImapServer) -> None:
    server.deliver(*(letter(number) for number in range(30)))

    uids = [one.uid for one in fetch_new(account_of(server), None)]

    assert all(earlier < later for earlier, later in itertools.pairwise(uids))
    assert len(uids) == 30
