"""The bytes of uploaded media: files beside the saved state, or memory when nothing is saved."""

from __future__ import annotations

from pathlib import Path


class Blobs:
    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._memory: dict[str, bytes] = {}

    def put(self, media_id: str, content: bytes) -> None:
        """`media_id` is one of ours: letters and digits only."""
        if self._directory is None:
            self._memory[media_id] = content
            return
        self._directory.mkdir(parents=True, exist_ok=True)
        (self._directory / media_id).write_bytes(content)

    def get(self, media_id: str) -> bytes:
        """:raises KeyError: if it was never put, or its file is gone."""
        if self._directory is None:
            return self._memory[media_id]
        try:
            return (self._directory / media_id).read_bytes()
        except FileNotFoundError as error:
            raise KeyError(media_id) from error

    def drop(self, media_id: str) -> None:
        self._memory.pop(media_id, None)
        if self._directory is not None:
            (self._directory / media_id).unlink(missing_ok=True)

    def clear(self) -> None:
        self._memory.clear()
        if self._directory is not None and self._directory.is_dir():
            for each in self._directory.iterdir():
                each.unlink()
