"""What the report commands share: whom and which time they are asked about, and how rows are written."""
