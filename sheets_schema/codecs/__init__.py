"""How each kind of cell is read and written. Use them through ``sheets_schema.cells``."""
