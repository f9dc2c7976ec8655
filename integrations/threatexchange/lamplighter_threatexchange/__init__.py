"""Two signal types for the `threatexchange` library: contacts, and shared wording.

    threatexchange config extensions add lamplighter_threatexchange

`contact` is an identifier as Lamplighter writes it (`phone:+13125550100`, `email:…`): it matches
a text in whatever form the text hides it. `wording` is a sketch of a text: it matches texts from
the same template without telling the words.
"""

from threatexchange.extensions.manifest import ThreatExchangeExtensionManifest

from lamplighter_threatexchange.contact import ContactSignal
from lamplighter_threatexchange.wording import WordingSignal

TX_MANIFEST = ThreatExchangeExtensionManifest(signal_types=(ContactSignal, WordingSignal))
