"""The application that the server runs. Opens the workspace when it is loaded."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lamplighter.console.project.settings")

from django.core.wsgi import get_wsgi_application

django_application = get_wsgi_application()

from lamplighter.console.api.direct import Direct  # noqa: E402
from lamplighter.console.api.webhooks import Courier  # noqa: E402
from lamplighter.console.appeals.following import StatementFollower  # noqa: E402
from lamplighter.console.record.deployment import deployment  # noqa: E402
from lamplighter.console.record.guests import open_doorway  # noqa: E402
from lamplighter.console.record.relink import Follower  # noqa: E402
from lamplighter.console.record.relinker import Relinker  # noqa: E402
from lamplighter.console.tips.runner import Filer  # noqa: E402

application = Direct(django_application)
doorway = open_doorway(deployment())
follower = Follower()
relinker = Relinker(deployment().workspace.folder)
courier = Courier()
filer = Filer()
statements = StatementFollower()
