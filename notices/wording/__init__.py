"""Wording as data: what a letter of a kind says, in versions, over the kind's shipped default (Art. 4)."""
