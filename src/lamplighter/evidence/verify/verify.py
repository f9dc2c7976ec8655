"""Check a ledger in a folder: a workspace, or a log received from somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.x509 import Certificate

from lamplighter.evidence.archive import witnesses as witnesses_of
from lamplighter.evidence.checkpoint import Checkpoint, read_checkpoint
from lamplighter.evidence.errors import LedgerError, TamperError
from lamplighter.evidence.log import Log
from lamplighter.evidence.note import Note, SignerKey, VerifierKey, parse_note
from lamplighter.evidence.timestamp import check_timestamp
from lamplighter.evidence.verify.openings_check import EntriesCheck, Watch
from lamplighter.evidence.verify.report import Report
from lamplighter.evidence.verify.tree_check import TreeCheck
from lamplighter.evidence.witness import cosigners
from lamplighter.foundation.errors import UsageError
from lamplighter.foundation.progress import Steps


@dataclass(frozen=True)
class Layout:
    """Where the parts of a ledger lie; None: not there, so not checked."""

    log: Path
    key: Path | None
    openings: Path | None
    objects: Path | None
    checkpoints: Path | None

    @classmethod
    def of(cls, folder: Path) -> Layout:
        """Find the log in `folder` or in its `ledger/`. Raises UsageError."""
        for log in (folder / "ledger", folder):
            if (log / "checkpoint").exists() or (log / "tile").is_dir():
                key = folder / "keys" / "log.pub"
                # What a workspace must have is looked for even where the whole folder is gone.
                own = key.exists()
                parts = [folder / name for name in ("openings", "objects", "checkpoints")]
                found = [part if own or part.is_dir() else None for part in parts]
                return cls(log, key if own else None, *found)
        raise UsageError(
            "There is no ledger here.",
            where=str(folder),
            hint="a package is checked with: lamplighter evidence import"
            if (folder / "bagit.txt").exists()
            else "give a workspace, or a folder with a checkpoint and tile/",
        )


def verify_folder(
    folder: Path,
    steps: Steps,
    *,
    key: VerifierKey | None = None,
    known: Sequence[tuple[str, bytes]] = (),
    witnesses: Sequence[VerifierKey] = (),
    roots: Sequence[Certificate] = (),
    watch: Watch | None = None,
) -> Report:
    """Check everything; findings are in the report, nothing is raised for them.

    `key`: the log's key as known from elsewhere; a workspace's own key is used without it. `known`:
    checkpoints kept elsewhere, with a name each: the log must hold what they signed. `roots`: of
    the timestamp service. `watch` is told of each opening on the way.
    """
    layout = Layout.of(folder)
    report = Report()
    key = _key(layout, key, report)
    try:
        checkpoint = read_checkpoint((layout.log / "checkpoint").read_bytes(), key)
    except FileNotFoundError:
        report.add("The checkpoint is missing.", layout.log / "checkpoint")
        return report
    except TamperError as error:
        report.add(f"{error.what} All entries depend on it.", layout.log / "checkpoint", 0)
        return report
    report.origin, report.size = checkpoint.origin, checkpoint.size
    report.root = checkpoint.root.hex()
    own = _own_witnesses(layout, report)
    report.cosigned_by = cosigners(checkpoint.note, witnesses, report)
    others = [witness for witness in own if witness not in witnesses]
    report.cosigned_by += cosigners(checkpoint.note, others, report, required=False)
    keys = [key, *own, *witnesses]
    if layout.key is not None:
        _check_lines(checkpoint.note, keys, layout.log / "checkpoint", report)
    _check_contents(layout, checkpoint, report, steps, watch)
    archive = sorted(layout.checkpoints.glob("*.note")) if layout.checkpoints else []
    for name, raw in [*known, *((str(path), path.read_bytes()) for path in archive)]:
        _check_known(name, raw, key, layout, checkpoint, report)
    for path in archive:
        _check_kept(path, own, keys, roots, report)
    return report


def _own_witnesses(layout: Layout, report: Report) -> list[VerifierKey]:
    try:
        return witnesses_of(layout.key.parents[1]) if layout.key else []
    except TamperError as error:
        report.add_error(error)
        return []


def _check_lines(note: Note, keys: Sequence[VerifierKey], where: Path, report: Report) -> None:
    """A workspace's own notes carry lines of known keys only: an unknown one was altered."""
    known = {(key.name, key.id) for key in keys}
    for line in note.signatures:
        if (line.name, line.id) not in known:
            report.add(
                f"A signature line is of an unknown key: {line.name}+{line.id.hex()}.", where
            )


