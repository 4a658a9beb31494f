"""What a row of the workbook means, without any input or output."""
