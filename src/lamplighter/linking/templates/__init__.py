"""Templates: what the texts of a component have in common, with slots where they differ."""

from lamplighter.linking.templates.find import TEMPLATE_SCHEMA, Templates, find_templates

__all__ = ["TEMPLATE_SCHEMA", "Templates", "find_templates"]