def _check_kept(
    path: Path,
    own: Sequence[VerifierKey],
    keys: Sequence[VerifierKey],
    roots: Sequence[Certificate],
    report: Report,
) -> None:
    """Cosignatures and timestamp of a checkpoint in checkpoints/."""
    raw, stamp = path.read_bytes(), path.with_suffix(".tsr")
    try:
        note = parse_note(raw)
        cosigners(note, own, report, str(path), required=False)
        _check_lines(note, keys, path, report)
        if stamp.exists():
            moment = check_timestamp(stamp.read_bytes(), raw, roots)
            signer = "" if roots else " (signer not checked: --timestamp-root)"
            report.timestamps.append(f"{path.stem.lstrip('0')} entries at {moment}{signer}")
    except TamperError as error:
        report.add(error.what, path)


def _key(layout: Layout, key: VerifierKey | None, report: Report) -> VerifierKey:
    if layout.key is None:
        if key is None:
            raise UsageError(
                "The key of this log is not known.",
                where=str(layout.log),
                hint="--key FILE: the log's public key, received on another way than the log",
            )
        return key
    try:
        text = layout.key.read_text("utf-8")
        own = VerifierKey.parse(text)
        if text != f"{own}\n":
            raise LedgerError("The file holds more or less than the key.")
    except (LedgerError, UnicodeDecodeError) as error:
        report.add("The public key of the ledger was altered.", layout.key)
        if key is None:
            raise TamperError(
                "The public key of the ledger was altered; nothing can be checked with it.",
                where=str(layout.key),
                hint="--key FILE: a copy of the key from elsewhere",
            ) from error
        return key
    if key is not None and own != key:
        report.add("The ledger's own key is not the key given.", layout.key)
    private = layout.key.with_name("log.key")
    if private.exists():
        try:
            text = private.read_text("utf-8")
            signer = SignerKey.parse(text)
            if signer.verifier != own or text != f"{signer}\n":
                raise LedgerError("They differ.")
        except (LedgerError, UnicodeDecodeError):
            report.add("The signing key was altered, or belongs to another log.", private)
        except PermissionError:
            report.notes.append("The signing key is not readable for this user: not checked.")
    return own if key is None else key


def _check_contents(
    layout: Layout, checkpoint: Checkpoint, report: Report, steps: Steps, watch: Watch | None
) -> None:
    tree = TreeCheck(layout.log, checkpoint.size, report)
    inner = Report()
    contents = EntriesCheck(layout.openings, layout.objects, checkpoint.size, inner, watch)
    with steps.step("Checking entries", checkpoint.size, "entries") as progress:
        for first, entries in tree.entries():
            contents.take(first, entries)
            progress.advance(len(entries))
    with steps.step("Checking hashes and objects"):
        tree.judge(checkpoint.root)
        contents.judge()
    report.take(inner)  # after what was found in the log itself: that is what explains it


def _check_known(
    name: str, raw: bytes, key: VerifierKey, layout: Layout, now: Checkpoint, report: Report
) -> None:
    """The log must still hold what an older or newer checkpoint signed."""
    try:
        known = read_checkpoint(raw, key)
    except TamperError as error:
        report.add(f"A checkpoint from elsewhere cannot be relied on: {error.what}", name)
        return
    report.known_checkpoints += 1
    if known.size > now.size:
        report.add(
            f"Entries {now.size} to {known.size - 1} are missing: the log was rolled back. It has "
            f"{now.size} entries, but its key signed a checkpoint of {known.size}.",
            name, now.size, known.size - 1,
        )  # fmt: skip
        return
    try:
        same = Log(layout.log, now.size).root(known.size) == known.root
    except TamperError as error:
        report.add_error(error)
        return
    if not same:
        last = max(known.size - 1, 0)
        report.add(
            f"Entries 0 to {last}: history was rewritten. The log's key signed another root for its "
            f"first {known.size} entries.",
            name, 0, last,
        )  # fmt: skip
