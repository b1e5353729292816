"""A clean Debian 12 with systemd as its first process, on which the lines of docs/deploy.md are typed as they stand.

It is made by debootstrap, is started by systemd-nspawn, shares the network of this machine, and is thrown away. Where
the document says `sudoedit`, an editor makes the changes that stand in the comment of the line. A self-signed
certificate is in the place of a real one, and /etc/hosts in that of DNS.
"""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from shlex import quote

from PIL import Image

from tools.deploying.document import ROOT, typed_lines

CLEAN = ROOT / "build" / "debian-12.tar"
HOST = "live.shop.example"
PORTS = (80, 443, 8000)
PROGRAMS = ("debootstrap", "systemd-nspawn", "openssl", "tar")
PACKAGES = "systemd,systemd-sysv,dbus,sudo,ca-certificates"
TYPED = "/home/admin"

EDITOR = r"""#!/bin/sh
case "$1" in *.toml) sed -i 's|^data = .*|data = "/var/lib/livecontent"|; s|^url = .*|url = "https://live.shop.example"|
s|^# trusted_proxies = .*|trusted_proxies = ["127.0.0.1"]|' "$1" ;; esac
"""
UNIT = f"""[Unit]
After=network.target
SuccessAction=poweroff
FailureAction=poweroff
[Service]
Type=oneshot
User=admin
WorkingDirectory={TYPED}
Environment=SUDO_EDITOR=/usr/local/bin/editor-of-the-document DEBIAN_FRONTEND=noninteractive
StandardOutput=file:{TYPED}/said
StandardError=file:{TYPED}/said
ExecStart=/bin/bash {TYPED}/typed.sh
[Install]
WantedBy=multi-user.target
"""
START = """step() { printf '$ %s\\n' "$1"; eval "$1" || { printf 'failed: %s\\n' "$?"; exit 1; }; }
workers() { echo $(pgrep -P $(systemctl show --property MainPID --value livecontent)); }
told() { printf 'told %s: ' "$1"; eval "$2"; }
"""
# What is asked of the server afterwards, by name.
ASKED = {
    "state": "systemctl is-active livecontent",
    "status": "systemctl show --property StatusText --value livecontent",
    "exposure": "systemd-analyze security livecontent | tail -1",
    "workers": "old=$(workers); echo $old",
    "reload": "sudo systemctl reload livecontent && echo done",
    "replaced": "while ps -p ${old// /,} >/dev/null; do sleep 1; done; workers",
    "stop": "sudo systemctl stop livecontent && echo done",
    "last resort": f"curl --silent --output /dev/null --write-out '%{{http_code}} %{{content_type}}\\n' https://{HOST}/i/hello.jpg",
    "end": "echo all",
}


def check() -> list[str]:
    """What was seen. Raises `RuntimeError` for what is not as the document says."""
    _ready()
    folder = ROOT / "build" / "machine"
    _clean(folder)
    try:
        return _typed(folder)
    finally:
        shutil.rmtree(folder)


def _ready() -> None:
    if missing := [name for name in PROGRAMS if not shutil.which(name)]:
        raise RuntimeError(
            f"not installed: {', '.join(missing)}. apt-get install debootstrap systemd-container openssl"
        )
    if os.geteuid():
        raise RuntimeError("only root can start a machine: sudo make deploy-check")
    if len(list((ROOT / "dist").glob("livecontent-*.whl"))) != 1:
        raise RuntimeError("there must be one wheel in dist/: make clean wheel")
    for port in PORTS:
        with socket.socket() as probe, suppress(ConnectionRefusedError):
            probe.connect(("127.0.0.1", port))
            raise RuntimeError(f"port {port} is in use; the machine shares the network of this one")


