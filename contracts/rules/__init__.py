"""Law and terms as arithmetic and tables: pure Python, no Django, no clock."""
