"""CyberTipline reports of a workspace: drafted from an operation, released by two, filed once."""
