"""Envelopes, postage and the barcode for the post office's machines."""
