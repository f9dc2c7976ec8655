"""The case file of an operation in a workspace."""

from pathlib import Path
from shutil import copytree
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest

from lamplighter.evidence.ledger import Ledger
from lamplighter.evidence.two_people import SecondPersonError
from lamplighter.foundation.errors import UsageError
from lamplighter.foundation.progress import Steps
from lamplighter.jobs.case_file import write_case_file
from lamplighter.jobs.ingest import IngestOptions, ingest, new_workspace
from lamplighter.jobs.link import LinkOptions, link
from lamplighter.operations.policy_check import default_policy
from lamplighter.signals.lexicon import load_lexicon
from lamplighter.simulate.market import write_market
from lamplighter.workspace.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("case")
    write_market(1500, 4, folder / "market.csv", None)
    new_workspace(folder / "shop", None)
    with Workspace.open(folder / "shop", write=True) as shop:
        ingest(shop, [str(folder / "market.csv")], IngestOptions(), Steps(quiet=True))
    options = LinkOptions(policy=default_policy(), lexicon=load_lexicon())
    link([str(folder / "market.csv")], folder / "results", options, Steps(quiet=True))
    copytree(folder / "results", folder / "shop" / "links", dirs_exist_ok=True)
    return folder / "shop"


def _write(workspace: Path, operation: str, out: Path, approver: str = "two") -> dict[str, Any]:
    return write_case_file(workspace, operation, out, prepared_by="one", approved_by=approver,
                           recipient="desk")  # fmt: skip


def test_it_is_written_and_the_ledger_says_so(workspace: Path, tmp_path: Path) -> None:
    operations = pq.read_table(workspace / "links" / "operations.parquet")
    wanted = operations["operation_id"][0].as_py()
    made = _write(workspace, wanted, tmp_path / "case.pdf")
    assert made["listings"] == operations["listings"][0].as_py()
    pdf = (tmp_path / "case.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    with Ledger.open(workspace) as ledger:
        entry = ledger.entry(made["entry"])
        assert (entry.kind, entry.actor, entry.objects) == ("export", "user:one", (made["sha256"],))
        assert wanted.encode() not in entry.raw
        assert ledger.object_path(made["sha256"]).read_bytes() == pdf


def test_entities_go_beside_it(workspace: Path, tmp_path: Path) -> None:
    operations = pq.read_table(workspace / "links" / "operations.parquet")
    wanted, listings = (operations[name][0].as_py() for name in ("operation_id", "listings"))
    made = write_case_file(
        workspace, wanted, tmp_path / "case.pdf", prepared_by="one", approved_by="two",
        recipient="desk", ftm=tmp_path / "case.ftm.json",
    )  # fmt: skip
    lines = [orjson.loads(line) for line in (tmp_path / "case.ftm.json").read_bytes().splitlines()]
    assert made["ftm"]["entities"] == len(lines) and made["ftm"]["entry"] > made["entry"]
    assert sum(line["schema"] == "PlainText" for line in lines) == listings
    assert all({"id", "schema", "properties"} <= set(line) for line in lines)


def test_it_takes_two_people_and_an_operation_that_is_there(
    workspace: Path, tmp_path: Path
) -> None:
    with pytest.raises(SecondPersonError):
        _write(workspace, "op-x", tmp_path / "a.pdf", "One")
    with pytest.raises(UsageError, match="no such operation"):
        _write(workspace, "op-x'; DROP TABLE", tmp_path / "a.pdf")
    assert not list(tmp_path.iterdir())