def _clean(folder: Path) -> None:
    """A machine as it is after an installation; the next one is unpacked."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if CLEAN.exists():
        subprocess.run(["tar", "-C", folder, "-xf", CLEAN], check=True)
        return
    print("debootstrap ...", flush=True)
    done = subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", folder],
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"debootstrap failed: {done.stdout[-500:].decode(errors='replace')}")
    subprocess.run(["tar", "-C", folder, "-cf", CLEAN, "."], check=True)


def _typed(folder: Path) -> list[str]:
    lines = typed_lines()
    _furnish(folder, lines)
    print(f"typing {len(lines)} lines ...", flush=True)
    command = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--resolv-conf=copy-host", "--boot"]
    shared = [f"--bind-ro={ROOT / name}:{TYPED}/{name}" for name in ("dist", "deploy")]
    subprocess.run(
        [*command, "-D", folder, *shared], stdin=subprocess.DEVNULL, capture_output=True, timeout=1800, check=False
    )
    home = folder / TYPED[1:]
    said = (home / "said").read_text(encoding="utf-8", errors="replace")
    (ROOT / "build" / "deploy-check.log").write_text(said, encoding="utf-8")
    told = dict(re.findall(r"^told ([^:]+): (.*)$", said, re.MULTILINE))
    if wrong := _wrong(told):
        raise RuntimeError(f"{wrong}\n{said[-1500:]}")
    with Image.open(home / "hello.jpg") as picture:
        picture.load()
        return [
            f"{len(lines)} lines typed, an image of {picture.size} over TLS",
            *(f"{k}: {v}" for k, v in told.items()),
        ]


def _wrong(told: dict[str, str]) -> str:
    """What is not as it should be, "" where nothing is."""
    if told.get("end") != "all":
        return "a line failed"
    wanted = {"state": "active", "reload": "done", "stop": "done", "last resort": "200 image/gif"}
    if wrong := [f"{name} is {told[name]!r}" for name, value in wanted.items() if told[name] != value]:
        return ", ".join(wrong)
    return "workers live on after a reload" if set(told["workers"].split()) & set(told["replaced"].split()) else ""


def _furnish(folder: Path, lines: list[str]) -> None:
    """What a clean machine has: a user with sudo, a name, a certificate; and who types."""
    live = folder / f"etc/letsencrypt/live/{HOST}"
    live.mkdir(parents=True)
    made = f"openssl req -x509 -newkey rsa:2048 -nodes -subj /CN={HOST} -addext subjectAltName=DNS:{HOST}"
    made += " -keyout privkey.pem -out fullchain.pem"
    subprocess.run(made.split(), cwd=live, check=True, capture_output=True)
    trust(folder, [live / "fullchain.pem"])
    (folder / "etc/hostname").write_text("live\n")
    (folder / "etc/hosts").write_text(f"127.0.0.1 localhost live {HOST}\n")
    subprocess.run(["chroot", folder, "useradd", "--create-home", "--shell=/bin/bash", "admin"], check=True)
    (folder / "etc/sudoers.d/admin").write_text("admin ALL=(ALL) NOPASSWD: ALL\n")
    editor = folder / "usr/local/bin/editor-of-the-document"
    editor.write_text(EDITOR)
    editor.chmod(0o755)
    steps = [f"step {quote(line)}" for line in lines] + [
        f"told {quote(name)} {quote(line)}" for name, line in ASKED.items()
    ]
    (folder / TYPED[1:] / "typed.sh").write_text(START + "\n".join(steps) + "\n", encoding="utf-8")
    (folder / "etc/systemd/system/typed.service").write_text(UNIT)
    subprocess.run(["chroot", folder, "systemctl", "enable", "typed"], check=True, capture_output=True)


def trust(folder: Path, certificates: Iterable[Path]) -> None:
    """Lets a system in a folder trust certificates, and those that this one trusts beyond what others do."""
    own = os.environ.get("SSL_CERT_FILE")
    for number, file in enumerate((*certificates, *([Path(own)] if own else ()))):
        shutil.copyfile(file, folder / f"usr/local/share/ca-certificates/{number}.crt")
    subprocess.run(["chroot", folder, "update-ca-certificates"], check=True, capture_output=True)
