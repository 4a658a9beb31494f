"""What is remembered: work in flight, receipts and the rows last seen."""
