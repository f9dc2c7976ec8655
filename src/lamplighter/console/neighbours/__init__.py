"""Where neighbouring systems call: Coop's webhooks, each signed by it."""
