#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Copies SQLite databases that are in use, and puts a copy back in their place.

usage: backup.py save DATA BACKUPS [KEEP]       one copy of each DATA/*.db, checked; the newest KEEP (28) of each stay
       backup.py list DATA BACKUPS              the copies that there are
       backup.py restore DATA BACKUPS [TIME]    the newest copies, or those of TIME, take the place of the databases

A copy is BACKUPS/<name>-<time>.db, whole or not there at all. Restoring needs the programs stopped: it refuses where one
has a database open. What was there before stays beside it, as <name>.db.before-<time>.
"""
import os
import pathlib
import re
import sqlite3
import sys
import time

COPY = re.compile(r"(?P<name>[a-z0-9_-]+)-(?P<time>\d{8}T\d{6}Z)\.db")


def fail(message):
    sys.exit(f"backup.py: {message}")


def sync(path):
    """What was written to a file or a folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check(path):
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        answer = error
    finally:
        connection.close()
    if answer != "ok":
        fail(f"{path.name} is not whole: {answer}")


def copy(source, target):
    """Copies a database that others may be writing to: what is committed when it ends, nothing half."""
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    reader, writer = sqlite3.connect(source, timeout=30), sqlite3.connect(partial)
    try:
        # In one step: in several, each write of another process would begin the copy anew.
        reader.backup(writer)
        # One file, readable without its log.
        writer.execute("PRAGMA journal_mode = DELETE")
    finally:
        writer.close()
        reader.close()
    check(partial)
    sync(partial)
    partial.rename(target)
    sync(target.parent)


def copies(backups):
    """(name, time) -> path of each copy, oldest first."""
    found = {}
    for path in sorted(backups.glob("*.db")):
        match = COPY.fullmatch(path.name)
        if match:
            found[match["name"], match["time"]] = path
    return found


def save(data, backups, keep):
    # Orders first: what an order says was done is then in the later copies of the others. Were the carts copied before it,
    # an order placed in between would take its goods out of the buyer's next cart.
    databases = sorted(data.glob("*.db"), key=lambda path: (path.stem != "orders", path.stem))
    if not databases:
        fail(f"there is no database in {data}")
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    for database in databases:
        target = backups / f"{database.stem}-{now}.db"
        copy(database, target)
        print(f"saved {target.name}, {target.stat().st_size} bytes")
        mine = [path for (name, _), path in copies(backups).items() if name == database.stem]
        for old in mine[:-keep]:
            old.unlink()
            print(f"removed {old.name}")


def show(_data, backups):
    for path in copies(backups).values():
        print(path.name, path.stat().st_size)


def put_aside(database, now):
    """Renames a database with its log, unless somebody has it open; a broken one, too."""
    if not database.exists():
        return
    connection = sqlite3.connect(database, timeout=0, isolation_level=None)
    try:
        # Refused as long as any other connection is there, even an idle one.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            fail(f"{database.name} is in use: stop the program first")
    except sqlite3.DatabaseError:
        pass
    finally:
        connection.close()
    for suffix in ("", "-wal", "-shm"):
        path = database.with_name(database.name + suffix)
        if path.exists():
            path.rename(database.with_name(f"{database.name}.before-{now}{suffix}"))


def restore(data, backups, wanted):
    found = copies(backups)
    chosen = {}
    for (name, when), path in found.items():
        if wanted in (None, when):
            chosen[name] = path
    if not chosen:
        fail(f"there is no copy of {wanted}" if wanted else f"there is no copy in {backups}")
    for path in chosen.values():
        check(path)
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    for name, path in sorted(chosen.items()):
        # Beside the database first, so that the change itself is one rename.
        new = data / f".{name}.restored"
        copy(path, new)
        put_aside(data / f"{name}.db", now)
        new.rename(data / f"{name}.db")
        sync(data)
        print(f"restored {name}.db from {path.name}")


def main(arguments):
    if len(arguments) not in (3, 4) or arguments[0] not in ("save", "list", "restore"):
        sys.exit(__doc__)
    command, data, backups = arguments[0], pathlib.Path(arguments[1]), pathlib.Path(arguments[2])
    os.umask(0o077)
    for folder in (data, backups):
        if not folder.is_dir():
            fail(f"there is no folder {folder}")
    try:
        if command == "save":
            keep = arguments[3] if len(arguments) == 4 else "28"
            if not keep.isdigit() or int(keep) < 1:
                fail(f"'{keep}' copies cannot be kept")
            save(data, backups, int(keep))
        elif command == "list":
            show(data, backups)
        else:
            restore(data, backups, arguments[3] if len(arguments) == 4 else None)
    except (sqlite3.Error, OSError) as error:
        fail(f"{command}: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
