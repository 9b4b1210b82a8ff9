"""xAPI statements: files to statements (`files`), these to frames (`reading`), frames into the store (`loading`)."""
