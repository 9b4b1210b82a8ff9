"""The HTTP face: what `lrs-people serve` answers. Each write is a line, or a batch, of the same steps."""
