"""The control sockets of our test programs: a line in, a JSON object out.

By hand: python3 tests/e2e/support/control.py SOCKET COMMAND...
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import Any


def ask(control: Path, command: str) -> dict[str, Any]:
    """The answer to one command; a refusal fails the test."""
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(control))
        link.sendall(f"{command}\n".encode())
        answer = b""
        while not answer.endswith(b"\n"):
            part = link.recv(65536)
            if not part:
                break
            answer += part
    document: dict[str, Any] = json.loads(answer)
    assert document["ok"], f"{command}: {document}"
    return document


if __name__ == "__main__":
    print(json.dumps(ask(Path(sys.argv[1]), " ".join(sys.argv[2:])), indent=2))
