"""内容証明: the letter's frozen words in the post office's grid, three times the same, and as the file for e内容証明."""
