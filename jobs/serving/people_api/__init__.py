"""Watershed's People API and Groups API."""
