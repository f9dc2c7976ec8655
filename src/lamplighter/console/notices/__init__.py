"""The public is heard: notices, trusted flaggers, and a calm page for those who need help."""
