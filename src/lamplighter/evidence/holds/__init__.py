"""Duties to keep: policy packs, holds, who may release them, and what may then go."""
