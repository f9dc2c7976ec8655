"""The Django project: settings, addresses, who may open what."""
