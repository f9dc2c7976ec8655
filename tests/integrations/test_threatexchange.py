"""Signal types in the threatexchange library itself."""

from __future__ import annotations

import json

from tests.integrations.neighbours import needs_libraries, run


@needs_libraries
def test_signal_types_hold_in_the_library() -> None:
    found = json.loads(run("signal_types.py"))
    assert found == {
        "names": ["contact", "wording"],
        "examples": [[True, True], [True]],
        "refused": [True, True, True],
        "hidden": True,
        "strange": False,
        "contact_index": [2, 1],
        "contact_exact": [1],
        "same": True,
        "apart": False,
        "disguised": True,
        "short": "",
        "wording_index": [1],
    }
