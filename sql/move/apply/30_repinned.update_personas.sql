-- The persona is pinned, or is not any more. Imports leave a pinned persona where it is.
SELECT persona_id AS id, pinned FROM repinned
