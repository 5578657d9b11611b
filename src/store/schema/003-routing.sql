-- SPDX-License-Identifier: GPL-3.0-or-later
-- Where requests go: the user's order of the providers, time limits of each, and why a reply came
-- from where it did. What a provider listed is kept whole, so that what it no longer has is known.

ALTER TABLE endpoint ADD COLUMN position INTEGER;      -- in the user's own order, from 0; NULL: after those
ALTER TABLE endpoint ADD COLUMN connect_ms INTEGER;    -- time limits; NULL: the usual ones
ALTER TABLE endpoint ADD COLUMN first_byte_ms INTEGER;
ALTER TABLE endpoint ADD COLUMN idle_ms INTEGER;
ALTER TABLE endpoint ADD COLUMN total_ms INTEGER;

ALTER TABLE receipt ADD COLUMN route TEXT;             -- JSON (engine/td-route-note.h); NULL: not kept

ALTER TABLE discovered_model ADD COLUMN no_chat INTEGER NOT NULL DEFAULT 0 CHECK (no_chat IN (0, 1));
-- 1: the catalogue has it too; listed here to know that the provider still does.
ALTER TABLE discovered_model ADD COLUMN in_catalogue INTEGER NOT NULL DEFAULT 0 CHECK (in_catalogue IN (0, 1));
