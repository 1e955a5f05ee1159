"""What came of a posting: tracking numbers, what came back, and the address to be checked then."""
