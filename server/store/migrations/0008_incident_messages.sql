-- The first record of each kind on each machine, as its log spells it: docs/schema.md.

ALTER TABLE machine_incidents ADD COLUMN first_message text NOT NULL DEFAULT '';
