"""Two replicas behind a real nginx with the operator's file, its ports and paths changed."""

import getpass
import re
import shutil
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from layerwarp.assets import ASSETS
from tests.conftest import RunningServer, end, free_port, running_server, wait_for_health

NAME = "class.example.org"  # in the operator's files
COOKIE = "layerwarp"
NGINX_FILE = ASSETS / "deploy" / "nginx.conf"
# Debian keeps it where only root's path leads.
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
OPENSSL = shutil.which("openssl")
needs_nginx = pytest.mark.skipif(
    not (NGINX and OPENSSL), reason="needs nginx and openssl (Debian: nginx-light, openssl)"
)

# What stands around a site's file on every machine; all that is written stays in one folder.
AROUND = """
daemon off;
worker_processes 2;
user {user};
pid nginx.pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
    {temporary}
    include site.conf;
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Site:
    """Two replicas and the nginx in front: where it answers, with and without TLS, and its log."""

    replicas: list[RunningServer]
    url: str
    tls_url: str
    log: Path

    def lines(self) -> list[str]:
        """What has been answered."""
        return self.log.read_text(encoding="utf-8").splitlines()


@contextmanager
def running_site(folder: Path, **changes: str) -> Generator[Site, None, None]:
    """Run it as processes of its own, ended by their ids.

    Args:
        folder: For all of their files.
        changes: Of words in the operator's file.
    """
    with ExitStack() as stack:
        replicas = []
        for name in ("first", "second"):
            (folder / name).mkdir()
            command = running_server(folder / name, "--allow-host", NAME)
            replicas.append(stack.enter_context(command))
        yield stack.enter_context(_running_nginx(folder / "nginx", replicas, changes))


@contextmanager
def _running_nginx(
    folder: Path, replicas: list[RunningServer], changes: dict[str, str]
) -> Generator[Site, None, None]:
    folder.mkdir()
    plain, tls, output = free_port(), free_port(), folder / "output.txt"
    make_certificate(folder)
    ports = [replica.url.rpartition(":")[2] for replica in replicas]
    text = operators_file(changes | places(folder, ports, plain, tls))
    (folder / "site.conf").write_text(text, encoding="utf-8")
    temporary = " ".join(f"{name}_temp_path {name};" for name in TEMPORARY)
    around = AROUND.format(user=getpass.getuser(), temporary=temporary)
    (folder / "nginx.conf").write_text(around, encoding="utf-8")
    with output.open("wb") as log:
        command = [str(NGINX), "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        url = f"http://localhost:{plain}"
        wait_for_health(url, process, output)
        yield Site(replicas, url, f"https://localhost:{tls}", folder / "access.log")
    finally:
        end(process)


def places(folder: Path, ports: Sequence[str], plain: int, tls: int) -> dict[str, str]:
    """Ports and paths of this machine for those in the operator's file; no TLS at ``plain``."""
    return {
        "8501": ports[0],
        "8502": ports[1],
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{tls} ssl http2; listen 127.0.0.1:{plain};",
        "/etc/letsencrypt/live/class.example.org": str(folder),
        "/var/cache": str(folder),
        "/var/log/nginx": str(folder),
        "'$time_iso8601 ": "'$http_x_visitor $time_iso8601 ",  # who asked
    }


def operators_file(changes: Mapping[str, str]) -> str:
    """The operator's file, changed all at once: a port may look like another's old one."""
    text = NGINX_FILE.read_text(encoding="utf-8")
    missing = [words for words in changes if words not in text]
    assert not missing, f"{NGINX_FILE.name} says it differently"
    pattern = "|".join(map(re.escape, changes))
    return re.sub(pattern, lambda found: changes[found[0]], text)


def make_certificate(folder: Path) -> None:
    """A key and a certificate for ``localhost`` that nobody vouches for."""
    kind = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    )
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    command = [str(OPENSSL), *kind.split(), *files]
    subprocess.run(command, check=True, capture_output=True)
