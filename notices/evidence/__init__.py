"""Evidence: seals over what was frozen, the check of all of it, 発送証明, the yearly count of numbers."""
