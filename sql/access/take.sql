-- Take requests out of what a credential has in a minute: so many as are wanted, or as are left. A server whose clock is
-- behind takes them out of the minute that others are in.
INSERT INTO credential_minutes AS m (organisation_id, key, minute, taken, granted)
VALUES (:organisation, :key, :minute, least(:wanted, :most), least(:wanted, :most))
ON CONFLICT (organisation_id, key) DO UPDATE SET
    minute = greatest(m.minute, excluded.minute),
    granted = CASE WHEN m.minute < excluded.minute THEN excluded.granted
                   ELSE greatest(0, least(:wanted, :most - m.taken)) END,
    taken = CASE WHEN m.minute < excluded.minute THEN excluded.taken
                 ELSE m.taken + greatest(0, least(:wanted, :most - m.taken)) END
RETURNING granted, taken
