"""Templates: what the texts of a component have in common, with slots where they differ."""

from lamplighter.linking.templates.find import find_templates, template_batches
from lamplighter.linking.templates.schema import TEMPLATE_SCHEMA, Templates

__all__ = ["TEMPLATE_SCHEMA", "Templates", "find_templates", "template_batches"]
