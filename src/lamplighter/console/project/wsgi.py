"""The application that the server runs. Opens the workspace when it is loaded."""

from __future__ import annotations

import os
import threading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lamplighter.console.project.settings")

from django.core.wsgi import get_wsgi_application

django_application = get_wsgi_application()

from lamplighter.console.api.direct import Direct  # noqa: E402
from lamplighter.console.api.webhooks import courier  # noqa: E402
from lamplighter.console.appeals.following import statement_follower  # noqa: E402
from lamplighter.console.auditing.drawing import drawer  # noqa: E402
from lamplighter.console.exports.packing import packer  # noqa: E402
from lamplighter.console.record.deployment import deployment  # noqa: E402
from lamplighter.console.record.guests import open_doorway  # noqa: E402
from lamplighter.console.record.relink import follower  # noqa: E402
from lamplighter.console.record.relinker import Relinker  # noqa: E402
from lamplighter.console.tips.runner import filer  # noqa: E402

application = Direct(django_application)
doorway = open_doorway(deployment())
linking_follower = follower()
relinker = Relinker(deployment().workspace.folder)
deliveries = courier()
filing = filer()
packing = packer()
statements = statement_follower()
samples = drawer()
threading.Thread(target=deployment().warm, name="warm", daemon=True).start()
