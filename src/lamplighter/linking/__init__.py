"""What listings share: keys, candidates, verified links, components, templates."""
