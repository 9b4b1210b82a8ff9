-- Imports leave a pinned persona where it is.
SELECT persona_id AS id, pinned FROM repinned
