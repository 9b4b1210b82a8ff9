-- How far another record store has been read.
INSERT INTO places_read (organisation_id, source, place)
VALUES (:organisation, :source, CAST(:place AS jsonb))
ON CONFLICT (organisation_id, source) DO UPDATE SET place = excluded.place, kept_at = now()
