-- said_in: where the line stands that a row was said in (the number of the file << 40, plus the physical line). Names that
-- end in _at are times.
ALTER TABLE people RENAME COLUMN said_at TO said_in;
ALTER TABLE personas RENAME COLUMN said_at TO said_in;
ALTER TABLE groups RENAME COLUMN said_at TO said_in;
ALTER TABLE group_parents RENAME COLUMN said_at TO said_in;
ALTER TABLE memberships RENAME COLUMN said_at TO said_in;
ALTER TABLE source_people RENAME COLUMN said_at TO said_in;
ALTER TABLE source_groups RENAME COLUMN said_at TO said_in;
ALTER TABLE person_versions RENAME COLUMN said_at TO said_in;
ALTER TABLE persona_versions RENAME COLUMN said_at TO said_in;
ALTER TABLE group_versions RENAME COLUMN said_at TO said_in;
ALTER TABLE parent_versions RENAME COLUMN said_at TO said_in;
ALTER TABLE membership_versions RENAME COLUMN said_at TO said_in;
ALTER TABLE saying_versions RENAME COLUMN said_at TO said_in;
ALTER TABLE group_saying_versions RENAME COLUMN said_at TO said_in;
ALTER VIEW person_states RENAME COLUMN said_at TO said_in;
ALTER VIEW persona_states RENAME COLUMN said_at TO said_in;
ALTER VIEW group_states RENAME COLUMN said_at TO said_in;
ALTER VIEW parent_states RENAME COLUMN said_at TO said_in;
ALTER VIEW membership_states RENAME COLUMN said_at TO said_in;
ALTER VIEW saying_states RENAME COLUMN said_at TO said_in;
ALTER VIEW group_saying_states RENAME COLUMN said_at TO said_in;

-- A fingerprint of a line has 128 bits, in two columns.
ALTER TABLE source_people RENAME COLUMN print_a TO fingerprint_a;
ALTER TABLE source_people RENAME COLUMN print_b TO fingerprint_b;
ALTER TABLE source_rejects RENAME COLUMN print_a TO fingerprint_a;
ALTER TABLE source_rejects RENAME COLUMN print_b TO fingerprint_b;
