"""Lines of people and of groups, as files have them and their headers or a mapping say; and back, the rejects."""
