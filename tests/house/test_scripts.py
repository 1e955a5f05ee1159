"""What make run and make test stand on: .ci/serve stops both parts, .ci/postgres hands on failure and cleans up."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / ".ci"


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_port(port: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SCRIPTS / "serve", "--check-port"]
    return subprocess.run(command, env={**os.environ, "PORT": port}, capture_output=True, text=True, check=False)


def test_a_free_port_is_taken() -> None:
    assert check_port(str(free_port())).returncode == 0


def test_a_port_in_use_is_refused_by_number() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = str(other.getsockname()[1])
        refused = check_port(port)
    assert refused.returncode == 1
    assert f"ポート {port} はほかのプログラムが使っています" in refused.stderr


@pytest.mark.parametrize("port", ["0", "65536", "八千", "80a", "-1"])
def test_what_is_no_port_is_refused(port: str) -> None:
    refused = check_port(port)
    assert refused.returncode == 1
    assert port in refused.stderr
    assert "PORT は" in refused.stderr


# --- web and worker ---------------------------------------------------------------------------------------------


@pytest.fixture
def service(committed_database_url: str) -> Iterator["subprocess.Popen[str]"]:
    """.ci/serve on the test database, up and introduced."""
    environment = {**os.environ, "PORT": str(free_port()), "DATABASE_URL": committed_database_url}
    command, pipe = [sys.executable, SCRIPTS / "serve"], subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True) as process:
        try:
            read_until(process, "停止するには Ctrl-C")
            yield process
        finally:
            process.kill()  # its parts follow it


def read_until(process: "subprocess.Popen[str]", words: str) -> None:
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            return
    pytest.fail(f"it never said {words}: " + "".join(lines))


def children(pid: int) -> list[int]:
    """Those below a process, itself left out; nobody where it has ended."""
    try:
        direct = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []
    return direct + [grandchild for child in direct for grandchild in children(child)]


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def alive(pids: list[int]) -> list[int]:
    """Those that still run; who has ended and waits for being taken note of (Z) does not."""
    return [pid for pid in pids if state_of(pid) not in {"", "Z"}]


def state_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_it_leaves_nobody_behind(service: "subprocess.Popen[str]", number: signal.Signals) -> None:
    family = children(service.pid)
    assert {"gunicorn", "qcluster"} <= {word for pid in family for word in command_of(pid).split()}
    service.send_signal(number)
    assert service.wait() == 0
    assert alive(family) == []


@pytest.mark.kill
@pytest.mark.parametrize(("part", "name"), [("gunicorn", "Web"), ("qcluster", "ワーカー")])
def test_when_one_part_dies_the_other_is_stopped_and_it_is_named(
    service: "subprocess.Popen[str]", part: str, name: str
) -> None:
    family = children(service.pid)
    os.kill(next(pid for pid in family if part in command_of(pid)), signal.SIGKILL)
    read_until(service, f"{name}が終了しました")
    assert service.wait() == 1
    assert alive(family) == []


# --- the throw-away PostgreSQL ----------------------------------------------------------------------------------


@pytest.mark.postgres
def test_the_throw_away_database_is_gone_afterwards_and_failure_is_handed_on() -> None:
    tell = [sys.executable, "-c", "import os, sys; print(os.environ['KIYAKU_TEST_DATABASE_URL']); sys.exit(7)"]
    done = subprocess.run([sys.executable, SCRIPTS / "postgres", *tell], capture_output=True, text=True, check=False)
    assert done.returncode == 7
    port = int(done.stdout.rsplit(":", 1)[1].split("/")[0])
    with closing(socket.socket()) as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
