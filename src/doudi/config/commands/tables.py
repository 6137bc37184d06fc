"""Tables of a population from files, and results into files: all of them or none."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from types import TracebackType

import polars as pl

from doudi.policy import PolicyError
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON
from doudi.policy.engine.stream import Sources


def sources(options: argparse.Namespace) -> Sources:
    """The files of the command, not yet read."""
    names = {HOUSEHOLD: options.households, PERSON: options.persons}
    names |= {OBLIGOR: options.obligors} if options.obligors else {}
    return Sources({depth: pl.scan_parquet(path, glob=False) for depth, path in names.items()}, names)


class Outputs:
    """Files that are written a piece at a time beside their places, and moved there when every one is whole."""

    def __init__(self, paths: list[str]) -> None:
        self.parts: dict[str, list[Path]] = {path: [] for path in paths}
        self.folders: dict[str, Path] = {}

    def __enter__(self) -> Outputs:
        try:
            for path in self.parts:
                self.folders[path] = Path(tempfile.mkdtemp(dir=Path(path).resolve().parent, suffix=".part"))
        except OSError as error:
            self._remove()
            raise PolicyError(f"写不了输出文件：{error}") from error
        return self

    def add(self, frames: dict[str, pl.DataFrame]) -> None:
        """The next rows of each file."""
        for path, frame in frames.items():
            part = self.folders[path] / f"{len(self.parts[path]):06}"
            try:
                frame.write_parquet(part)
            except (OSError, pl.exceptions.PolarsError) as error:
                raise PolicyError(f"写不了输出文件 {path}：{error}") from error
            self.parts[path].append(part)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        except (OSError, pl.exceptions.PolarsError) as problem:
            raise PolicyError(f"写不了输出文件：{problem}") from problem
        finally:
            self._remove()

    def _finish(self) -> None:
        ready = {path: _joined(self.folders[path], parts) for path, parts in self.parts.items()}
        for path, whole in ready.items():
            whole.replace(path)

    def _remove(self) -> None:
        for folder in self.folders.values():
            shutil.rmtree(folder, ignore_errors=True)


def _joined(folder: Path, parts: list[Path]) -> Path:
    """The parts in their order as one file, copied without holding it."""
    if len(parts) == 1:
        return parts[0]
    pl.scan_parquet(parts, glob=False).sink_parquet(folder / "whole")
    return folder / "whole"
