"""The sample day: what people do in it, and what the stand-ins must show then."""
