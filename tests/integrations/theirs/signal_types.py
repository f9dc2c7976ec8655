"""Run in the neighbours' environment: our signal types under threatexchange's own rules."""

import json
from typing import Any

from threatexchange.content_type.text import TextContent
from threatexchange.extensions.manifest import ThreatExchangeExtensionManifest
from threatexchange.interface_validation import SignalTypeMapping
from threatexchange.signal_type.md5 import VideoMD5Signal  # noqa: F401 - the library is whole
from threatexchange.signal_type.raw_text import RawTextSignal

manifest = ThreatExchangeExtensionManifest.load_from_module_name("lamplighter_threatexchange")
contact, wording = manifest.signal_types
SignalTypeMapping([TextContent], [RawTextSignal, *manifest.signal_types])

TABLE = "Oak table with six chairs, used but sound, to collect in Denver by Sunday, call after four"
OTHER = (
    "Oak table with six chairs, used but sound, to collect in Boulder by Friday, call after four"
)
STRANGE = "We clean gutters and windows all year round in the whole county, ask for a free estimate"


def refused(signal_type: Any, text: str) -> bool:
    try:
        signal_type.validate_signal_str(text)
    except ValueError:
        return True
    return False


contacts = contact.get_index_cls().build([("phone:+13125550100", 1), ("email:desk@example.com", 2)])
texts = wording.get_index_cls().build([(wording.hash_from_str(TABLE), 1)])
print(json.dumps({
    "names": [contact.get_name(), wording.get_name()],
    "examples": [
        [one.validate_signal_str(example) == example for example in one.get_examples()]
        for one in (contact, wording)
    ],
    "refused": [refused(contact, "domain:example.com"), refused(contact, "x"), refused(wording, "w1:ab")],
    "hidden": contact.matches_str("phone:+13125550100", "call three 1 two 555 o1 oo").match,
    "strange": contact.matches_str("phone:+13125550100", STRANGE).match,
    "contact_index": [match.metadata for match in contacts.query("desk at example dot com, 312 555 0100")],
    "contact_exact": [match.metadata for match in contacts.query("phone:+13125550100")],
    "same": wording.compare_hash(wording.hash_from_str(TABLE), wording.hash_from_str(OTHER)).match,
    "apart": wording.compare_hash(wording.hash_from_str(TABLE), wording.hash_from_str(STRANGE)).match,
    "disguised": wording.hash_from_str(TABLE) == wording.hash_from_str(TABLE.replace("sound", "s0und")),
    "short": wording.hash_from_str("Oak table"),
    "wording_index": [match.metadata for match in texts.query(wording.hash_from_str(OTHER))],
}))  # fmt: skip
