"""Accounts, roles, invitations: the administrator's desk."""
