"""Which account runs PostgreSQL, which refuses to run as root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    def can_enter(self, place: Path) -> bool:
        """Whether this account may pass through the directory: asked of the kernel, not guessed from modes."""
        try:
            asked = subprocess.run(
                ["/bin/sh", "-c", 'test -x "$1"', "sh", str(place)],
                cwd="/",
                user=self.uid,
                group=self.gid,
                extra_groups=[],
                stderr=subprocess.DEVNULL,
                check=False,
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return asked.returncode == 0


def unprivileged() -> Account | None:
    """
    Whom to become for PostgreSQL: nobody in particular when we are an ordinary user already (None).

    :raises KeyError: if we are root and the system has no such account.
    """
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
